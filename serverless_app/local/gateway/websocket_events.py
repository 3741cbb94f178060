"""The events of a WebSocket API: CONNECT, MESSAGE, DISCONNECT.

AWS pages "WebSocket API mapping template reference for API Gateway" and "Invoke your
integrations".
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from serverless_app.local.gateway import json_path
from serverless_app.local.gateway.call import Call, Multi, single
from serverless_app.local.gateway.connection import Connection
from serverless_app.local.gateway.identifiers import request_time

if TYPE_CHECKING:
    from collections.abc import Collection

NO_STATUS = 1005  # RFC 6455, section 7.4.1
_NAME = r"request\.body\.([\w.\[\]'-]+)"
_VARIABLE = re.compile(rf"\$(?:\{{{_NAME}\}}|{_NAME})")


def selected_route(expression: str, message: str, keys: Collection[str]) -> str | None:
    """The route key of a message: what its selection expression comes to, or `$default`.

    None when the API has neither. Text that is no JSON object goes to `$default`.
    """
    try:
        body = json.loads(message)
    except (ValueError, RecursionError):
        body = None
    key = _evaluate(expression, body) if isinstance(body, dict) else ""
    if key and not key.startswith("$") and key in keys:
        return key
    return "$default" if "$default" in keys else None


def _evaluate(expression: str, body: dict[str, Any]) -> str:
    def value(match: re.Match[str]) -> str:
        found = json_path.find(body, match[1] or match[2])
        if isinstance(found, bool):
            return str(found).lower()
        return str(found) if isinstance(found, str | int | float) else ""

    return _VARIABLE.sub(value, expression)


def websocket_context(
    call: Call, connection: Connection, route_key: str, event_type: str
) -> dict[str, Any]:
    """`requestContext`, which is also `$context`."""
    context: dict[str, Any] = {
        "routeKey": route_key,
        "eventType": event_type,
        "extendedRequestId": call.extended_request_id,
        "requestTime": request_time(call.started),
        "messageDirection": "IN",
        "stage": connection.stage_name,
        "connectedAt": int(connection.connected_at * 1000),
        "requestTimeEpoch": int(call.started * 1000),
        "identity": {"userAgent": connection.user_agent, "sourceIp": connection.source_ip},
        "requestId": call.request_id,
        "domainName": connection.domain_name,
        "connectionId": connection.id,
        "apiId": connection.api_id,
    }
    if connection.authorizer is not None:
        context["authorizer"] = connection.authorizer
    return context


def farewell(code: int, reason: str) -> dict[str, Any]:
    """How a connection ended, as `$disconnect` is told."""
    if code == NO_STATUS and not reason:
        reason = "Client-side close frame status not set"
    return {"disconnectStatusCode": code, "disconnectReason": reason}


def connect_event(call: Call) -> dict[str, Any]:
    """The event of `$connect`: headers and query string of the handshake, no body."""
    event = _with_headers(call.headers, call)
    if call.query:
        event["queryStringParameters"] = single(call.query)
        event["multiValueQueryStringParameters"] = call.query
    return event


def message_event(call: Call) -> dict[str, Any]:
    """The event of a message."""
    return _with_stage_variables({"requestContext": call.context, "body": call.body}, call)


def disconnect_event(call: Call) -> dict[str, Any]:
    """The event of `$disconnect`: its context says how the connection ended."""
    return _with_headers(call.headers, call)


def _with_headers(headers: Multi, call: Call) -> dict[str, Any]:
    event = {
        "headers": single(headers),
        "multiValueHeaders": headers,
        "requestContext": call.context,
    }
    return _with_stage_variables(event, call)


def _with_stage_variables(event: dict[str, Any], call: Call) -> dict[str, Any]:
    if call.stage.variables:
        event["stageVariables"] = dict(call.stage.variables)
    event["isBase64Encoded"] = False
    return event
