"""Udagram in the test's own process: the template's tables, bucket, stream and pool, in moto."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from serverless_app.settings import Settings
from serverless_app.system import System
from serverless_app.wiring import App

ROOT = Path(__file__).parents[1]
TEMPLATE = json.loads((ROOT / "serverless_app/deployment/compiled/template.json").read_text())
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
ADA, BOB = "11111111-aaaa-4aaa-8aaa-111111111111", "22222222-bbbb-4bbb-8bbb-222222222222"
NOBODY = "00000000-0000-4000-8000-000000000000"
SETTINGS = Settings(
    stage="dev",
    aws_region="us-east-1",
    groups_table="Groups-dev",
    images_table="Images-dev",
    connections_table="Connections-dev",
    trending_table="Trending-dev",
    views_stream="udagram-views-dev",
    images_bucket="udagram-images-dev-123456789012",
    websocket_endpoint="wss://abc123.execute-api.us-east-1.amazonaws.com",
    user_pool_issuer="https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool",
    user_pool_client_id="client",
)


@dataclass
class Standing:
    """A clock that stands until it is told, and ids that count."""

    now: datetime = datetime(2026, 11, 24, 21, 30, 26, 123000, tzinfo=UTC)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def advance(self, **duration: float) -> None:
        """Move the clock on."""
        self.now += timedelta(**duration)

    def system(self) -> System:
        """The application's view of it."""
        return System(now=lambda: self.now, new_id=self._new_id)

    def _new_id(self) -> str:
        return f"{next(self._numbers):08x}-0000-4000-8000-000000000000"


@pytest.fixture
def clock() -> Standing:
    """The clock of `app`."""
    return Standing()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AWS in this process, with what the template describes and the application uses."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
    with mock_aws():
        create_resources()
        yield


@pytest.fixture
def app(aws: None, clock: Standing) -> App:
    """The application, over moto."""
    return App(SETTINGS, clock.system())


def create_resources() -> None:
    """The tables, the bucket and the stream, as the template has them."""
    dynamodb = boto3.client("dynamodb")
    for table in of_type("AWS::DynamoDB::Table").values():
        left_out = ("PointInTimeRecoverySpecification", "TimeToLiveSpecification")
        properties = {name: value for name, value in table.items() if name not in left_out}
        if "StreamSpecification" in properties:
            properties["StreamSpecification"] = {
                "StreamEnabled": True,
                **properties["StreamSpecification"],
            }
        dynamodb.create_table(**properties)
    boto3.client("s3").create_bucket(Bucket=SETTINGS.images_bucket)
    boto3.client("kinesis").create_stream(StreamName=SETTINGS.views_stream, ShardCount=1)


def of_type(kind: str, template: dict[str, Any] = TEMPLATE) -> dict[str, Any]:
    """The properties of the template's resources of a type, by logical id."""
    resources = template["Resources"].items()
    return {name: each["Properties"] for name, each in resources if each["Type"] == kind}


def rest_event(
    *,
    path: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    body: Any = None,
    user: str | None = None,
) -> dict[str, Any]:
    """What the REST API gives a function; the parts that Udagram reads are set."""
    event: dict[str, Any] = json.loads((ROOT / "tests/events/rest_api_proxy.json").read_text())
    event["pathParameters"], event["queryStringParameters"] = path, query
    event["body"] = body if body is None or isinstance(body, str) else json.dumps(body)
    event["requestContext"].pop("authorizer", None)
    if user:
        event["requestContext"]["authorizer"] = {"claims": {"sub": user}}
    return event


def call(handler: Callable[..., Any], app: App, **request: Any) -> SimpleNamespace:
    """A handler's answer to a REST request: its status and its body."""
    answer = handler(rest_event(**request), app=app)
    body = json.loads(answer["body"]) if answer["body"] else None
    return SimpleNamespace(status=answer["statusCode"], body=body, headers=answer["headers"])


def changed(app: App, **settings: str) -> App:
    """An application with other settings, at the same time of day."""
    return App(replace(app.settings, **settings), app.system)
