"""Signatures and presigned URLs: what was signed is what is served, until it expires."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import ControlPlane, Credentials
from serverless_app.local.http.messages import Headers, Request

UPLOAD = {
    "Bucket": "pictures",
    "Key": "images/1",
    "ContentType": "image/jpeg",
    "ContentLength": 3,
    "IfNoneMatch": "*",
    "Metadata": {"group": "g"},
}
HEADERS: Headers = (
    ("Host", "127.0.0.1:45660"),
    ("Content-Type", "image/jpeg"),
    ("Content-Length", "3"),
    ("If-None-Match", "*"),
    ("x-amz-meta-group", "g"),
)
Refused = Callable[..., tuple[int, str, str]]


@pytest.fixture
def url(plane: ControlPlane, role: Callable[..., str], statement: Callable[..., Any]) -> str:
    """A presigned PUT, signed by a role that may put into `images/`."""
    plane.client("s3").create_bucket(Bucket="pictures")
    arn = role(statement("s3:PutObject", "arn:aws:s3:::pictures/images/*"))
    plane.enforce_permissions()
    client = plane.client("s3", role_arn=arn, session_name="createImage")
    signed: str = client.generate_presigned_url("put_object", Params=UPLOAD, ExpiresIn=300)
    return signed


def put(url: str, headers: Headers = HEADERS, body: bytes = b"abc") -> Request:
    parts = urlsplit(url)
    return Request("PUT", f"{parts.path}?{parts.query}", headers, body)


def changed(name: str, value: str | None) -> Headers:
    """The headers of the upload, with one changed or left out."""
    kept = tuple(pair for pair in HEADERS if pair[0] != name)
    return kept if value is None else (*kept, (name, value))


def test_a_presigned_put_stores_what_was_signed(plane: ControlPlane, url: str) -> None:
    assert plane.answer(put(url)).status == 200
    stored = plane.client("s3").head_object(Bucket="pictures", Key="images/1")
    assert (stored["ContentType"], stored["Metadata"]) == ("image/jpeg", {"group": "g"})


def test_a_presigned_put_writes_once(plane: ControlPlane, url: str) -> None:
    plane.answer(put(url))
    assert plane.answer(put(url)).status == 412


@pytest.mark.parametrize(
    "headers",
    [
        changed("Content-Type", "image/png"),
        changed("Content-Type", None),
        changed("Content-Length", "4"),
        changed("If-None-Match", None),
        changed("x-amz-meta-group", "h"),
        changed("Host", "elsewhere:1"),
    ],
)
def test_a_signed_header_that_differs_is_refused(
    plane: ControlPlane, url: str, headers: Headers
) -> None:
    response = plane.answer(put(url, headers))
    assert response.status == 403
    assert b"<Code>SignatureDoesNotMatch</Code>" in response.body


def test_a_tampered_key_is_refused(plane: ControlPlane, url: str) -> None:
    response = plane.answer(put(url.replace("images/1", "images/2")))
    assert b"<Code>SignatureDoesNotMatch</Code>" in response.body


def test_a_presigned_url_is_good_for_its_time_and_no_longer(
    plane: ControlPlane, url: str, clock: Clock
) -> None:
    clock.advance(301)
    response = plane.answer(put(url))
    assert response.status == 403
    assert b"<Message>Request has expired</Message>" in response.body


def test_a_url_that_a_process_on_the_wall_s_time_signs_is_good_after_the_clock_was_moved(
    plane: ControlPlane, url: str, clock: Clock
) -> None:
    """A terminal or a browser: their clocks do not move with ours."""
    wall = time.time()
    clock.advance(3600)
    assert plane.answer(put(url)).status == 403
    arn = "arn:aws:iam::123456789012:role/worker"
    client = plane.client("s3", role_arn=arn, session_name="createImage")
    with time_machine.travel(wall + 30, tick=False):
        signed = client.generate_presigned_url("put_object", Params=UPLOAD, ExpiresIn=300)
    with time_machine.travel(wall + 30 + 3600, tick=False):
        assert plane.answer(put(signed)).status == 200


def test_a_url_signed_in_the_second_in_which_the_clock_went_back_ends_in_time(
    plane: ControlPlane, url: str, clock: Clock
) -> None:
    clock.advance(3600)
    clock.reset()
    arn = "arn:aws:iam::123456789012:role/worker"
    client = plane.client("s3", role_arn=arn, session_name="createImage")
    signed = client.generate_presigned_url("put_object", Params=UPLOAD, ExpiresIn=300)
    clock.advance(301)
    assert plane.answer(put(signed)).status == 403


def test_a_url_is_worth_what_its_signer_may_do(
    plane: ControlPlane, role: Callable[..., str]
) -> None:
    plane.client("s3").create_bucket(Bucket="pictures")
    plane.enforce_permissions()
    client = plane.client("s3", role_arn=role(), session_name="createImage")
    signed = client.generate_presigned_url("put_object", Params=UPLOAD, ExpiresIn=300)
    response = plane.answer(put(signed))
    assert response.status == 403
    assert b"not authorized to perform: s3:PutObject" in response.body


def test_an_unknown_key_is_refused(plane: ControlPlane, refused: Refused) -> None:
    plane.enforce_permissions()
    nobody = Credentials("AKIAAAAAAAAAAAAAAAAA", "secret")
    json_client = plane._clients.client("dynamodb", plane.endpoint_url, "us-east-1", nobody)
    xml_client = plane._clients.client("s3", plane.endpoint_url, "us-east-1", nobody)
    assert refused(json_client.list_tables)[1] == "UnrecognizedClientException"
    assert refused(xml_client.list_buckets)[:2] == (403, "InvalidAccessKeyId")


def test_a_wrong_secret_is_refused(plane: ControlPlane, refused: Refused) -> None:
    plane.enforce_permissions()
    forged = replace(plane.administrator, secret_access_key="guessed")
    client = plane._clients.client("dynamodb", plane.endpoint_url, "us-east-1", forged)
    assert refused(client.list_tables)[1] == "InvalidSignatureException"


def test_a_wrong_session_token_is_refused(
    plane: ControlPlane, role: Callable[..., str], refused: Refused
) -> None:
    plane.enforce_permissions()
    held = replace(plane.credentials_for(role(), "x"), session_token="another")
    client = plane._clients.client("dynamodb", plane.endpoint_url, "us-east-1", held)
    assert refused(client.list_tables)[1] == "UnrecognizedClientException"


def test_temporary_credentials_expire(
    plane: ControlPlane, role: Callable[..., str], clock: Clock, refused: Refused
) -> None:
    arn = role()
    taken = plane.client("sts").assume_role(RoleArn=arn, RoleSessionName="xy")["Credentials"]
    held = Credentials(taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])
    plane.enforce_permissions()
    client = plane._clients.client("sts", plane.endpoint_url, "us-east-1", held)
    assert client.get_caller_identity()["Arn"].endswith("assumed-role/worker/xy")
    clock.advance(3601)
    assert refused(client.get_caller_identity)[1] == "ExpiredToken"


def test_credentials_of_a_function_do_not_expire_under_a_moved_clock(
    plane: ControlPlane, role: Callable[..., str], clock: Clock
) -> None:
    client = plane.client("sts", role_arn=role(), session_name="f")
    plane.enforce_permissions()
    clock.advance(7 * 86_400)
    assert client.get_caller_identity()["Arn"].endswith("assumed-role/worker/f")


@pytest.mark.parametrize("key", ["plain", "with space", "ä/ö?#%+&=", "a//b", "~tilde(1)*'!"])
def test_keys_of_any_kind_are_signed_and_stored(plane: ControlPlane, key: str) -> None:
    plane.enforce_permissions()
    s3 = plane.client("s3")
    s3.create_bucket(Bucket="pictures")
    s3.put_object(Bucket="pictures", Key=key, Body=b"1")
    assert s3.get_object(Bucket="pictures", Key=key)["Body"].read() == b"1"
    assert [o["Key"] for o in s3.list_objects_v2(Bucket="pictures")["Contents"]] == [key]
