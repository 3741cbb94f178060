"""A browser's form as an upload: what its signed policy allows, and what S3 says otherwise."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import Change, ControlPlane
from serverless_app.local.http.messages import Request, Response

PICTURE = b"\x89PNG\r\n\r\n--a picture--\r\n"
Fields = dict[str, str]
MAY_PUT = {
    "Effect": "Allow",
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::pictures/images/*",
}


@pytest.fixture
def sign(plane: ControlPlane, role: Callable[..., str]) -> Callable[..., Fields]:
    """Sign a form as a role that may put images; permissions are enforced."""
    plane.client("s3").create_bucket(Bucket="pictures")

    def sign(
        *conditions: Any,
        key: str = "images/${filename}",
        statement: dict[str, Any] = MAY_PUT,
        **fields: str,
    ) -> Fields:
        client = plane.client("s3", role_arn=role(statement), session_name="job")
        plane.enforce_permissions()
        made = client.generate_presigned_post(
            "pictures", key, Fields=fields, Conditions=list(conditions), ExpiresIn=300
        )
        found: Fields = made["fields"]
        return found

    return sign


def post(plane: ControlPlane, fields: Fields, content: bytes = PICTURE, **more: Any) -> Response:
    """Send a form as a browser does: the fields, then the file."""
    files = {"file": ("cat.png", content, "image/png")}
    sent = httpx.Request("POST", "http://laptop/pictures", data=fields, files=files)
    return plane.answer(as_request(sent))


def as_request(sent: httpx.Request) -> Request:
    return Request("POST", "/pictures", tuple(sent.headers.items()), sent.read())


def code_of(response: Response) -> tuple[int, str, str]:
    """Status, code and message of a refusal."""
    text = response.body.decode()
    code, message = (re.search(f"<{tag}>(.*?)</{tag}>", text) for tag in ("Code", "Message"))
    assert code is not None
    assert message is not None
    return response.status, code[1], message[1]


def stored(plane: ControlPlane) -> list[str]:
    found = plane.client("s3").list_objects_v2(Bucket="pictures")
    return [each["Key"] for each in found.get("Contents", [])]


# -- what is allowed -----------------------------------------------------------------------------


def test_a_form_that_fits_its_policy_uploads_its_file(
    plane: ControlPlane, sign: Callable[..., Fields]
) -> None:
    fields = sign({"Content-Type": "image/png"}, **{"Content-Type": "image/png"})

    response = post(plane, fields)

    found = plane.client("s3").get_object(Bucket="pictures", Key="images/cat.png")
    assert (response.status, response.body) == (204, b"")
    assert dict(response.headers)["ETag"] == found["ETag"]
    assert found["Body"].read() == PICTURE
    assert found["ContentType"] == "image/png"


def test_the_bucket_tells_that_it_came_by_post(
    plane: ControlPlane, sign: Callable[..., Fields], changes: list[Change]
) -> None:
    post(plane, sign())

    (event,) = [change.detail for change in changes if change.kind == "object"]
    assert (event.name, event.key, event.size) == (
        "ObjectCreated:Post",
        "images/cat.png",
        len(PICTURE),
    )


def test_a_form_may_ask_for_a_201_that_says_where_the_object_is(
    plane: ControlPlane, sign: Callable[..., Fields]
) -> None:
    fields = sign({"success_action_status": "201"}, success_action_status="201")

    response = post(plane, fields)

    assert response.status == 201
    assert b"<Bucket>pictures</Bucket><Key>images/cat.png</Key>" in response.body


def test_metadata_travels_in_fields(plane: ControlPlane, sign: Callable[..., Fields]) -> None:
    post(plane, sign(["starts-with", "$x-amz-meta-by", ""]) | {"x-amz-meta-by": "ada"})

    found = plane.client("s3").head_object(Bucket="pictures", Key="images/cat.png")
    assert found["Metadata"] == {"by": "ada"}


def test_a_field_that_asks_to_be_ignored_needs_no_condition(
    plane: ControlPlane, sign: Callable[..., Fields]
) -> None:
    assert post(plane, sign() | {"x-ignore-tracking": "1"}).status == 204


@pytest.mark.parametrize("length", [4, 8])
def test_a_range_of_lengths_has_both_its_ends(
    plane: ControlPlane, sign: Callable[..., Fields], length: int
) -> None:
    assert post(plane, sign(["content-length-range", 4, 8]), b"x" * length).status == 204


# -- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "code", "message"),
    [
        (3, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size"),
        (9, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"),
    ],
)
def test_a_file_of_another_length_is_refused(
    plane: ControlPlane, sign: Callable[..., Fields], length: int, code: str, message: str
) -> None:
    response = post(plane, sign(["content-length-range", 4, 8]), b"x" * length)

    assert code_of(response) == (400, code, message)
    assert stored(plane) == []


@pytest.mark.parametrize(
    ("changed", "condition"),
    [
        ({"key": "thumbnails/a"}, '["starts-with", "$key", "images/"]'),
        ({"Content-Type": "text/html"}, '["starts-with", "$Content-Type", "image/"]'),
        ({"acl": "public-read"}, '["eq", "$acl", "private"]'),
    ],
)
def test_a_form_that_breaks_a_condition_is_told_which(
    plane: ControlPlane, sign: Callable[..., Fields], changed: Fields, condition: str
) -> None:
    fields = sign(["starts-with", "$Content-Type", "image/"], {"acl": "private"})

    response = post(plane, fields | {"Content-Type": "image/png", "acl": "private"} | changed)

    why = f"Invalid according to Policy: Policy Condition failed: {condition}"
    assert code_of(response) == (403, "AccessDenied", why)
    assert stored(plane) == []


def test_a_field_without_a_condition_is_refused(
    plane: ControlPlane, sign: Callable[..., Fields]
) -> None:
    response = post(plane, sign() | {"x-amz-meta-by": "ada"})

    why = "Invalid according to Policy: Extra input fields: x-amz-meta-by"
    assert code_of(response) == (403, "AccessDenied", why)


def test_a_policy_for_another_bucket_is_refused(
    plane: ControlPlane, sign: Callable[..., Fields]
) -> None:
    plane.client("s3").create_bucket(Bucket="others")
    fields, files = sign(), {"file": ("cat.png", PICTURE)}
    sent = as_request(httpx.Request("POST", "http://laptop/others", data=fields, files=files))

    response = plane.answer(sent.at("/others"))

    why = 'Invalid according to Policy: Policy Condition failed: ["eq", "$bucket", "pictures"]'
    assert code_of(response) == (403, "AccessDenied", why)


def test_a_form_counts_until_its_policy_expires(
    plane: ControlPlane, sign: Callable[..., Fields], clock: Clock
) -> None:
    fields = sign()
    clock.advance(seconds=290)
    assert post(plane, fields).status == 204
    clock.advance(seconds=20)

    why = "Invalid according to Policy: Policy expired."
    assert code_of(post(plane, fields)) == (403, "AccessDenied", why)


def test_a_policy_that_was_changed_after_signing_is_refused(
    plane: ControlPlane, sign: Callable[..., Fields]
) -> None:
    fields = sign(["content-length-range", 1, 2])
    policy = json.loads(base64.b64decode(fields["policy"]))
    policy["conditions"] = [each for each in policy["conditions"] if "content-" not in str(each)]
    fields["policy"] = base64.b64encode(json.dumps(policy).encode()).decode()

    assert code_of(post(plane, fields))[:2] == (403, "SignatureDoesNotMatch")
    assert stored(plane) == []


def test_a_form_grants_no_more_than_its_signer_may(
    plane: ControlPlane, sign: Callable[..., Fields]
) -> None:
    reads = MAY_PUT | {"Action": "s3:GetObject"}

    status, code, message = code_of(post(plane, sign(statement=reads)))

    assert (status, code) == (403, "AccessDenied")
    assert "s3:PutObject on resource: arn:aws:s3:::pictures/images/cat.png" in message


def test_a_signer_whose_token_is_missing_is_refused(
    plane: ControlPlane, sign: Callable[..., Fields]
) -> None:
    fields = sign()
    del fields["x-amz-security-token"]

    assert code_of(post(plane, fields))[:2] == (403, "InvalidToken")


def test_a_key_that_nobody_holds_is_refused(
    plane: ControlPlane, sign: Callable[..., Fields]
) -> None:
    fields = sign()
    fields["x-amz-credential"] = "AKIANOBODY" + fields["x-amz-credential"][20:]

    assert code_of(post(plane, fields))[:2] == (403, "InvalidAccessKeyId")


def test_a_form_without_a_signature_is_anonymous(
    plane: ControlPlane, sign: Callable[..., Fields]
) -> None:
    sign()

    assert code_of(post(plane, {"key": "images/a"})) == (403, "AccessDenied", "Access Denied")


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("not JSON", "Invalid Policy: Invalid JSON."),
        ('{"conditions": []}', "Invalid Policy: Policy missing expiration."),
        ('{"expiration": "2030-01-01T00:00:00Z"}', "Invalid Policy: Policy missing conditions."),
        (
            '{"expiration": "soon", "conditions": []}',
            "Invalid Policy: Invalid 'expiration' value.",
        ),
    ],
)
def test_a_policy_that_is_none_is_refused(
    plane: ControlPlane, sign: Callable[..., Fields], policy: str, message: str
) -> None:
    fields = sign() | {"policy": base64.b64encode(policy.encode()).decode()}

    assert code_of(post(plane, fields)) == (400, "InvalidPolicyDocument", message)


def test_a_form_names_a_key(plane: ControlPlane, sign: Callable[..., Fields]) -> None:
    fields = sign()
    del fields["key"]

    status, code, message = code_of(post(plane, fields))

    assert (status, code) == (400, "InvalidArgument")
    assert message.startswith("Bucket POST must contain a field named 'key'.")


def test_a_form_has_a_file(plane: ControlPlane, sign: Callable[..., Fields]) -> None:
    sent = httpx.Request("POST", "http://laptop/pictures", files={"key": (None, "images/a")})
    sign()

    why = "POST requires exactly one file upload per request."
    assert code_of(plane.answer(as_request(sent))) == (400, "InvalidArgument", why)


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=other"])
def test_what_is_no_form_is_refused(
    plane: ControlPlane, sign: Callable[..., Fields], kind: str
) -> None:
    sign()

    answer = plane.answer(Request("POST", "/pictures", (("Content-Type", kind),), b"nothing"))

    assert code_of(answer)[:2] == (400, "MalformedPOSTRequest")


def test_the_old_signature_is_refused(plane: ControlPlane, sign: Callable[..., Fields]) -> None:
    fields = sign() | {"AWSAccessKeyId": "AKIA"}

    assert code_of(post(plane, fields))[:2] == (400, "InvalidRequest")
