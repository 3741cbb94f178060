"""What the handshake, a message and a farewell have in common: a call of one route."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from serverless_app.local.gateway.access_log import AccessLog
from serverless_app.local.gateway.call import Call, passed_headers, query_of
from serverless_app.local.gateway.connection import Connection
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.identifiers import execute_api_arn, extended_request_id
from serverless_app.local.gateway.integrations import Integrations
from serverless_app.local.gateway.json_text import dumps, loads
from serverless_app.local.gateway.proxy import malformed
from serverless_app.local.gateway.rest_records import Stage
from serverless_app.local.gateway.websocket_events import websocket_context
from serverless_app.local.gateway.websocket_records import Route, WebSocketApi
from serverless_app.local.http.messages import Request, Response
from serverless_app.local.trace import new_trace_id, root_of

if TYPE_CHECKING:
    from serverless_app.local.clock import Clock
    from serverless_app.local.control_plane import ControlPlane
    from serverless_app.local.functions import LambdaService

JSON = (("Content-Type", "application/json"),)
EVENT_TYPES = {"$connect": "CONNECT", "$disconnect": "DISCONNECT"}


class RouteCalls:
    """Makes calls of routes, and has their integrations answer them."""

    def __init__(
        self,
        *,
        control_plane: ControlPlane,
        functions: LambdaService,
        clock: Clock,
        access_log: AccessLog,
    ) -> None:
        self._control_plane, self._clock, self._access_log = control_plane, clock, access_log
        self._integrations = Integrations(control_plane=control_plane, functions=functions)

    def new(
        self, request: Request, api: WebSocketApi, stage: Stage, connection: Connection, key: str
    ) -> Call:
        """A call of the route with `key`."""
        trace_id = root_of(request.header("x-amzn-trace-id")) or new_trace_id()
        identifier = extended_request_id()
        call = Call(
            request=request,
            api=api.api,
            stage=stage,
            path="/",
            headers=passed_headers(request, trace_id, edge=False),
            query=query_of(request),
            request_id=identifier,
            extended_request_id=identifier,
            trace_id=trace_id,
            started=self._clock.time(),
            source_arn=self.arn(api.id, f"{stage.name}/{key}"),
        )
        event_type = EVENT_TYPES.get(key, "MESSAGE")
        call.context = websocket_context(call, connection, key, event_type)
        return call

    async def answer(
        self, call: Call, route: Route, event: Callable[[Call], dict[str, Any]]
    ) -> Response:
        """What the route's integration answers. Raises GatewayError when it fails."""
        if route.integration is None:
            raise GatewayError("API_CONFIGURATION_ERROR")
        if route.integration.type != "AWS_PROXY":
            return await self._integrations.answer(call, route.integration)
        payload = await self._integrations.invoke(call, route.integration, dumps(event(call)))
        return _response(payload)

    def arn(self, api_id: str, rest: str) -> str:
        """`arn:aws:execute-api:…` of a part of an API."""
        plane = self._control_plane
        return execute_api_arn(plane.region, plane.account_id, api_id, rest)

    def log(self, call: Call, status: int) -> None:
        """A line in the stage's access log, where it asks for one."""
        if call.stage.access_log:
            self._access_log.write(call.stage.access_log, {**call.context, "status": status})


def _response(payload: bytes) -> Response:
    """A function's answer to a route. Raises GatewayError (502) for one without a status."""
    try:
        answer = loads(payload)
        status, body = int(answer["statusCode"]), answer.get("body")
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise malformed() from None
    text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    return Response(status, text.encode("utf-8", "replace"), JSON)


def error_text(error: GatewayError, connection: Connection, call: Call) -> str:
    """What a client is told when its message, or its handshake, could not be handled."""
    message = json.dumps(error.message or "Internal server error")
    return (
        f'{{"message": {message}, "connectionId":"{connection.id}", '
        f'"requestId":"{call.request_id}"}}'
    )
