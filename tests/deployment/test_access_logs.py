"""`--param accessLogs=on` on a laptop cloud: what each call leaves behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from serverless_app.deployment.compile_templates import COMPILED
from serverless_app.local.cloud import LocalCloud
from serverless_app.local.udagram import Udagram, udagram


@pytest.fixture(scope="module")
def ada() -> Iterator[Udagram]:
    """A user of a cloud that logs who calls it."""
    template = COMPILED / "template-access-logs.json"
    with LocalCloud.start(template=template, fresh=True) as cloud, udagram(cloud) as api:
        yield api.signed_in("ada@example.com")


def lines(ada: Udagram, group: str) -> list[dict[str, Any]]:
    """The lines of a log group, once everything that was done is written."""
    ada.cloud.drain()
    with closing(ada.cloud.client("logs")) as logs:
        events = logs.filter_log_events(logGroupName=f"/aws/apigateway/{group}")["events"]
    return [json.loads(event["message"]) for event in events]


def test_a_call_of_the_rest_api_leaves_its_route_its_answer_and_who_it_was(ada: Udagram) -> None:
    assert ada.call("POST", "/groups", {"name": "Cats", "description": ""}).status_code == 201

    (line,) = [each for each in lines(ada, "udagram-dev") if each["status"] == "201"]
    assert line["route"] == "POST /groups"
    assert len(line["user"]) == 36
    assert line["refused"] == "-"


def test_a_call_that_the_gateway_refused_says_why(ada: Udagram) -> None:
    assert ada.call("POST", "/groups", {"name": ""}).status_code == 400

    (line,) = [each for each in lines(ada, "udagram-dev") if each["status"] == "400"]
    assert line["refused"] == "BAD_REQUEST_BODY"


def test_connecting_leaves_a_line_without_the_token(ada: Udagram) -> None:
    with ada.watching(ada.group()["groupId"]):
        pass

    found = lines(ada, "udagram-websocket-dev")
    assert {"$connect", "watch", "$disconnect"} <= {each["route"] for each in found}
    assert "token" not in json.dumps(found)
