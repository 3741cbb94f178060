"""Limits: stage settings, usage plans, quotas."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from websockets.sync.client import connect

from serverless_app.local.gateway.throttling import TokenBucket, period_of

from .house import House, RestApi, WebSocketApi


def test_a_bucket_refills_with_time_up_to_its_burst() -> None:
    bucket = TokenBucket(rate=2, burst=2, now=0)
    assert [bucket.take(now) for now in (0, 0, 0, 0.5, 0.5, 10, 10, 10)] == [
        True,
        True,
        False,
        True,
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("period", "name"), [("DAY", "2026-11-25"), ("WEEK", "2026-11-22"), ("MONTH", "2026-11")]
)
def test_a_quota_counts_in_periods(period: str, name: str) -> None:
    assert period_of(datetime(2026, 11, 25, 23, tzinfo=UTC), period) == name


def limit(api: RestApi, where: str, rate: float, burst: int) -> None:
    """Throttle a method (`~1groups/GET`) or the whole stage (`*/*`)."""
    settings = {"throttling/rateLimit": rate, "throttling/burstLimit": burst}
    api.client.update_stage(
        restApiId=api.id,
        stageName="dev",
        patchOperations=[
            {"op": "replace", "path": f"/{where}/{name}", "value": str(value)}
            for name, value in settings.items()
        ],
    )


def test_beyond_its_burst_a_stage_answers_too_many_requests(house: House) -> None:
    api = RestApi(house)
    api.proxy("GET", "/groups")
    api.deploy()
    limit(api, "*/*", 0.001, 2)
    answers = [api.request("GET", "/groups") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[2].json == {"message": "Too Many Requests"}
    assert answers[2].headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    house.call(house.clock.advance, 1_001)
    assert api.request("GET", "/groups").status == 200


def test_a_method_has_limits_of_its_own(house: House) -> None:
    api = RestApi(house)
    api.proxy("GET", "/groups")
    api.proxy("GET", "/images")
    api.deploy()
    limit(api, "~1groups/GET", 0.001, 1)
    assert [api.request("GET", "/groups").status for _ in range(2)] == [200, 429]
    assert [api.request("GET", "/images").status for _ in range(2)] == [200, 200]


def keyed(house: House, **plan: Any) -> tuple[RestApi, dict[str, str]]:
    """An API that wants a key, and the header with one of its usage plan."""
    api = RestApi(house)
    api.proxy("GET", "/", apiKeyRequired=True)
    api.deploy()
    key = api.client.create_api_key(name="mine", enabled=True)
    made = api.client.create_usage_plan(
        name="plan", apiStages=[{"apiId": api.id, "stage": "dev"}], **plan
    )
    api.client.create_usage_plan_key(usagePlanId=made["id"], keyId=key["id"], keyType="API_KEY")
    return api, {"x-api-key": key["value"]}


@pytest.mark.parametrize("headers", [{}, {"x-api-key": "unknown"}, {"x-api-key": ""}])
def test_without_a_valid_key_a_call_is_forbidden(house: House, headers: dict[str, str]) -> None:
    api, _ = keyed(house)
    answer = api.request("GET", "/", headers=headers)
    assert (answer.status, answer.json) == (403, {"message": "Forbidden"})


def test_a_key_is_named_in_the_identity(house: House) -> None:
    api, headers = keyed(house)
    answer = api.request("GET", "/", headers=headers)
    assert answer.status == 200
    assert answer.json["requestContext"]["identity"]["apiKey"] == headers["x-api-key"]


def test_a_disabled_key_is_forbidden(house: House) -> None:
    api, headers = keyed(house)
    key = next(
        k
        for k in api.client.get_api_keys(includeValues=True)["items"]
        if k["value"] == headers["x-api-key"]
    )
    patch = {"op": "replace", "path": "/enabled", "value": "false"}
    api.client.update_api_key(apiKey=key["id"], patchOperations=[patch])
    assert api.request("GET", "/", headers=headers).status == 403


def test_a_key_of_another_stage_is_forbidden(house: House) -> None:
    api, _ = keyed(house)
    _, others = keyed(house)
    assert api.request("GET", "/", headers=others).status == 403


def test_beyond_its_quota_a_key_is_refused_until_the_next_period(house: House) -> None:
    api, headers = keyed(house, quota={"limit": 2, "period": "DAY"})
    answers = [api.request("GET", "/", headers=headers) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[2].json == {"message": "Limit Exceeded"}
    house.call(house.clock.advance, 86_400)
    assert api.request("GET", "/", headers=headers).status == 200


def test_beyond_its_plans_rate_a_key_is_throttled(house: House) -> None:
    api, headers = keyed(house, throttle={"rateLimit": 0.001, "burstLimit": 1})
    answers = [api.request("GET", "/", headers=headers) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 429]
    assert answers[1].json == {"message": "Too Many Requests"}


def test_beyond_its_burst_a_route_answers_too_many_requests(house: House) -> None:
    api = WebSocketApi(house)
    api.route("$default", responds=True)
    api.deploy(DefaultRouteSettings={"ThrottlingRateLimit": 0.001, "ThrottlingBurstLimit": 1})
    with connect(api.address) as client:
        client.send("first")
        assert json.loads(client.recv(10))["body"] == "first"
        client.send("second")
        assert json.loads(client.recv(10))["message"] == "Too Many Requests"
