"""A control plane for each test, empty."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import Change, ControlPlane
from serverless_app.local.faults import Faults
from serverless_app.local.trace import Trace

AUTHORITY = "127.0.0.1:45660"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    yield clock
    clock.reset()


@pytest.fixture
def trace() -> Trace:
    return Trace()


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def plane(clock: Clock, trace: Trace, faults: Faults) -> Iterator[ControlPlane]:
    plane = ControlPlane(trace=trace, clock=clock, faults=faults, authority=AUTHORITY)
    yield plane
    plane.close()


@pytest.fixture
def changes(plane: ControlPlane) -> list[Change]:
    """What the plane tells, as it tells it."""
    told: list[Change] = []
    plane.subscribe(told.append)
    return told


@pytest.fixture
def deploy(plane: ControlPlane) -> Callable[..., None]:
    """Deploy resources as the stack `test`."""

    def deploy(resources: dict[str, Any], **sections: Any) -> None:
        plane.deploy({"Resources": resources, **sections}, stack="test", source=ROOT)

    return deploy


@pytest.fixture
def role(plane: ControlPlane) -> Callable[..., str]:
    """Make a role with statements, and say its ARN."""

    def role(*statements: dict[str, Any], name: str = "worker") -> str:
        iam = plane.client("iam")
        trust = {"Service": "lambda.amazonaws.com"}
        document = {"Statement": [{"Effect": "Allow", "Principal": trust, "Action": "sts:*"}]}
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))[
            "Role"
        ]["Arn"]
        if statements:
            policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
            iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy)
        return arn

    return role


@pytest.fixture
def images(plane: ControlPlane) -> str:
    """A table with a stream, an index and a sort key: its name."""
    attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("g", "k", "owner")]
    plane.client("dynamodb").create_table(
        TableName="images",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=attributes,
        KeySchema=[
            {"AttributeName": "g", "KeyType": "HASH"},
            {"AttributeName": "k", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "ByOwner",
                "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return "images"


def allow(action: str | list[str], resource: str | list[str], **more: Any) -> dict[str, Any]:
    """A statement of a policy."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def refusal(call: Callable[..., Any], **parameters: Any) -> tuple[int, str, str]:
    """Status, code and message of a call that must be refused."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response
    status = error["ResponseMetadata"]["HTTPStatusCode"]
    return status, error["Error"]["Code"], error["Error"]["Message"]


@pytest.fixture
def statement() -> Callable[..., dict[str, Any]]:
    return allow


@pytest.fixture
def refused() -> Callable[..., tuple[int, str, str]]:
    return refusal
