"""What becomes of a function's answer behind a proxy integration."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from .house import Answer, House, RestApi


@pytest.fixture
def api(house: House) -> RestApi:
    api = RestApi(house)
    api.proxy("POST", "/", "as_told")
    api.proxy("POST", "/written", "as_written")
    api.proxy("POST", "/fail", "fail")
    return api.deploy()


def told(api: RestApi, answer: Any, **headers: str) -> Answer:
    return api.request("POST", "/", json.dumps(answer), headers)


def test_status_headers_and_body_are_the_functions(api: RestApi) -> None:
    answer = told(
        api,
        {"statusCode": 201, "headers": {"X-One": "1", "Content-Type": "text/plain"}, "body": "é"},
    )
    assert (answer.status, answer.body) == (201, "é".encode())
    assert answer.headers["X-One"] == "1"
    assert answer.headers["Content-Type"] == "text/plain"


def test_json_is_the_default_content_type(api: RestApi) -> None:
    assert told(api, {"statusCode": 200}).headers["Content-Type"] == "application/json"


def test_a_status_may_come_as_text(api: RestApi) -> None:
    assert told(api, {"statusCode": "204"}).status == 204


def test_every_answer_names_its_request(api: RestApi) -> None:
    headers = told(api, {"statusCode": 200}).headers
    assert len(headers["x-amzn-RequestId"]) == 36
    assert len(headers["x-amz-apigw-id"]) == 16
    assert headers["X-Amzn-Trace-Id"].startswith("Root=1-")


def test_booleans_and_numbers_make_headers_too(api: RestApi) -> None:
    headers = told(api, {"statusCode": 200, "headers": {"A": True, "B": 5}}).headers
    assert (headers["A"], headers["B"]) == ("true", "5")


def test_headers_of_a_connection_are_remapped(api: RestApi) -> None:
    headers = told(api, {"statusCode": 401, "headers": {"WWW-Authenticate": "Basic"}}).headers
    assert headers["x-amzn-Remapped-WWW-Authenticate"] == "Basic"
    assert "WWW-Authenticate" not in headers


def test_a_line_break_in_a_header_begins_no_other_header(api: RestApi) -> None:
    answer = told(api, {"statusCode": 200, "headers": {"X-A": "1\r\nSet-Cookie: stolen=1"}})
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-A"] == "1  Set-Cookie: stolen=1"


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "text",
        [],
        {"message": "hello"},
        {"statusCode": "ok"},
        {"statusCode": 99},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "headers": {"A": {"nested": 1}}},
        {"statusCode": 200, "headers": ["A"]},
        {"statusCode": 200, "multiValueHeaders": {"A": 5}},
    ],
)
def test_a_malformed_answer_is_a_502(api: RestApi, answer: Any) -> None:
    refused = told(api, answer)
    assert (refused.status, refused.body) == (502, b'{"message":"Internal server error"}')


@pytest.mark.parametrize(
    "answer",
    [
        '{"statusCode": 1e400}',
        '{"statusCode": Infinity}',
        '{"statusCode": 200, "headers": {"A": NaN}}',
        '{"statusCode": 200',
        "",
    ],
)
def test_numbers_that_json_has_not_are_a_502_too(api: RestApi, answer: str) -> None:
    refused = api.request("POST", "/written", answer)
    assert (refused.status, refused.body) == (502, b'{"message":"Internal server error"}')


def test_half_a_surrogate_pair_is_a_question_mark(api: RestApi) -> None:
    answer = api.request("POST", "/written", r'{"statusCode": 200, "body": "a\ud83d"}')
    assert (answer.status, answer.body) == (200, b"a?")


def test_an_error_of_the_function_is_a_502(api: RestApi) -> None:
    answer = api.request("POST", "/fail", "{}")
    assert (answer.status, answer.json) == (502, {"message": "Internal server error"})
    assert answer.headers["x-amzn-ErrorType"] == "InternalServerErrorException"


def test_several_values_of_a_header_are_several_headers(api: RestApi) -> None:
    answer = told(
        api,
        {
            "statusCode": 200,
            "headers": {"Set-Cookie": "c=3"},
            "multiValueHeaders": {"set-cookie": ["a=1", "b=2"]},
        },
    )
    cookies = [value for name, value in answer.header_lines if name == "Set-Cookie"]
    assert cookies == ["a=1", "b=2", "c=3"]


PICTURE: dict[str, Any] = {
    "statusCode": 200,
    "headers": {"Content-Type": "image/png"},
    "body": base64.b64encode(b"\x89PNG").decode(),
    "isBase64Encoded": True,
}


def test_a_binary_answer_is_decoded_for_who_accepts_its_type(house: House) -> None:
    api = RestApi(house)
    patch = {"op": "add", "path": "/binaryMediaTypes/image~1*", "value": "image~1*"}
    api.client.update_rest_api(restApiId=api.id, patchOperations=[patch])
    api.proxy("POST", "/", "as_told")
    api.deploy()
    assert told(api, PICTURE, Accept="image/png,*/*").body == b"\x89PNG"
    assert told(api, PICTURE, Accept="text/html").body == PICTURE["body"].encode()


def test_without_binary_media_types_base64_stays_as_it_is(api: RestApi) -> None:
    assert told(api, PICTURE, Accept="image/png").body == base64.b64encode(b"\x89PNG")
