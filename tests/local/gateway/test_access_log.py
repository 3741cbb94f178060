"""Access logs, in the stage's own format."""

from __future__ import annotations

import json

import pytest
from websockets.sync.client import connect

from serverless_app.local.gateway.access_log import line

from .house import House, RestApi, WebSocketApi


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$context.requestId", "r1"),
        ('{"a":"$context.identity.sourceIp","b":$context.status}', '{"a":"127.0.0.1","b":200}'),
        ("${context.requestId}!", "r1!"),
        ("$context.authorizer.claims.sub", "s1"),
        ("$context.nothing.at.all $context.identity.user", "- -"),
        ("$other $context.", "$other $context."),
    ],
)
def test_a_line_is_filled_by_substitution(template: str, text: str) -> None:
    context = {
        "requestId": "r1",
        "status": 200,
        "identity": {"sourceIp": "127.0.0.1", "user": None},
        "authorizer": {"claims": {"sub": "s1"}},
    }
    assert line(template, context) == text


def test_a_stage_logs_each_request_to_its_group(house: House) -> None:
    logs = house.plane.client("logs")
    logs.create_log_group(logGroupName="/access/test")
    api = RestApi(house)
    api.proxy("GET", "/groups")
    api.deploy()
    template = (
        '{"id":"$context.requestId","route":"$context.httpMethod $context.resourcePath",'
        '"status":$context.status,"bytes":$context.responseLength,"error":"$context.error.message"}'
    )
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:/access/test"
    settings = {"destinationArn": arn, "format": template}
    api.client.update_stage(
        restApiId=api.id,
        stageName="dev",
        patchOperations=[
            {"op": "replace", "path": f"/accessLogSettings/{name}", "value": value}
            for name, value in settings.items()
        ],
    )
    good, bad = api.request("GET", "/groups"), api.request("GET", "/none")
    house.run(house.gateway.drain())
    events = logs.filter_log_events(logGroupName="/access/test")["events"]
    assert [json.loads(event["message"]) for event in events] == [
        {
            "id": good.headers["x-amzn-RequestId"],
            "route": "GET /groups",
            "status": 200,
            "bytes": len(good.body),
            "error": "-",
        },
        {
            "id": bad.headers["x-amzn-RequestId"],
            "route": "GET -",
            "status": 403,
            "bytes": len(bad.body),
            "error": "Missing Authentication Token",
        },
    ]


def test_a_log_group_that_is_not_there_disturbs_nobody(house: House) -> None:
    api = RestApi(house)
    api.proxy("GET", "/")
    api.deploy()
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:/access/none"
    patch = {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": arn}
    api.client.update_stage(restApiId=api.id, stageName="dev", patchOperations=[patch])
    assert api.request("GET", "/").status == 200
    house.run(house.gateway.drain())


def test_a_websocket_stage_logs_each_message(house: House) -> None:
    logs = house.plane.client("logs")
    logs.create_log_group(logGroupName="/access/chat")
    api = WebSocketApi(house)
    api.route("$default", responds=True)
    settings = {
        "DestinationArn": "arn:aws:logs:us-east-1:123456789012:log-group:/access/chat",
        "Format": "$context.eventType $context.routeKey $context.status",
    }
    api.deploy(AccessLogSettings=settings)
    with connect(api.address) as client:
        client.send("hello")
        client.recv(10)
    house.run(house.gateway.drain())
    events = logs.filter_log_events(logGroupName="/access/chat")["events"]
    assert [event["message"] for event in events] == [
        "CONNECT $connect 200",
        "MESSAGE $default 200",
    ]
