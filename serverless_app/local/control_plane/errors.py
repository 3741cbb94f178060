"""AWS's refusals, in the wire format that the asked service speaks."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from xml.sax.saxutils import escape

from serverless_app.local.control_plane.calls import Call
from serverless_app.local.http.messages import Response

REST_JSON = frozenset({"lambda", "apigateway", "apigatewayv2", "opensearch", "scheduler"})
# Where the error's code lives in a namespace of its own.
NAMESPACES = {
    "dynamodb": "com.amazonaws.dynamodb.v20120810#",
    "dynamodbstreams": "com.amazonaws.dynamodb.v20120810#",
    "sqs": "com.amazonaws.sqs#",
}
CORAL = "com.amazon.coral.service#"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not served. `code` is the plain name, without `Exception`."""

    code: str
    message: str
    status: int = 403


def respond(call: Call, refusal: Refusal) -> Response:
    """A refusal as the service of a call words it."""
    if call.service == "s3":
        return _s3(call, refusal)
    if call.service in REST_JSON:
        return _rest_json(refusal)
    if call.target:
        return _json(call, refusal)
    return _query(refusal)


def exception_name(code: str) -> str:
    """`AccessDenied` -> `AccessDeniedException`, as JSON services spell codes."""
    return code if code.endswith(("Exception", "Throttled")) else f"{code}Exception"


def _json(call: Call, refusal: Refusal) -> Response:
    name = exception_name(refusal.code)
    common = refusal.code in ("AccessDenied", "UnrecognizedClient", "InvalidSignature")
    space = CORAL if common else NAMESPACES.get(call.service, "")
    body = json.dumps({"__type": space + name, "message": refusal.message}).encode()
    version = "1.1" if call.service in ("kinesis", "cognito-idp", "logs", "events") else "1.0"
    status = 400 if refusal.status == 403 else refusal.status
    return Response(
        status,
        body,
        (
            ("Content-Type", f"application/x-amz-json-{version}"),
            ("x-amzn-RequestId", str(uuid.uuid4())),
            ("x-amzn-ErrorType", name),
        ),
    )


def _rest_json(refusal: Refusal) -> Response:
    name = exception_name(refusal.code)
    body = json.dumps({"Message": refusal.message, "Type": "User"}).encode()
    headers = (("Content-Type", "application/json"), ("x-amzn-ErrorType", name))
    return Response(refusal.status, body, headers)


def _s3(call: Call, refusal: Refusal) -> Response:
    request_id = uuid.uuid4().hex[:16].upper()
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{refusal.code}</Code><Message>{escape(refusal.message)}</Message>"
        f"<RequestId>{request_id}</RequestId><HostId>laptop-cloud</HostId></Error>"
    )
    content = b"" if call.request.method == "HEAD" else body.encode()
    headers = (("Content-Type", "application/xml"), ("x-amz-request-id", request_id))
    return Response(refusal.status, content, headers)


def _query(refusal: Refusal) -> Response:
    body = (
        "<ErrorResponse><Error><Type>Sender</Type>"
        f"<Code>{refusal.code}</Code><Message>{escape(refusal.message)}</Message></Error>"
        f"<RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
    )
    return Response(refusal.status, body.encode(), (("Content-Type", "text/xml"),))


# What a service says when it is asked too often: code, message, status.
THROTTLES = {
    "dynamodb": Refusal(
        "ProvisionedThroughputExceeded",
        "The level of configured provisioned throughput for the table was exceeded. "
        "Consider increasing your provisioning level with the UpdateTable API.",
        400,
    ),
    "kinesis": Refusal("ProvisionedThroughputExceeded", "Rate exceeded for shard.", 400),
    "s3": Refusal("SlowDown", "Please reduce your request rate.", 503),
    "sqs": Refusal("RequestThrottled", "Request is throttled.", 400),
    "sns": Refusal("Throttled", "Rate exceeded", 429),
    "lambda": Refusal("TooManyRequests", "Rate Exceeded.", 429),
    "cognito-idp": Refusal("TooManyRequests", "Too many requests", 400),
    "apigateway": Refusal("TooManyRequests", "Too Many Requests", 429),
    "dynamodbstreams": Refusal("LimitExceeded", "Rate exceeded for shard.", 400),
}
THROTTLED = Refusal("Throttling", "Rate exceeded", 400)


def throttled(call: Call) -> Response:
    """The throttling error of the service of a call."""
    return respond(call, THROTTLES.get(call.service, THROTTLED))
