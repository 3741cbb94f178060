"""S3's event notifications: which destinations an object's event goes to, and what they get.

"Event message structure", "Supported event notification types" and "Configuring event notifications
using object key name filtering" in the Amazon S3 User Guide.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote_plus

from serverless_app.local.control_plane import ObjectEvent

DestinationKind = Literal["function", "queue", "topic"]
_KINDS: tuple[tuple[DestinationKind, str], ...] = (
    ("function", "cloud_function"),
    ("queue", "queue"),
    ("topic", "topic"),
)


@dataclass(frozen=True, slots=True)
class Destination:
    """One entry of a bucket's notification configuration."""

    kind: DestinationKind
    arn: str
    configuration_id: str
    events: tuple[str, ...]
    prefix: str = ""
    suffix: str = ""

    def wants(self, event: ObjectEvent) -> bool:
        """Whether the event's name and key are among those asked for."""
        named = any(_name_matches(pattern, f"s3:{event.name}") for pattern in self.events)
        return named and event.key.startswith(self.prefix) and event.key.endswith(self.suffix)


def destinations(configuration: Any) -> Iterator[Destination]:
    """The destinations that moto keeps as a bucket's notification configuration."""
    for kind, attribute in _KINDS:
        for stored in getattr(configuration, attribute, None) or []:
            rules = _filter_rules(stored.filters)
            yield Destination(
                kind,
                stored.arn,
                stored.id,
                tuple([stored.events] if isinstance(stored.events, str) else stored.events),
                rules.get("prefix", ""),
                rules.get("suffix", ""),
            )


def s3_event(event: ObjectEvent, configuration_id: str, *, region: str, at: float) -> Any:
    """The message: one record, event version 2.1, the key URL-encoded as in a form."""
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": region,
                "eventTime": iso_milliseconds(at),
                "eventName": event.name,
                "userIdentity": {"principalId": _principal_id(event.principal)},
                "requestParameters": {"sourceIPAddress": event.source_ip},
                "responseElements": {
                    "x-amz-request-id": event.request_id,
                    "x-amz-id-2": _host_id(event.request_id),
                },
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": configuration_id,
                    "bucket": {
                        "name": event.bucket,
                        "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                        "arn": f"arn:aws:s3:::{event.bucket}",
                    },
                    "object": _object(event),
                },
            }
        ]
    }


def s3_test_event(bucket: str, *, request_id: str, at: float) -> dict[str, str]:
    """What a queue or topic gets once, when it is configured."""
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": iso_milliseconds(at),
        "Bucket": bucket,
        "RequestId": request_id,
        "HostId": _host_id(request_id),
    }


def iso_milliseconds(at: float) -> str:
    """ISO 8601 in UTC: `1970-01-01T00:00:00.000Z`."""
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")


def _object(event: ObjectEvent) -> dict[str, Any]:
    """Size and ETag belong to created objects, the version to versioned buckets."""
    described: dict[str, Any] = {"key": quote_plus(event.key, safe="/")}
    if event.name.startswith("ObjectCreated:"):
        described |= {"size": event.size, "eTag": event.etag}
    if event.version_id:
        described["versionId"] = event.version_id
    return {**described, "sequencer": event.sequencer}


def _name_matches(pattern: str, name: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def _filter_rules(filters: Any) -> dict[str, str]:
    """`{"S3Key": {"FilterRule": [{"Name": "prefix", "Value": "images/"}]}}`, names in any case."""
    rules = ((filters or {}).get("S3Key") or {}).get("FilterRule") or []
    listed = rules if isinstance(rules, list) else [rules]
    return {rule["Name"].lower(): rule.get("Value") or "" for rule in listed}


def _principal_id(arn: str) -> str:
    """`AWS:` and who it was; a role's session by role and session name."""
    _, assumed, session = arn.partition("assumed-role/")
    return f"AWS:{session.replace('/', ':')}" if assumed else f"AWS:{arn.rpartition('/')[2]}"


def _host_id(request_id: str) -> str:
    """An `x-amz-id-2` as long as a real one, always the same for one request."""
    return base64.b64encode(hashlib.sha384(request_id.encode()).digest()).decode()
