"""The connection URL: `@connections/{connectionId}`, POST, GET and DELETE.

AWS page "Use @connections commands in your backend service"; errors as the reference of the
API Gateway Management API names them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
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
OPERATIONS = {"POST": "PostToConnection", "GET": "GetConnection", "DELETE": "DeleteConnection"}


@dataclass(frozen=True, slots=True)
class Command:
    """One request to the connection URL."""

    request: Request
    api_id: str
    stage: str
    connection_id: str
    trace_id: str


class ConnectionUrl:
    """Answers for the connections of `apis`, to whoever IAM lets."""

    def __init__(
        self, *, control_plane: ControlPlane, apis: WebSocketApis, trace: Trace, clock: Clock
    ) -> None:
        self._control_plane, self._apis = control_plane, apis
        self._trace, self._clock = trace, clock

    def answer(self, request: Request, api_id: str, stage: str, rest: str) -> Response:
        """The response to a request for `@connections/{rest}`, percent-encoded."""
        operation = OPERATIONS.get(request.method)
        if operation is None:
            text = "Missing Authentication Token"
            return _error(403, "MissingAuthenticationTokenException", text)
        trace_id = root_of(request.header("x-amzn-trace-id")) or new_trace_id()
        command = Command(request, api_id, stage, unquote(rest), trace_id)
        hop = self._trace.begin(
            self._control_plane.caller(request),
            "apigateway",
            operation,
            trace_id=trace_id,
            request=request.body,
            connection=command.connection_id,
        )
        response = self._refuse(command) or self._perform(command)
        self._trace.end(hop, outcome_of(response), response.body, status=response.status)
        return response

    def _refuse(self, command: Command) -> Response | None:
        plane = self._control_plane
        rest = f"{command.stage}/{command.request.method}/@connections/{command.connection_id}"
        resource = execute_api_arn(plane.region, plane.account_id, command.api_id, rest)
        return plane.authorize(command.request, "execute-api:ManageConnections", resource)

    def _perform(self, command: Command) -> Response:
        if not is_connection_id(command.connection_id):
            text = f"Invalid connectionId: {command.connection_id}"
            return _error(400, "BadRequestException", text)
        connection = self._apis.connections.find(command.connection_id)
        place = (command.api_id, command.stage)
        if connection is None or (connection.api_id, connection.stage_name) != place:
            return _gone()
        if command.request.method == "GET":
            return _describe(connection)
        if command.request.method == "POST":
            return self._post(command, connection)
        if connection.peer is not None:
            connection.peer.close(1000, "Connection Closed Normally")
        self._apis.connections.remove(connection)
        return Response(204)

    def _post(self, command: Command, connection: Connection) -> Response:
        data = command.request.body
        if len(data) > PAYLOAD_LIMIT:
            return _error(413, "PayloadTooLargeException", "Message too long")
        peer = connection.peer
        if peer is None or self._apis.dropped(connection):
            return _gone()
        if not connection.has_room(len(data)):
            return _error(429, "LimitExceededException", "The client side buffer is full")
        try:
            peer.send(data.decode())
        except UnicodeDecodeError:
            peer.send(data)
        connection.last_active_at = self._clock.time()
        self._tell(command, connection)
        return Response(200)

    def _tell(self, command: Command, connection: Connection) -> None:
        """The way from here to the client, for the trace."""
        hop = self._trace.begin(
            "apigateway",
            connection.client,
            "message",
            trace_id=command.trace_id,
            kind="event",
            request=command.request.body,
            connection=connection.id,
        )
        self._trace.end(hop)


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
