"""AWS::DynamoDB, AWS::Kinesis and AWS::OpenSearchService."""

from __future__ import annotations

from typing import Any

from serverless_app.local.control_plane.cloudformation.adapter import (
    Properties,
    Supplement,
    as_bool,
    as_json,
    authority,
    call,
    complete,
)
from serverless_app.local.control_plane.dispatch import backend


class Domain(Supplement):
    """AWS::OpenSearchService::Domain; its endpoint is this laptop cloud's search engine.

    AWS gives a bare host, which clients prefix with https; here the scheme is part of it.
    """

    TYPE = "AWS::OpenSearchService::Domain"
    ATTRIBUTES = ("Arn", "DomainArn", "DomainEndpoint", "Id")

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        search = backend("opensearch")
        name = p.get("DomainName") or self.logical_resource_id.lower()
        if name in search.domains:
            raise ValueError(f"Domain {name} already exists")
        more = {"domain_name": name, "is_es": False, "ebs_options": p.get("EBSOptions")}
        if "AccessPolicies" in p:
            more["access_policies"] = as_json(p["AccessPolicies"])
        domain = call(search.create_domain, p, **more)
        domain.endpoint = f"http://{authority()}/_aws/opensearch/{name}"
        return name, {
            "Arn": domain.arn,
            "DomainArn": domain.arn,
            "DomainEndpoint": domain.endpoint,
            "Id": domain.domain_id,
        }

    def change(self, p: Properties) -> bool:
        if p.get("DomainName") != self.properties.get("DomainName"):
            return False
        more: dict[str, Any] = {"domain_name": self.physical_resource_id}
        if "AccessPolicies" in p:
            more["access_policies"] = as_json(p["AccessPolicies"])
        call(backend("opensearch").update_domain_config, p, **more)
        return True

    def remove(self) -> None:
        backend("opensearch").domains.pop(self.physical_resource_id, None)


def install() -> None:
    """Complete moto's table and stream."""
    from moto.dynamodb.models.table import Table
    from moto.kinesis.models import Stream

    complete(Table, finish_table)
    complete(Stream, finish_stream)


def finish_table(table: Any, p: Properties) -> None:
    """Time to live and point-in-time recovery; on an update, indexes and the stream."""
    dynamodb = backend("dynamodb")
    change_table(table, p)
    if spec := p.get("TimeToLiveSpecification"):
        enabled = as_bool(spec["Enabled"])
        name = spec.get("AttributeName", table.ttl.get("AttributeName", ""))
        dynamodb.update_time_to_live(table.name, {"Enabled": enabled, "AttributeName": name})
    if spec := p.get("PointInTimeRecoverySpecification"):
        enabled = as_bool(spec["PointInTimeRecoveryEnabled"])
        dynamodb.update_continuous_backups(table.name, {"PointInTimeRecoveryEnabled": enabled})


def change_table(table: Any, p: Properties) -> None:
    """What may change in a table that has a name of its own."""
    if "KeySchema" in p and p["KeySchema"] != table.schema:
        raise ValueError(
            "CloudFormation cannot update a stack when a custom-named resource requires replacing."
        )
    table.attr = p.get("AttributeDefinitions", table.attr)
    wanted = {index["IndexName"]: index for index in p.get("GlobalSecondaryIndexes", [])}
    present = {index.name for index in table.global_indexes}
    updates = [{"Delete": {"IndexName": name}} for name in present - set(wanted)]
    updates += [{"Create": index} for name, index in wanted.items() if name not in present]
    if updates:
        backend("dynamodb").update_table_global_indexes(table, updates)
    view = (p.get("StreamSpecification") or {}).get("StreamViewType")
    if view != (table.stream_specification or {}).get("StreamViewType"):
        table.set_stream_specification({"StreamEnabled": bool(view), "StreamViewType": view})


def finish_stream(stream: Any, p: Properties) -> None:
    """Stream mode and encryption."""
    if mode := p.get("StreamModeDetails"):
        stream.stream_mode = mode
    if encryption := p.get("StreamEncryption"):
        stream.encryption_type = encryption["EncryptionType"]
        stream.key_id = encryption["KeyId"]
