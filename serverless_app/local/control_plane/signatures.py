"""Signature Version 4: who signed a request, with what, and whether it still counts.

IAM user guide, "Create a signed AWS API request"; S3 API reference, "Authenticating Requests:
Using Query Parameters".
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from botocore.utils import normalize_url_path

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import post_policies
from serverless_app.local.control_plane.calls import Call
from serverless_app.local.control_plane.errors import Refusal
from serverless_app.local.control_plane.form_uploads import FormUpload
from serverless_app.local.control_plane.sessions import Caller
from serverless_app.local.http.messages import Request

DATE = "%Y%m%dT%H%M%SZ"
UNSIGNED = "UNSIGNED-PAYLOAD"
HEX_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signed request says of its signature, in its header or its query."""

    scope: str
    date: str
    headers: tuple[str, ...]
    value: str
    token: str | None
    expires: int | None = None


def signature_of(call: Call) -> Signature:
    """The signature of a call that names an access key."""
    if call.presigned:
        q = call.query
        return Signature(
            q["X-Amz-Credential"].partition("/")[2],
            q.get("X-Amz-Date", ""),
            tuple(q.get("X-Amz-SignedHeaders", "").lower().split(";")),
            q.get("X-Amz-Signature", ""),
            q.get("X-Amz-Security-Token"),
            int(q.get("X-Amz-Expires", "0")),
        )
    header = call.request.header("authorization") or ""
    fields = dict(re.findall(r"(Credential|SignedHeaders|Signature)=([^,\s]+)", header))
    return Signature(
        fields.get("Credential", "").partition("/")[2],
        call.request.header("x-amz-date") or "",
        tuple(fields.get("SignedHeaders", "").lower().split(";")),
        fields.get("Signature", ""),
        call.request.header("x-amz-security-token"),
    )


def signature_of_form(upload: FormUpload) -> Signature:
    """The signature of a form: over its policy, which says for how long it counts."""
    given = upload.fields
    return Signature(
        given.get("x-amz-credential", "").partition("/")[2],
        given.get("x-amz-date", ""),
        (),
        given.get("x-amz-signature", ""),
        given.get("x-amz-security-token"),
    )


def scope_of(signature: Signature) -> tuple[str, str, str]:
    """Day, region and service; empty where the scope is none."""
    date, region, service = [*signature.scope.split("/"), "", "", ""][:3]
    return date, region, service


class SignatureCheck:
    """Checks signatures against the clock that lessons move."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def refuse(self, call: Call, caller: Caller) -> Refusal | None:
        """Why a signature does not count; None when it does."""
        signature = signature_of_form(call.upload) if call.upload else signature_of(call)
        if signature.token != caller.credentials.session_token:
            return _invalid_token(call)
        if caller.expires and self._clock.now() > caller.expires:
            return Refusal("ExpiredToken", "The security token included in the request is expired")
        if call.upload:
            return self._refuse_form(call, call.upload, signature, caller)
        if signature.expires is not None and self._is_expired(signature):
            return Refusal("AccessDenied", "Request has expired")
        expected = sign(call, signature, caller.credentials.secret_access_key)
        if hmac.compare_digest(expected, signature.value):
            return _check_payload(call)
        return _mismatch(call)

    def _refuse_form(
        self, call: Call, upload: FormUpload, signature: Signature, caller: Caller
    ) -> Refusal | None:
        try:
            policy = post_policies.read(upload.fields.get("policy", ""))
        except post_policies.InvalidPolicy as error:
            return Refusal("InvalidPolicyDocument", str(error), 400)
        key = signing_key(caller.credentials.secret_access_key, *scope_of(signature))
        if not post_policies.is_signed(upload, key):
            return _mismatch(call)
        if self._is_expired(replace(signature, expires=policy.lifetime(signature.date))):
            return post_policies.EXPIRED
        return post_policies.refuse(policy, upload, call.path[0])

    def _is_expired(self, signature: Signature) -> bool:
        """Whether more than its seconds have passed on our clock since it was signed.

        Functions write our clock's time. Other processes write the wall's, which ours may be
        ahead of: what counts is how far ours has come since that moment. The date has whole
        seconds; in one in which the clock was moved, a signature is as old as it can be.
        """
        try:
            signed = datetime.strptime(signature.date, DATE).replace(tzinfo=UTC)
        except ValueError:
            return True
        wall = self._clock.time() - self._clock.offset
        if signed.timestamp() <= wall + 1:
            offset = self._clock.least_offset(int(signed.timestamp()))
            signed += timedelta(seconds=offset)
        return self._clock.now() > signed + timedelta(seconds=signature.expires or 0)


def sign(call: Call, signature: Signature, secret: str) -> str:
    """The signature that a request should carry."""
    request, scope = call.request, signature.scope
    canonical = "\n".join(
        (
            request.method,
            canonical_path(call),
            canonical_query(request),
            "".join(f"{name}:{header_text(request, name)}\n" for name in signature.headers),
            ";".join(signature.headers),
            payload_hash(call),
        )
    )
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{signature.date}\n{scope}\n{digest}"
    return hmac.new(signing_key(secret, *scope_of(signature)), text.encode(), "sha256").hexdigest()


@functools.lru_cache(maxsize=512)
def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    """The key of a day, a region and a service."""
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    return key


def canonical_path(call: Call) -> str:
    """The path, encoded once for S3 and twice for everybody else."""
    if call.service == "s3":
        return quote(unquote(call.request.path), safe="/-_.~")
    return quote(normalize_url_path(call.request.path), safe="/-_.~")


def canonical_query(request: Request) -> str:
    """The query, sorted and encoded anew, without the signature itself."""
    pairs = []
    for part in filter(None, request.query.split("&")):
        name, _, value = part.partition("=")
        pairs.append((quote(unquote(name), safe="-_.~"), quote(unquote(value), safe="-_.~")))
    return "&".join(f"{k}={v}" for k, v in sorted(pairs) if k != "X-Amz-Signature")


def header_text(request: Request, name: str) -> str:
    """A header's values, joined, runs of spaces as one."""
    values = [value for key, value in request.headers if key.lower() == name]
    return ",".join(" ".join(value.split()) for value in values)


def payload_hash(call: Call) -> str:
    """The hash of the body, as the signer said it or as it is."""
    if said := call.request.header("x-amz-content-sha256"):
        return said
    return UNSIGNED if call.presigned else hashlib.sha256(call.request.body).hexdigest()


def _check_payload(call: Call) -> Refusal | None:
    said = call.request.header("x-amz-content-sha256") or UNSIGNED
    if HEX_DIGEST.fullmatch(said) and said != hashlib.sha256(call.request.body).hexdigest():
        message = "The provided 'x-amz-content-sha256' header does not match what was computed."
        return Refusal("XAmzContentSHA256Mismatch", message, 400)
    return None


def _invalid_token(call: Call) -> Refusal:
    code = "InvalidToken" if call.service == "s3" else "UnrecognizedClient"
    return Refusal(code, "The security token included in the request is invalid.")


def _mismatch(call: Call) -> Refusal:
    if call.service == "s3" or not call.target:
        code = "SignatureDoesNotMatch"
    else:
        code = "InvalidSignature"
    return Refusal(
        code,
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method.",
    )
