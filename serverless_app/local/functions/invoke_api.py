"""The Invoke API, as boto3's Lambda client calls it.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from serverless_app.local.functions.errors import (
    InvalidParameterValue,
    InvalidRequestContent,
    LambdaError,
)
from serverless_app.local.functions.model import Invocation
from serverless_app.local.http.messages import Headers, Request, Response

PATH = re.compile(r"/2015-03-31/functions/([^/]+)/invocations/?")
ACCESS_KEY = re.compile(r"Credential=([^/,\s]+)/")
TYPES = ("RequestResponse", "Event", "DryRun")
CONTEXT_BYTES = 3_583
JSON: Headers = (("Content-Type", "application/json"),)


@dataclass(frozen=True, slots=True)
class Call:
    """An Invoke request, read."""

    function: str
    qualifier: str | None
    kind: str
    payload: bytes
    wants_log: bool
    client_context: str


def is_invoke(request: Request) -> bool:
    """Whether a request is for the Invoke API."""
    return request.method == "POST" and PATH.fullmatch(request.path) is not None


def read(request: Request) -> Call:
    """The call; InvalidParameterValue or InvalidRequestContent where it means nothing."""
    path = PATH.fullmatch(request.path)
    assert path, "`is_invoke` said yes"
    kind = request.header("x-amz-invocation-type") or "RequestResponse"
    if kind not in TYPES:
        raise InvalidParameterValue(f"Unknown invocation type: {kind}")
    payload = request.body or b"{}"
    try:
        json.loads(payload)
    except ValueError as error:
        raise InvalidRequestContent(f"Could not parse request body into json: {error}") from error
    qualifier = parse_qs(request.query).get("Qualifier", [""])[0]
    return Call(
        function=unquote(path[1]),
        qualifier=qualifier or None,
        kind=kind,
        payload=payload,
        wants_log=request.header("x-amz-log-type") == "Tail",
        client_context=client_context(request.header("x-amz-client-context")),
    )


def access_key(request: Request) -> str:
    """The access key that a request is signed with; empty without a signature."""
    found = ACCESS_KEY.search(request.header("authorization") or "")
    return found[1] if found else ""


def client_context(encoded: str | None) -> str:
    """The client context as one line of ASCII JSON; empty without one."""
    if not encoded:
        return ""
    try:
        context = json.loads(base64.b64decode(encoded, validate=True))
    except ValueError as error:
        message = "Client context must be a valid Base64-encoded JSON object."
        raise InvalidRequestContent(message) from error
    if not isinstance(context, dict) or len(encoded) > CONTEXT_BYTES:
        raise InvalidRequestContent("Client context must be a JSON object of at most 3583 bytes.")
    return json.dumps(context)


def answered(invocation: Invocation, wants_log: bool) -> Response:
    """200 with the function's answer, or its error."""
    headers = [
        *JSON,
        ("x-amzn-RequestId", invocation.request_id),
        ("X-Amz-Executed-Version", invocation.version),
    ]
    if invocation.function_error:
        headers.append(("X-Amz-Function-Error", invocation.function_error))
    if wants_log:
        log = base64.b64encode(invocation.log_tail.encode()).decode()
        headers.append(("X-Amz-Log-Result", log))
    return Response(200, invocation.payload, tuple(headers))


def accepted(request_id: str) -> Response:
    """202: the event is in the queue."""
    return Response(202, b"", (*JSON, ("x-amzn-RequestId", request_id)))


def rehearsed() -> Response:
    """204: it would have been allowed."""
    return Response(204, b"", (("x-amzn-RequestId", str(uuid.uuid4())),))


def refused(error: LambdaError) -> Response:
    """An error as boto3 reads it."""
    headers = (
        *JSON,
        ("x-amzn-RequestId", str(uuid.uuid4())),
        ("x-amzn-ErrorType", error.code),
    )
    return Response(error.status, error.body(), headers)
