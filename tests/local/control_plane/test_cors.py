"""Pages of other origins: what a bucket's rules and Cognito let their browsers do."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from serverless_app.local.control_plane import ControlPlane
from serverless_app.local.http.messages import Request, Response

PAGE = "http://page.example"
RULE = {
    "AllowedOrigins": [PAGE],
    "AllowedMethods": ["PUT"],
    "AllowedHeaders": ["content-type", "if-none-match", "x-amz-meta-*"],
    "ExposeHeaders": ["ETag"],
    "MaxAgeSeconds": 600,
}


@pytest.fixture
def bucket(plane: ControlPlane) -> str:
    s3 = plane.client("s3")
    s3.create_bucket(Bucket="pictures")
    s3.put_bucket_cors(Bucket="pictures", CORSConfiguration={"CORSRules": [RULE]})
    return "pictures"


def preflight(plane: ControlPlane, path: str, **asked: str) -> Response:
    names = {"origin": "Origin", "method": "Access-Control-Request-Method"}
    names["headers"] = "Access-Control-Request-Headers"
    headers = tuple((names[key], value) for key, value in asked.items())
    request = Request("OPTIONS", path, headers)
    assert plane.claims(request)
    return plane.answer(request)


def test_a_preflight_that_a_rule_covers_is_answered_with_what_it_allows(
    plane: ControlPlane, bucket: str
) -> None:
    wanted = "content-type,if-none-match,x-amz-meta-group"
    response = preflight(plane, "/pictures/a", origin=PAGE, method="PUT", headers=wanted)
    assert response.status == 200
    assert dict(response.headers) == {
        "Access-Control-Allow-Origin": PAGE,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "PUT",
        "Access-Control-Allow-Headers": "content-type, if-none-match, x-amz-meta-group",
        "Access-Control-Expose-Headers": "ETag",
        "Access-Control-Max-Age": "600",
        "Vary": "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    }


@pytest.mark.parametrize(
    "asked",
    [
        {"origin": "http://other.example", "method": "PUT"},
        {"origin": PAGE, "method": "DELETE"},
        {"origin": PAGE, "method": "PUT", "headers": "x-secret"},
    ],
)
def test_a_preflight_that_no_rule_covers_is_forbidden(
    plane: ControlPlane, bucket: str, asked: dict[str, str]
) -> None:
    response = preflight(plane, "/pictures/a", **asked)
    assert response.status == 403
    assert b"CORSResponse: This CORS request is not allowed" in response.body


def test_a_bucket_without_rules_forbids_every_preflight(plane: ControlPlane) -> None:
    plane.client("s3").create_bucket(Bucket="private")
    response = preflight(plane, "/private/a", origin=PAGE, method="GET")
    assert response.status == 403
    assert b"CORS is not enabled for this bucket" in response.body


def test_a_preflight_needs_no_permission(plane: ControlPlane, bucket: str) -> None:
    plane.enforce_permissions()
    assert preflight(plane, "/pictures/a", origin=PAGE, method="PUT").status == 200


def put(plane: ControlPlane, origin: str) -> dict[str, str]:
    client: Any = plane.client("s3")
    url = client.generate_presigned_url("put_object", Params={"Bucket": "pictures", "Key": "a"})
    parts = urlsplit(url)
    headers = (("Host", parts.netloc), ("Origin", origin))
    return dict(plane.answer(Request("PUT", f"{parts.path}?{parts.query}", headers)).headers)


def test_an_answer_carries_the_headers_that_let_the_page_read_it(
    plane: ControlPlane, bucket: str
) -> None:
    headers = put(plane, PAGE)
    assert headers["Access-Control-Allow-Origin"] == PAGE
    assert headers["Access-Control-Expose-Headers"] == "ETag"


def test_an_answer_to_another_origin_carries_none(plane: ControlPlane, bucket: str) -> None:
    headers = put(plane, "http://other.example")
    assert not [name for name in headers if name.startswith("Access-Control")]


def test_a_rule_for_every_origin_answers_with_a_star(plane: ControlPlane) -> None:
    s3 = plane.client("s3")
    s3.create_bucket(Bucket="pictures")
    rule = {"AllowedOrigins": ["*"], "AllowedMethods": ["PUT"]}
    s3.put_bucket_cors(Bucket="pictures", CORSConfiguration={"CORSRules": [rule]})
    assert put(plane, PAGE)["Access-Control-Allow-Origin"] == "*"


def test_a_refusal_can_be_read_by_the_page_too(plane: ControlPlane, bucket: str) -> None:
    plane.enforce_permissions()
    headers = (("Host", plane.authority), ("Origin", PAGE))
    response = plane.answer(Request("PUT", "/pictures/a", headers))
    assert response.status == 403
    assert ("Access-Control-Allow-Origin", PAGE) in response.headers


def test_a_page_of_any_origin_may_call_cognito(plane: ControlPlane) -> None:
    wanted = "content-type,x-amz-target"
    response = preflight(plane, "/", origin=PAGE, method="POST", headers=wanted)
    assert response.status == 200
    assert ("Access-Control-Allow-Headers", wanted) in response.headers
    headers = (
        ("Origin", PAGE),
        ("X-Amz-Target", "AWSCognitoIdentityProviderService.SignUp"),
        ("Content-Type", "application/x-amz-json-1.1"),
    )
    answer = plane.answer(Request("POST", "/", headers, b'{"ClientId": "none"}'))
    assert answer.status == 400
    assert ("Access-Control-Allow-Origin", "*") in answer.headers
