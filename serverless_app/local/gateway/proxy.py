"""Lambda proxy integration: the event a function gets, and what its answer becomes.

AWS page "Lambda proxy integrations in API Gateway" (payload format version 1.0).
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from serverless_app.local.gateway.call import Call, Multi, last, single
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.json_text import loads
from serverless_app.local.gateway.routing import decoded
from serverless_app.local.http.messages import Response

# "Important notes": what a backend may not set itself comes out under another name.
_REMAPPED = frozenset({
    "authorization", "connection", "content-length", "content-md5", "date", "expect", "host",
    "max-forwards", "proxy-authenticate", "server", "te", "trailer", "upgrade", "user-agent",
    "via", "www-authenticate",
})  # fmt: skip
# No field is mandatory, but no other may be there.
_FIELDS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
_DROPPED = frozenset(("transfer-encoding",))


def is_binary(media_type: str | None, binary_media_types: tuple[str, ...]) -> bool:
    """Whether the API treats a media type as binary."""
    if not binary_media_types:
        return False
    name = (media_type or "").partition(";")[0].strip().lower()
    return any(
        known == "*/*" or known == name or (known.endswith("/*") and name.startswith(known[:-1]))
        for known in binary_media_types
    )


def proxy_event(call: Call) -> dict[str, Any]:
    """The event of payload format 1.0."""
    method = call.method
    assert method is not None
    body: str | None = None
    binary = False
    if call.request.body:
        binary = is_binary(call.header("Content-Type"), call.api.binary_media_types)
        body = base64.b64encode(call.request.body).decode() if binary else call.body
    return {
        "resource": method.resource_path,
        "path": decoded(call.path),
        "httpMethod": call.request.method,
        "headers": single(call.headers) or None,
        "multiValueHeaders": call.headers or None,
        "queryStringParameters": single(call.query) or None,
        "multiValueQueryStringParameters": call.query or None,
        "pathParameters": call.path_parameters or None,
        "stageVariables": dict(call.stage.variables) or None,
        "requestContext": call.context,
        "body": body,
        "isBase64Encoded": binary,
    }


def proxy_response(call: Call, payload: bytes) -> Response:
    """A function's answer as an HTTP response.

    Raises GatewayError (502, "Internal server error") for one that is malformed.
    """
    try:
        answer = loads(payload)
        if not answer.keys() <= _FIELDS:
            raise malformed()
        status = int(answer.get("statusCode") or 200)
        headers = _headers(answer.get("headers") or {}, answer.get("multiValueHeaders") or {})
        body = answer.get("body")
        text = body if isinstance(body, str) else "" if body is None else None
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise malformed() from None
    if text is None or not 100 <= status <= 599:
        raise malformed()
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    encoded = answer.get("isBase64Encoded") is True
    return Response(status, _body(call, text, encoded), tuple(headers))


def malformed() -> GatewayError:
    """Malformed Lambda proxy response."""
    return GatewayError("INTEGRATION_FAILURE", status=502)


def _headers(one: dict[str, Any], many: dict[str, list[Any]]) -> list[tuple[str, str]]:
    """Both kinds merged; where both name a header, all values count once."""
    merged: Multi = {}
    for name, values in many.items():
        merged.setdefault(name.lower(), []).extend(_text(value) for value in values)
    spelling = {name.lower(): name for name in (*many, *one)}
    for name, value in one.items():
        values = merged.setdefault(name.lower(), [])
        if _text(value) not in values:
            values.append(_text(value))
    return [
        (remapped(spelling[lower]), value)
        for lower, values in merged.items()
        for value in values
        if lower not in _DROPPED
    ]


def remapped(name: str) -> str:
    """The name under which a response header of a backend leaves the gateway."""
    return f"x-amzn-Remapped-{name}" if name.lower() in _REMAPPED else name


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise TypeError(f"no header value: {value!r}")


def _body(call: Call, text: str, encoded: bool) -> bytes:
    """Base64 is decoded for clients that accept one of the API's binary types."""
    if not encoded:
        return text.encode("utf-8", "replace")
    accepted = (last(call.headers, "Accept") or "").partition(",")[0]
    if not is_binary(accepted, call.api.binary_media_types):
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise GatewayError("API_CONFIGURATION_ERROR") from None
