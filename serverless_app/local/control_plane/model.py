"""The nouns of the control plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

REGION = "us-east-1"
ACCOUNT = "123456789012"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs a request: permanent, or temporary when it has a session token."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None


@dataclass(frozen=True, slots=True)
class ObjectEvent:
    """What S3 tells about an object (amazon-s3: notification-content-structure)."""

    bucket: str
    key: str
    name: str  # "ObjectCreated:Put"
    size: int
    etag: str
    version_id: str | None
    sequencer: str
    principal: str
    source_ip: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Change:
    """A write that somebody may be waiting for.

    `arn` is, by `kind`: table, the DynamoDB *stream*; stream, the Kinesis stream; queue, the
    queue; object, the bucket (`detail` an ObjectEvent); delivery, the function (`detail`
    `{"event", "principal", "source_arn"}`: what SNS, EventBridge or Logs send to it).
    """

    kind: Literal["table", "stream", "queue", "object", "delivery"]
    arn: str
    trace_id: str
    detail: Any = None


@dataclass(frozen=True, slots=True)
class StackResource:
    """One resource of a stack. `real` is False where it is accepted by name only."""

    logical_id: str
    physical_id: str
    type: str
    real: bool


@dataclass(frozen=True, slots=True)
class ConfirmationCode:
    """A code that Cognito would have sent by e-mail: it confirms one thing of one user once."""

    user_pool_id: str
    username: str
    destination: str  # the e-mail address, or the user name where there is none
    code: str
    purpose: Literal["sign_up", "forgot_password", "verify_attribute"]
    sent: str  # ISO 8601, UTC


class ConnectionLost(Exception):
    """A fault took the service away: the caller gets no answer, its connection is cut."""


class DeploymentFailed(Exception):
    """A stack could not be created or updated; it was rolled back. The text says why."""
