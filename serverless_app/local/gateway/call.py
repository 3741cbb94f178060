"""One request on its way through a REST API, and what every step may ask of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from serverless_app.local.gateway.rest_records import Method, RestApi, Stage
from serverless_app.local.http.messages import Headers, Request

# Hop by hop, or said again by the gateway: no integration sees them.
_NOT_PASSED_ON = frozenset({
    "connection", "content-length", "expect", "keep-alive", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade", "x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port",
    "x-forwarded-proto",
})  # fmt: skip
_SPELLED = {"authorization": "Authorization", "host": "Host", "user-agent": "User-Agent"}
Multi = dict[str, list[str]]


@dataclass(slots=True)
class Call:
    """A request, what it was matched with, and what was found out about it since."""

    request: Request
    api: RestApi
    stage: Stage
    path: str
    headers: Multi
    query: Multi
    request_id: str
    extended_request_id: str
    trace_id: str
    started: float
    source_arn: str = ""
    method: Method | None = None
    path_parameters: dict[str, str] = field(default_factory=dict)
    authorizer: dict[str, Any] | None = None
    api_key: tuple[str, str] | None = None
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> str:
        """The body as text; bytes that are no UTF-8 become U+FFFD."""
        return self.request.body.decode("utf-8", "replace")

    def header(self, name: str, default: str | None = None) -> str | None:
        """The last value of a header, its name in any case."""
        return last(self.headers, name, default)


def last(values: Multi, name: str, default: str | None = None) -> str | None:
    """The last value of a header, its name in any case."""
    found = values.get(name)
    if found is None:
        wanted = name.lower()
        found = next((v for k, v in values.items() if k.lower() == wanted), None)
    return found[-1] if found else default


def passed_headers(request: Request, trace_id: str, *, edge: bool) -> Multi:
    """The headers as an integration sees them: with `X-Forwarded-*` and the trace, as AWS adds."""
    headers: Multi = {}
    forwarded: list[str] = []
    for name, value in request.headers:
        lower = name.lower()
        if lower not in _NOT_PASSED_ON:
            headers.setdefault(_SPELLED.get(lower, name), []).append(value)
        elif lower == "x-forwarded-for":
            forwarded.append(value)
    _, _, port = (request.header("host") or "").rpartition(":")
    headers["X-Amzn-Trace-Id"] = [f"Root={trace_id}"]
    headers["X-Forwarded-For"] = [", ".join((*forwarded, request.peer))]
    headers["X-Forwarded-Port"] = [port if port.isdecimal() else "80"]
    headers["X-Forwarded-Proto"] = ["http"]
    if edge:
        headers |= _of_cloudfront(headers)
    return headers


def _of_cloudfront(headers: Multi) -> Multi:
    """What an edge-optimized endpoint's distribution adds."""
    mobile = "Mobile" in (last(headers, "User-Agent") or "")
    return {
        "CloudFront-Forwarded-Proto": ["http"],
        "CloudFront-Is-Desktop-Viewer": [str(not mobile).lower()],
        "CloudFront-Is-Mobile-Viewer": [str(mobile).lower()],
        "CloudFront-Is-SmartTV-Viewer": ["false"],
        "CloudFront-Is-Tablet-Viewer": ["false"],
        "CloudFront-Viewer-Country": ["US"],
        "Via": ["1.1 local.cloudfront.net (CloudFront)"],
    }


def query_of(request: Request) -> Multi:
    """The query string, decoded; a parameter without `=` is there with an empty value."""
    query: Multi = {}
    text = request.query
    if text:
        for name, value in parse_qsl(text, keep_blank_values=True, errors="replace"):
            query.setdefault(name, []).append(value)
    return query


def single(values: Multi) -> dict[str, str]:
    """The last value of each name."""
    return {name: found[-1] for name, found in values.items()}


def headers_of(multi: Multi) -> Headers:
    """Headers for a request of our own."""
    return tuple((name, value) for name, values in multi.items() for value in values)
