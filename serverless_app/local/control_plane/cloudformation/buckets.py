"""AWS::S3: what of a bucket's properties moto leaves out, and bucket policies."""

from __future__ import annotations

import functools
from typing import Any

from serverless_app.local.control_plane.cloudformation.adapter import (
    Properties,
    Supplement,
    as_bool,
    as_json,
    complete,
)
from serverless_app.local.control_plane.constraints import check_notifications
from serverless_app.local.control_plane.dispatch import backend


class BucketPolicy(Supplement):
    """AWS::S3::BucketPolicy."""

    TYPE = "AWS::S3::BucketPolicy"

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        backend("s3").put_bucket_policy(p["Bucket"], as_json(p["PolicyDocument"]).encode())
        return p["Bucket"], {}

    def change(self, p: Properties) -> bool:
        if p["Bucket"] != self.physical_resource_id:
            return False
        self.make(p)
        return True

    def remove(self) -> None:
        backend("s3").delete_bucket_policy(self.physical_resource_id)


def install() -> None:
    """Complete moto's bucket, and what it says of its notifications."""
    from moto.s3.models import FakeBucket
    from moto.s3.responses import S3Response

    complete(FakeBucket, finish_bucket, check=check_bucket)
    stock = S3Response.get_bucket_notification

    @functools.wraps(stock)
    def get_bucket_notification(self: Any) -> Any:
        """moto leaves out that EventBridge is told."""
        status, headers, body = stock(self)
        found = self.backend.get_bucket_notification_configuration(self.bucket_name)
        if found is not None and found.event_bridge is not None:
            end = "</NotificationConfiguration>"
            body = body.replace(end, f"<EventBridgeConfiguration/>{end}")
        return status, headers, body

    S3Response.get_bucket_notification = get_bucket_notification


def check_bucket(p: Properties) -> None:
    """That no two of its notifications overlap."""
    check_notifications(notifications(p.get("NotificationConfiguration")))


def finish_bucket(bucket: Any, p: Properties) -> None:
    """CORS, notifications, public access block, lifecycle, versioning, ownership."""
    rules = p.get("CorsConfiguration", {}).get("CorsRules")
    bucket.set_cors([cors_rule(rule) for rule in rules] if rules else [])
    if lifecycle := p.get("LifecycleConfiguration"):
        bucket.set_lifecycle([lifecycle_rule(rule) for rule in lifecycle["Rules"]])
    if block := p.get("PublicAccessBlockConfiguration"):
        settings = {name: as_bool(value) for name, value in block.items()}
        backend("s3").put_public_access_block(bucket.name, settings)
    if versioning := p.get("VersioningConfiguration"):
        backend("s3").put_bucket_versioning(bucket.name, versioning["Status"])
    if controls := p.get("OwnershipControls"):
        bucket.ownership_rule = controls["Rules"][0]["ObjectOwnership"]
    bucket.set_notification_configuration(notifications(p.get("NotificationConfiguration")))


def cors_rule(rule: Properties) -> dict[str, Any]:
    """A CORS rule, in the spelling of the API's XML."""
    out = {"AllowedMethod": rule["AllowedMethods"], "AllowedOrigin": rule["AllowedOrigins"]}
    if "AllowedHeaders" in rule:
        out["AllowedHeader"] = rule["AllowedHeaders"]
    if "ExposedHeaders" in rule:
        out["ExposeHeader"] = rule["ExposedHeaders"]
    if "MaxAge" in rule:
        out["MaxAgeSeconds"] = str(rule["MaxAge"])
    return out


def lifecycle_rule(rule: Properties) -> dict[str, Any]:
    """A lifecycle rule, in the spelling of the API's XML."""
    out: dict[str, Any] = {"Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")}}
    if "Id" in rule:
        out["ID"] = rule["Id"]
    if "ExpirationInDays" in rule:
        out["Expiration"] = {"Days": str(rule["ExpirationInDays"])}
    if "AbortIncompleteMultipartUpload" in rule:
        days = rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
        out["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": str(days)}
    if "NoncurrentVersionExpiration" in rule:
        days = rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        out["NoncurrentVersionExpiration"] = {"NoncurrentDays": str(days)}
    if "Transitions" in rule:
        out["Transition"] = [
            {"Days": str(t["TransitionInDays"]), "StorageClass": t["StorageClass"]}
            for t in rule["Transitions"]
        ]
    return out


DESTINATIONS = (
    ("LambdaConfigurations", "Function", "CloudFunctionConfiguration", "CloudFunction"),
    ("TopicConfigurations", "Topic", "TopicConfiguration", "Topic"),
    ("QueueConfigurations", "Queue", "QueueConfiguration", "Queue"),
)


def notifications(p: Properties | None) -> dict[str, Any] | None:
    """A notification configuration, in the spelling of the API's XML."""
    if not p:
        return None
    out: dict[str, Any] = {}
    for given, arn, wanted, name in DESTINATIONS:
        out[wanted] = [notification(item, arn, name) for item in p.get(given, [])]
    if "EventBridgeConfiguration" in p:
        out["EventBridgeConfiguration"] = {}
    return out


def notification(item: Properties, arn: str, name: str) -> dict[str, Any]:
    """One destination: one event type, and rules for the key."""
    out: dict[str, Any] = {name: item[arn], "Event": [item["Event"]]}
    if "Filter" in item:
        rules = [
            {"Name": rule["Name"].lower(), "Value": rule["Value"]}
            for rule in item["Filter"]["S3Key"]["Rules"]
        ]
        out["Filter"] = {"S3Key": {"FilterRule": rules}}
    return out
