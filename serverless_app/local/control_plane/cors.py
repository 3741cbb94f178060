"""Cross-origin requests, as S3 and the JSON services answer a page's browser.

S3 user guide, "Using cross-origin resource sharing (CORS)": the first rule of the bucket that
fits the request counts. Cognito and its like let every origin in.
"""

from __future__ import annotations

import fnmatch
from typing import Any

from serverless_app.local.control_plane.calls import Call, bucket_call
from serverless_app.local.control_plane.errors import Refusal, respond
from serverless_app.local.http.messages import Headers, Request, Response

OPEN_SERVICES = frozenset({"cognito-idp", "cognito-identity", "dynamodb", "sts", "lambda"})
EXPOSED = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"
NOT_ALLOWED = (
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of "
    "Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers "
    "are not whitelisted by the resource's CORS spec."
)
NOT_ENABLED = "CORSResponse: CORS is not enabled for this bucket."


def is_preflight(request: Request) -> bool:
    """Whether a browser asks what a page may send."""
    return (
        request.method == "OPTIONS"
        and request.header("origin") is not None
        and request.header("access-control-request-method") is not None
    )


def is_api_preflight(request: Request) -> bool:
    """Whether it asks for a call of a JSON service, which has a target."""
    return is_preflight(request) and "x-amz-target" in requested_headers(request)


def requested_headers(request: Request) -> list[str]:
    """The headers that the page wants to send, lower case."""
    text = request.header("access-control-request-headers") or ""
    return [name.strip().lower() for name in text.split(",") if name.strip()]


def answer_api_preflight(request: Request) -> Response:
    """Every origin may call Cognito."""
    return Response(
        200,
        b"",
        (
            ("Access-Control-Allow-Origin", "*"),
            ("Access-Control-Allow-Methods", "POST"),
            ("Access-Control-Allow-Headers", ",".join(requested_headers(request))),
            ("Access-Control-Expose-Headers", EXPOSED),
            ("Access-Control-Max-Age", "172800"),
        ),
    )


def answer_bucket_preflight(request: Request, bucket: Any) -> Response:
    """What a bucket's rules let a page do: 200, or 403."""
    call = bucket_call(request)
    if not bucket.cors:
        return respond(call, Refusal("AccessForbidden", NOT_ENABLED))
    method = request.header("access-control-request-method") or ""
    rule = matching_rule(bucket, request.header("origin") or "", method)
    wanted = requested_headers(request)
    if rule is None or not all(allows_header(rule, name) for name in wanted):
        return respond(call, Refusal("AccessForbidden", NOT_ALLOWED))
    headers = rule_headers(rule, request.header("origin") or "")
    if wanted:
        headers = (*headers, ("Access-Control-Allow-Headers", ", ".join(wanted)))
    return Response(200, b"", headers)


def matching_rule(bucket: Any, origin: str, method: str) -> Any:
    """The first rule for an origin and a method; None when there is none."""
    for rule in bucket.cors:
        if method in several(rule.allowed_methods) and any(
            fnmatch.fnmatchcase(origin, pattern) for pattern in several(rule.allowed_origins)
        ):
            return rule
    return None


def allows_header(rule: Any, name: str) -> bool:
    """Whether a rule lets a page send a header; `*` stands for any text."""
    return any(
        fnmatch.fnmatchcase(name, pattern.lower()) for pattern in several(rule.allowed_headers)
    )


def rule_headers(rule: Any, origin: str) -> Headers:
    """What a matching rule adds to an answer."""
    everybody = "*" in several(rule.allowed_origins)
    headers = [
        ("Access-Control-Allow-Origin", "*" if everybody else origin),
        ("Access-Control-Allow-Methods", ", ".join(several(rule.allowed_methods))),
        ("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"),
    ]
    if not everybody:
        headers.append(("Access-Control-Allow-Credentials", "true"))
    if rule.exposed_headers:
        headers.append(("Access-Control-Expose-Headers", ", ".join(several(rule.exposed_headers))))
    if rule.max_age_seconds:
        headers.append(("Access-Control-Max-Age", str(rule.max_age_seconds)))
    return tuple(headers)


def several(value: Any) -> list[str]:
    """moto keeps one as itself and many as a list."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def with_headers(call: Call, response: Response, bucket: Any) -> Response:
    """An answer with the headers that let the asking page read it."""
    origin = call.request.header("origin")
    if origin is None:
        return response
    added: Headers = ()
    if call.service in OPEN_SERVICES:
        added = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", EXPOSED))
    elif bucket is not None:
        rule = matching_rule(bucket, origin, call.request.method)
        added = rule_headers(rule, origin) if rule else ()
    kept = tuple(h for h in response.headers if not h[0].lower().startswith("access-control-"))
    return Response(response.status, response.body, kept + added)
