"""The connection URL: `@connections/{connectionId}`, POST, GET and DELETE.

AWS page "Use @connections commands in your backend service"; errors as the reference of the
API Gateway Management API names them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from serverless_app.local.gateway.connection import Connection
from serverless_app.local.gateway.identifiers import execute_api_arn, is_connection_id
from serverless_app.local.gateway.rest_api import outcome_of
from serverless_app.local.gateway.websocket_api import WebSocketApis
from serverless_app.local.http.messages import Request, Response
from serverless_app.local.trace import new_trace_id, root_of

if TYPE_CHECKING:
    from serverless_app.local.clock import Clock
    from serverless_app.local.control_plane import ControlPlane
    from serverless_app.local.trace import Trace

PAYLOAD_LIMIT = 128 * 1024
# What may wait for a client that reads slowly: two of the largest messages.
UNSENT_LIMIT = 2 * PAYLOAD_LIMIT
OPERATIONS = {"POST": "PostToConnection", "GET": "GetConnection", "DELETE": "DeleteConnection"}


class ConnectionUrl:
    """Answers for the connections of `apis`, to whoever IAM lets."""

    def __init__(
        self, *, control_plane: ControlPlane, apis: WebSocketApis, trace: Trace, clock: Clock
    ) -> None:
        self._control_plane, self._apis = control_plane, apis
        self._trace, self._clock = trace, clock

    def answer(self, request: Request, api_id: str, stage: str, rest: str) -> Response:
        """The response to a request for `@connections/{rest}`, percent-encoded."""
        connection_id = unquote(rest)
        operation = OPERATIONS.get(request.method)
        if operation is None:
            return _error(
                403, "MissingAuthenticationTokenException", "Missing Authentication Token"
            )
        resource = self._resource(request.method, api_id, stage, connection_id)
        refused = self._control_plane.authorize(request, "execute-api:ManageConnections", resource)
        hop = self._trace.begin(
            self._control_plane.caller(request),
            "apigateway",
            operation,
            trace_id=root_of(request.header("x-amzn-trace-id")) or new_trace_id(),
            request=request.body,
            connection=connection_id,
        )
        response = refused or self._perform(request, api_id, stage, connection_id)
        self._trace.end(hop, outcome_of(response), response.body, status=response.status)
        return response

    def _resource(self, method: str, api_id: str, stage: str, connection_id: str) -> str:
        plane = self._control_plane
        rest = f"{stage}/{method}/@connections/{connection_id}"
        return execute_api_arn(plane.region, plane.account_id, api_id, rest)

    def _perform(self, request: Request, api_id: str, stage: str, connection_id: str) -> Response:
        if not is_connection_id(connection_id):
            return _error(400, "BadRequestException", f"Invalid connectionId: {connection_id}")
        connection = self._apis.connections.find(connection_id)
        if connection is None or (connection.api_id, connection.stage_name) != (api_id, stage):
            return _gone()
        if request.method == "GET":
            return _describe(connection)
        if request.method == "DELETE":
            assert connection.peer is not None
            connection.peer.close(1000, "Connection Closed Normally")
            self._apis.connections.remove(connection)
            return Response(204)
        return self._post(request, connection)

    def _post(self, request: Request, connection: Connection) -> Response:
        if len(request.body) > PAYLOAD_LIMIT:
            return _error(413, "PayloadTooLargeException", "Message too long")
        peer = connection.peer
        if peer is None or self._apis.dropped(connection):
            return _gone()
        if peer.unsent + len(request.body) > UNSENT_LIMIT:
            return _error(429, "LimitExceededException", "The client side buffer is full")
        try:
            peer.send(request.body.decode())
        except UnicodeDecodeError:
            peer.send(request.body)
        connection.last_active_at = self._clock.time()
        return Response(200)


def _describe(connection: Connection) -> Response:
    described = {
        "connectedAt": _iso(connection.connected_at),
        "identity": {"sourceIp": connection.source_ip, "userAgent": connection.user_agent},
        "lastActiveAt": _iso(connection.last_active_at),
    }
    return Response(200, json.dumps(described).encode(), (("Content-Type", "application/json"),))


def _iso(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")


def _gone() -> Response:
    return _error(410, "GoneException", None)


def _error(status: int, error_type: str, message: str | None) -> Response:
    headers = (("Content-Type", "application/json"), ("x-amzn-ErrorType", error_type))
    return Response(status, json.dumps({"message": message}).encode(), headers)
