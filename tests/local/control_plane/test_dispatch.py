"""Requests to AWS APIs: whose they are, and that moto answers them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from serverless_app.local.control_plane import ControlPlane
from serverless_app.local.http.messages import Request
from serverless_app.local.http.responses import serialize

SERVICES = {
    "dynamodb": "list_tables",
    "dynamodbstreams": "list_streams",
    "s3": "list_buckets",
    "sqs": "list_queues",
    "sns": "list_topics",
    "kinesis": "list_streams",
    "events": "list_rules",
    "iam": "list_users",
    "sts": "get_caller_identity",
    "lambda": "list_functions",
    "apigateway": "get_rest_apis",
    "apigatewayv2": "get_apis",
    "cloudformation": "list_stacks",
    "logs": "describe_log_groups",
    "cloudwatch": "list_metrics",
    "cognito-identity": "list_identity_pools",
    "opensearch": "list_domain_names",
    "scheduler": "list_schedules",
    "kms": "list_keys",
    "secretsmanager": "list_secrets",
    "ssm": "describe_parameters",
}


@pytest.mark.parametrize(("service", "operation"), SERVICES.items())
def test_every_service_of_the_lessons_answers(
    plane: ControlPlane, service: str, operation: str
) -> None:
    needed = {"MaxResults": 1} if service == "cognito-identity" else {}
    answer = getattr(plane.client(service), operation)(**needed)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_service_that_is_not_dispatched_directly_answers_through_moto_s_own_server(
    plane: ControlPlane,
) -> None:
    assert plane.client("stepfunctions").list_state_machines()["stateMachines"] == []


def test_a_signed_request_is_an_aws_call(plane: ControlPlane) -> None:
    header = "AWS4-HMAC-SHA256 Credential=AKIA/20261124/us-east-1/sns/aws4_request, Signature=1"
    assert plane.claims(Request("POST", "/", (("Authorization", header),)))


def test_a_presigned_url_is_an_aws_call(plane: ControlPlane) -> None:
    plane.client("s3").create_bucket(Bucket="pictures")
    url = plane.client("s3").generate_presigned_url(
        "get_object", Params={"Bucket": "pictures", "Key": "k"}
    )
    parts = urlsplit(url)
    assert plane.claims(Request("GET", f"/elsewhere?{parts.query}"))


def test_a_target_is_an_aws_call(plane: ControlPlane) -> None:
    target = (("X-Amz-Target", "AWSCognitoIdentityProviderService.SignUp"),)
    assert plane.claims(Request("POST", "/", target))


def test_an_action_in_a_form_is_an_aws_call(plane: ControlPlane) -> None:
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    assert plane.claims(Request("POST", "/", form, b"Action=Publish&Version=2010-03-31"))


def test_a_path_that_names_a_bucket_is_an_aws_call(plane: ControlPlane) -> None:
    plane.client("s3").create_bucket(Bucket="pictures")
    assert plane.claims(Request("GET", "/pictures/a.jpg"))


def test_the_keys_of_a_user_pool_are_an_aws_call(plane: ControlPlane) -> None:
    assert plane.claims(Request("GET", "/us-east-1_abc123/.well-known/jwks.json"))


@pytest.mark.parametrize("target", ["/", "/index.html", "/dev/groups?limit=2", "/_console"])
def test_the_page_and_the_api_are_no_aws_calls(plane: ControlPlane, target: str) -> None:
    assert not plane.claims(Request("GET", target))


def test_a_request_over_http_is_answered_like_one_in_this_process(plane: ControlPlane) -> None:
    plane.client("s3").create_bucket(Bucket="pictures")
    plane.client("s3").put_object(Bucket="pictures", Key="a b/ä", Body=b"x", Metadata={"n_m": "v"})
    url = plane.client("s3").generate_presigned_url(
        "get_object", Params={"Bucket": "pictures", "Key": "a b/ä"}
    )
    parts = urlsplit(url)
    request = Request("GET", f"{parts.path}?{parts.query}", (("Host", parts.netloc),))
    response = asyncio.run(plane.handle(request))
    assert (response.status, response.body) == (200, b"x")
    assert ("x-amz-meta-n_m", "v") in response.headers


def test_a_head_says_how_long_the_object_is(plane: ControlPlane) -> None:
    s3 = plane.client("s3")
    s3.create_bucket(Bucket="pictures")
    s3.put_object(Bucket="pictures", Key="a", Body=b"0123456789")
    assert s3.head_object(Bucket="pictures", Key="a")["ContentLength"] == 10
    part = s3.get_object(Bucket="pictures", Key="a", Range="bytes=2-4")
    assert (part["ContentLength"], part["ContentRange"]) == (3, "bytes 2-4/10")
    url = s3.generate_presigned_url("head_object", Params={"Bucket": "pictures", "Key": "a"})
    request = Request("HEAD", url.removeprefix(plane.endpoint_url), (("Host", plane.authority),))
    wire = serialize(plane.answer(request), head_only=True).lower()
    assert wire.count(b"content-length:") == 1
    assert b"content-length: 10\r\n" in wire


def test_queue_urls_are_addresses_of_this_laptop_cloud(plane: ControlPlane) -> None:
    url = plane.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    assert url == "http://127.0.0.1:45660/123456789012/q"


def test_an_operation_that_is_not_played_says_so(
    plane: ControlPlane, refused: Callable[..., Any]
) -> None:
    status, code, message = refused(plane.client("cognito-idp").list_devices, AccessToken="x" * 20)
    assert (status, code) == (501, "InternalFailureException")
    assert message.startswith("The laptop cloud does not play this")


def test_real_credentials_and_settings_of_the_environment_are_not_used(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "somebody's")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://elsewhere.invalid")
    client = plane.client("sns", session_name="a test")
    assert client.meta.endpoint_url == "http://127.0.0.1:45660"
    assert client._request_signer._credentials.access_key == plane.administrator.access_key_id
    assert client.list_topics()["Topics"] == []


def test_revisions_grow_with_control_plane_writes_alone(plane: ControlPlane, images: str) -> None:
    before = plane.revision("dynamodb"), plane.revision("lambda")
    plane.client("dynamodb").put_item(TableName=images, Item={"g": {"S": "1"}, "k": {"S": "1"}})
    plane.client("dynamodb").describe_table(TableName=images)
    assert (plane.revision("dynamodb"), plane.revision("lambda")) == before
    plane.client("dynamodb").delete_table(TableName=images)
    assert plane.revision("dynamodb") == before[0] + 1
    assert plane.revision("lambda") == before[1]
