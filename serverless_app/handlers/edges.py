"""Where AWS's events become calls of ours, and our answers and errors become AWS's.

A handler is a function of an event and the App. The decorators here make of it what Lambda calls,
`handler(event, context)`; a test may give it an App of its own.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from serverless_app import errors
from serverless_app.handlers.requests import RestRequest, WebSocketMessage
from serverless_app.settings import trace_id
from serverless_app.streams import batch_item_failures
from serverless_app.wiring import App, the_app

Json = dict[str, Any]
Event = Mapping[str, Any]
Handler = Callable[..., Any]
Record = TypeVar("Record")

STATUSES: tuple[tuple[type[errors.UdagramError], int], ...] = (
    (errors.InvalidRequest, 400),
    (errors.TokenInvalid, 401),
    (errors.TokenForeign, 403),
    (errors.NotTheOwner, 403),
    (errors.NotFound, 404),
    (errors.SearchIsOff, 501),
    (errors.SearchUnavailable, 503),
    (errors.Throttled, 503),
)
# What services answer when they have no capacity: "Error retries and exponential backoff" and
# DynamoDB's "Error handling".
THROTTLED = frozenset(
    {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"}
)
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "no-store",
    "Content-Type": "application/json; charset=utf-8",
}


def invoked(handler: Callable[[Any, App], Any]) -> Handler:
    """What Lambda calls, whatever the event: with an App whose telemetry knows the invocation."""

    @functools.wraps(handler)
    def wrapped(event: Any, context: Any = None, *, app: App | None = None) -> Any:
        app = app or the_app()
        app.telemetry.begin(
            function=getattr(context, "function_name", handler.__name__),
            request_id=getattr(context, "aws_request_id", ""),
            trace_id=trace_id(),
        )
        app.remaining_ms = getattr(context, "get_remaining_time_in_millis", app.remaining_ms)
        return handler(event, app)

    return wrapped


def rest(status: int) -> Callable[[Callable[[RestRequest, App], Json | None]], Handler]:
    """A route of the REST API (Lambda proxy integration) that answers `status`, or an error.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    """

    def decorate(handler: Callable[[RestRequest, App], Json | None]) -> Handler:
        @invoked
        @functools.wraps(handler)
        def wrapped(event: Event, app: App) -> Json:
            return _answer(status, lambda: handler(RestRequest(event), app), app)

        return wrapped

    return decorate


def websocket(handler: Callable[[WebSocketMessage, App], Json | None]) -> Handler:
    """A route of the WebSocket API: what comes back is sent to the connection.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
    """

    @invoked
    @functools.wraps(handler)
    def wrapped(event: Event, app: App) -> Json:
        try:
            with _throttling_told():
                message = handler(WebSocketMessage(event), app)
        except errors.UdagramError as error:
            message = {"type": "error", "error": error.as_json()}
        return {"statusCode": 200, "body": dump(message) if message else ""}

    return wrapped


def each_record(
    records: Iterable[Record],
    act: Callable[[Record], object],
    *,
    named: Callable[[Record], str],
    app: App,
    stop: bool = False,
) -> Json:
    """Do one thing to each record; name those that failed, so that only they come again.

    In a stream everything after a failed record comes again too: `stop` spares it the first time.
    """
    failed: list[str] = []
    for record in records:
        try:
            act(record)
        except Exception as error:
            app.telemetry.failure("A record failed", error, record=named(record))
            failed.append(named(record))
            if stop:
                break
    return batch_item_failures(failed)


def dump(body: Json) -> str:
    """JSON as the API writes it."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _answer(status: int, call: Callable[[], Json | None], app: App) -> Json:
    headers = HEADERS
    try:
        with _throttling_told():
            body = call()
    except errors.UdagramError as error:
        status = next((code for kind, code in STATUSES if isinstance(error, kind)), 500)
        body = {"error": error.as_json()}
        app.telemetry.log("Refused", status=status, code=error.code)
        if isinstance(error, errors.Throttled):
            headers = {**HEADERS, "Retry-After": str(error.seconds)}
    return {"statusCode": status, "headers": headers, "body": "" if body is None else dump(body)}


@contextmanager
def _throttling_told() -> Iterator[None]:
    """What the SDK has given up on, as an error of ours: a client may come back.

    Known by its answer, not by its class: to import botocore for that costs a cold start.
    """
    try:
        yield
    except Exception as error:
        answer = getattr(error, "response", None) or {}
        if answer.get("Error", {}).get("Code") not in THROTTLED:
            raise
        raise errors.Throttled from error
