"""POST policies: what a signed form may upload.

S3 API reference, "POST policy" and "Calculating a signature" of browser-based uploads.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from serverless_app.local.control_plane.errors import Refusal
from serverless_app.local.control_plane.form_uploads import FormUpload

# Fields that need no condition; nor does any whose name begins with `x-ignore-`.
FREE = ("policy", "x-amz-signature", "file")


class InvalidPolicy(ValueError):
    """A policy document that S3 cannot read."""


@dataclass(frozen=True)
class Policy:
    """Until when a form counts, and what must be true of it."""

    expiration: datetime
    conditions: list[Any]

    def lifetime(self, signed: str) -> int:
        """For how many seconds it counts from when it was signed; 0 where that is no date."""
        try:
            since = datetime.strptime(signed, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        except ValueError:
            return 0
        return int((self.expiration - since).total_seconds())


def read(document: str) -> Policy:
    """The policy in a form's field. Raises InvalidPolicy."""
    try:
        found = json.loads(base64.b64decode(document))
    except ValueError as error:
        raise InvalidPolicy("Invalid Policy: Invalid JSON.") from error
    if not isinstance(found, dict) or "expiration" not in found:
        raise InvalidPolicy("Invalid Policy: Policy missing expiration.")
    if not isinstance(found.get("conditions"), list):
        raise InvalidPolicy("Invalid Policy: Policy missing conditions.")
    try:
        expiration = datetime.fromisoformat(str(found["expiration"]))
    except ValueError as error:
        raise InvalidPolicy("Invalid Policy: Invalid 'expiration' value.") from error
    if expiration.tzinfo is None:
        expiration = expiration.replace(tzinfo=UTC)
    return Policy(
        expiration, [each for condition in found["conditions"] for each in plain(condition)]
    )


def plain(condition: Any) -> list[list[Any]]:
    """A condition as a list: `{"acl": "private"}` is `["eq", "$acl", "private"]`."""
    if isinstance(condition, dict):
        return [["eq", f"${name}", value] for name, value in condition.items()]
    if isinstance(condition, list) and len(condition) == 3:
        return [condition]
    raise InvalidPolicy("Invalid Policy: Invalid Condition.")


def is_signed(upload: FormUpload, key: bytes) -> bool:
    """Whether a form's signature is the one of its policy, with the signer's key."""
    expected = hmac.new(key, upload.fields.get("policy", "").encode(), "sha256").hexdigest()
    return hmac.compare_digest(expected, upload.fields.get("x-amz-signature", ""))


def refuse(policy: Policy, upload: FormUpload, bucket: str) -> Refusal | None:
    """Why a form is not what its policy allows; None when it is."""
    given = {**upload.fields, "key": upload.key, "bucket": bucket}
    for condition in policy.conditions:
        kind, name, value = condition
        if kind == "content-length-range":
            if refusal := _refuse_length(len(upload.content), int(name), int(value)):
                return refusal
        elif not _holds(kind, given.get(str(name).lstrip("$").lower()), str(value), str(name)):
            return _invalid(f"Policy Condition failed: {json.dumps(condition)}")
    named = {str(name).lstrip("$").lower() for kind, name, _ in policy.conditions}
    extra = [
        name
        for name in upload.fields
        if name not in named and name not in FREE and not name.startswith("x-ignore-")
    ]
    return _invalid(f"Extra input fields: {', '.join(extra)}") if extra else None


MATCHES: dict[str, Callable[[str, str], bool]] = {"eq": str.__eq__, "starts-with": str.startswith}


def _holds(kind: str, given: str | None, value: str, name: str) -> bool:
    if given is None or kind not in MATCHES:
        return False
    # "If the form field is Content-Type, and its value a list, each one is checked."
    parts = (
        given.split(",") if kind == "starts-with" and name.lower() == "$content-type" else [given]
    )
    return all(MATCHES[kind](part.strip() if len(parts) > 1 else part, value) for part in parts)


def _refuse_length(length: int, least: int, most: int) -> Refusal | None:
    if length > most:
        text = "Your proposed upload exceeds the maximum allowed size"
        return Refusal("EntityTooLarge", text, 400)
    if length < least:
        text = "Your proposed upload is smaller than the minimum allowed size"
        return Refusal("EntityTooSmall", text, 400)
    return None


def _invalid(why: str) -> Refusal:
    return Refusal("AccessDenied", f"Invalid according to Policy: {why}")


EXPIRED = _invalid("Policy expired.")
