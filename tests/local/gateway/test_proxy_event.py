"""What a function behind a proxy integration sees."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from .house import House, RestApi

RECORDED = Path(__file__).parents[2] / "events" / "rest_api_proxy.json"


def shape(value: Any) -> Any:
    """The names of a nested object, without its values."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    return ...


def regional(house: House, **more: Any) -> RestApi:
    return RestApi(house, endpointConfiguration={"types": ["REGIONAL"]}, **more)


def echoing(house: House) -> RestApi:
    api = regional(house)
    api.proxy("ANY", "/groups/{groupId}/images")
    return api.deploy()


def test_the_event_has_every_field_of_a_recorded_one(house: House) -> None:
    recorded = json.loads(RECORDED.read_text())
    api = echoing(house)
    event = api.request("GET", "/groups/g1/images?limit=2").json
    for name in ("headers", "multiValueHeaders"):
        recorded.pop(name)
        event.pop(name)
    recorded["queryStringParameters"] = {"limit": "2"}
    recorded["multiValueQueryStringParameters"] = {"limit": ["2"]}
    assert shape(event) == shape(recorded)


def test_the_event_says_what_was_asked(house: House) -> None:
    event = echoing(house).request("GET", "/groups/g%201/images?tag=a&tag=b+c&empty&x=%C3%A9").json
    assert event["resource"] == "/groups/{groupId}/images"
    assert event["path"] == "/groups/g 1/images"
    assert event["httpMethod"] == "GET"
    assert event["pathParameters"] == {"groupId": "g 1"}
    assert event["queryStringParameters"] == {"tag": "b c", "empty": "", "x": "é"}
    assert event["multiValueQueryStringParameters"]["tag"] == ["a", "b c"]
    assert event["body"] is None
    assert event["isBase64Encoded"] is False


def test_the_request_context_names_the_place(house: House) -> None:
    api = echoing(house)
    context = api.request("GET", "/groups/g%201/images").json["requestContext"]
    assert context["path"] == "/dev/groups/g%201/images"
    assert context["stage"] == "dev"
    assert context["apiId"] == api.id
    assert context["accountId"] == "123456789012"
    assert context["resourcePath"] == "/groups/{groupId}/images"
    assert context["protocol"] == "HTTP/1.1"
    assert context["identity"]["sourceIp"] == "127.0.0.1"


def test_what_is_not_there_is_null(house: House) -> None:
    api = regional(house)
    api.proxy("GET", "/")
    event = api.deploy().request("GET", "/").json
    absent = (
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "body",
    )
    assert [event[name] for name in absent] == [None] * 5


def test_headers_come_with_what_the_gateway_adds(house: House) -> None:
    answer = echoing(house).request(
        "GET",
        "/groups/1/images",
        headers={"x-forwarded-for": "10.0.0.1", "user-agent": "curl/8", "X-Own": "1"},
    )
    headers = answer.json["headers"]
    assert headers["X-Forwarded-For"] == "10.0.0.1, 127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "http"
    assert headers["X-Forwarded-Port"] == str(house.port)
    assert headers["User-Agent"] == "curl/8"
    assert headers["X-Own"] == "1"
    assert answer.json["requestContext"]["identity"]["userAgent"] == "curl/8"
    assert "Connection" not in headers
    assert "Via" not in headers


def test_an_edge_optimized_endpoint_adds_cloudfronts_headers(house: House) -> None:
    api = RestApi(house, endpointConfiguration={"types": ["EDGE"]})
    api.proxy("GET", "/")
    headers = api.deploy().request("GET", "/", headers={"User-Agent": "Mobile"}).json["headers"]
    assert headers["CloudFront-Is-Mobile-Viewer"] == "true"
    assert "Via" in headers


def test_stage_variables_reach_the_function(house: House) -> None:
    api = regional(house)
    api.proxy("GET", "/")
    event = api.deploy(variables={"colour": "blue"}).request("GET", "/").json
    assert event["stageVariables"] == {"colour": "blue"}


def test_text_arrives_as_text(house: House) -> None:
    event = echoing(house).request("POST", "/groups/1/images", "grüße".encode()).json
    assert (event["body"], event["isBase64Encoded"]) == ("grüße", False)


def test_bytes_that_are_no_text_arrive_with_replacement_signs(house: House) -> None:
    event = echoing(house).request("POST", "/groups/1/images", b"a\xffb").json
    assert (event["body"], event["isBase64Encoded"]) == ("a�b", False)


def test_a_binary_media_type_arrives_in_base64(house: House) -> None:
    api = regional(house)
    api.client.update_rest_api(
        restApiId=api.id,
        patchOperations=[
            {"op": "add", "path": "/binaryMediaTypes/image~1png", "value": "image/png"}
        ],
    )
    api.proxy("POST", "/")
    event = api.deploy().request("POST", "/", b"\x89PNG", {"Content-Type": "image/png"}).json
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"\x89PNG"


def test_a_header_with_odd_bytes_survives(house: House) -> None:
    answer = echoing(house).request("GET", "/groups/1/images", headers={"X-Odd": "caf\xe9\x80"})
    assert answer.json["headers"]["X-Odd"] == "caf\xe9\x80"


def test_the_trace_of_the_request_goes_on(house: House) -> None:
    root = "1-67891233-abcdef012345678912345678"
    answer = echoing(house).request(
        "GET", "/groups/1/images", headers={"X-Amzn-Trace-Id": f"Root={root}"}
    )
    assert answer.headers["X-Amzn-Trace-Id"] == f"Root={root}"
    assert answer.json["headers"]["X-Amzn-Trace-Id"] == f"Root={root}"
    hop = house.trace.hops(root)[0]
    assert (hop.source, hop.target, hop.operation) == (
        "client",
        "apigateway",
        "GET /groups/{groupId}/images",
    )
    assert (hop.outcome, hop.detail["status"]) == ("ok", 200)
    assert hop.detail["path"] == "/groups/1/images"
