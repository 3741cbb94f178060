"""WebSocket APIs: messages by route, and `$disconnect` at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from serverless_app.local.gateway.access_log import AccessLog
from serverless_app.local.gateway.call import Call
from serverless_app.local.gateway.connection import Connection, Connections
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.handshake import Handshake
from serverless_app.local.gateway.identifiers import extended_request_id
from serverless_app.local.gateway.rest_records import Stage
from serverless_app.local.gateway.throttling import Throttle
from serverless_app.local.gateway.websocket_calls import RouteCalls, error_text
from serverless_app.local.gateway.websocket_events import (
    disconnect_event,
    farewell,
    message_event,
    selected_route,
)
from serverless_app.local.gateway.websocket_records import (
    Route,
    WebSocketApi,
    compile_websocket_api,
)
from serverless_app.local.http.messages import Request, Response, Session

if TYPE_CHECKING:
    from serverless_app.local.clock import Clock
    from serverless_app.local.control_plane import ControlPlane
    from serverless_app.local.faults import Faults
    from serverless_app.local.functions import LambdaService
    from serverless_app.local.trace import Trace

UNSUPPORTED_DATA = 1003


class WebSocketApis:
    """The data plane of every WebSocket API in the control plane; it owns the connections."""

    def __init__(
        self,
        *,
        control_plane: ControlPlane,
        functions: LambdaService,
        trace: Trace,
        clock: Clock,
        faults: Faults,
        access_log: AccessLog,
    ) -> None:
        self._control_plane = control_plane
        self._trace, self._clock, self._faults = trace, clock, faults
        self._compiled: dict[str, WebSocketApi] = {}
        self._revision = -1
        self._tasks: set[asyncio.Task[None]] = set()
        self._throttle = Throttle(clock.monotonic, clock.now)
        self._calls = RouteCalls(
            control_plane=control_plane, functions=functions, clock=clock, access_log=access_log
        )
        self._handshake = Handshake(
            self,
            calls=self._calls,
            control_plane=control_plane,
            functions=functions,
            trace=trace,
            clock=clock,
        )
        self.connections = Connections(clock)

    def find(self, api_id: str) -> WebSocketApi | None:
        """An API, compiled anew after each change of the control plane."""
        plane = self._control_plane
        revision = plane.revision("apigatewayv2")
        if revision != self._revision:
            self._compiled.clear()
            self._revision = revision
        api = self._compiled.get(api_id)
        if api is None:
            stored = plane.backend("apigatewayv2").apis.get(api_id)
            if stored is None or stored.protocol_type != "WEBSOCKET":
                return None
            api = self._compiled[api_id] = compile_websocket_api(stored)
        return api

    async def connect(
        self, request: Request, api: WebSocketApi, stage: Stage
    ) -> Response | Session:
        """A session when the authorizer and `$connect` agree; else the refusal."""
        return await self._handshake.connect(request, api, stage)

    async def drain(self) -> None:
        """Until every message and every farewell has been dealt with."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def reset(self) -> None:
        """Close every connection; nobody hears of it, for the state they were in goes.

        What is under way ends first.
        """
        self._compiled.clear()
        self._throttle.reset()
        self.connections.close_all(before=_silence)
        await self.drain()

    async def stop(self) -> None:
        """Close every connection, and end what is under way."""
        self.connections.close_all(before=_silence)
        self.connections.stop_watching()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- what connections tell their owner --------------------------------------------------

    def opened(self, connection: Connection) -> None:
        """It may now be written to."""
        self.connections.add(connection)

    def received(self, connection: Connection, message: str | bytes) -> None:
        """A message; those of one connection are answered independently, as on AWS."""
        if self.dropped(connection) or connection.peer is None:
            return
        if isinstance(message, bytes):
            # "API Gateway WebSocket APIs don't currently support binary frames in incoming
            # message payloads": page "Binary media types for WebSocket APIs".
            connection.peer.close(UNSUPPORTED_DATA, "Unsupported data")
            return
        connection.last_active_at = self._clock.time()
        self._start(self._message(connection, message))

    def closed(self, connection: Connection, code: int, reason: str) -> None:
        """It is gone: `$disconnect` hears of it, once."""
        self.connections.remove(connection)
        _silence(connection)
        self._start(self._disconnect(connection, code, reason))

    def dropped(self, connection: Connection) -> bool:
        """Whether a fault strikes here: the line is cut without a close frame."""
        if self._faults.take("drop", connection=connection.id) is None:
            return False
        if connection.peer:
            connection.peer.drop()
        return True

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- messages and farewells -------------------------------------------------------------

    async def _message(self, connection: Connection, message: str) -> None:
        found = self._place(connection)
        if found is None:
            return
        api, stage = found
        key = selected_route(api.selection_expression, message, api.routes)
        request = Request("POST", "/", (), message.encode("utf-8", "replace"), connection.source_ip)
        call = self._calls.new(request, api, stage, connection, key or "$default")
        call.context["messageId"] = extended_request_id()
        answer = await self._traced(call, connection, api.routes.get(key or ""))
        if answer and connection.peer:
            if connection.has_room(len(answer)):
                connection.peer.send(answer)
            else:  # it sends, but it does not read
                connection.peer.drop()

    async def _traced(self, call: Call, connection: Connection, route: Route | None) -> str:
        """What the client is sent back: nothing, where no route response is configured."""
        hop = self._trace.begin(
            connection.client,
            "apigateway",
            call.context["routeKey"],
            trace_id=call.trace_id,
            request=call.request.body,
            connection=connection.id,
            api=call.api.name,
        )
        try:
            if route is None:
                raise GatewayError("INVALID_API_KEY")  # "Forbidden": no route, no $default
            self._throttle.admit_message(call, route.key)
            response = await self._calls.answer(call, route, message_event)
            answer = response.body.decode("utf-8", "replace") if route.responds else ""
        except GatewayError as error:
            answer = error_text(error, connection, call)
            self._trace.end(hop, "error", answer)
            self._calls.log(call, error.status)
            return answer
        self._trace.end(hop, "ok", answer)
        self._calls.log(call, response.status)
        return answer

    async def _disconnect(self, connection: Connection, code: int, reason: str) -> None:
        found = self._place(connection)
        route = found[0].routes.get("$disconnect") if found else None
        if found is None or route is None:
            return
        host = connection.domain_name.partition("/")[0]
        headers = (("Host", host), ("x-api-key", ""), ("x-restapi", ""))
        request = Request("POST", "/", headers, b"", connection.source_ip)
        call = self._calls.new(request, *found, connection, "$disconnect")
        call.context |= farewell(code, reason)
        with self._trace.hop(
            connection.client,
            "apigateway",
            "$disconnect",
            trace_id=call.trace_id,
            kind="event",
            connection=connection.id,
            code=code,
        ) as hop:
            try:
                response = await self._calls.answer(call, route, disconnect_event)
                self._calls.log(call, response.status)
            except GatewayError as error:  # best effort: the client is gone in any case
                self._trace.end(hop, "error", error.message or "")

    def _place(self, connection: Connection) -> tuple[WebSocketApi, Stage] | None:
        """A connection's API and stage, while they exist."""
        api = self.find(connection.api_id)
        stage = api.stages.get(connection.stage_name) if api else None
        return (api, stage) if api and stage else None


class _Nobody:
    """The owner of a connection whose end has been told, or need not be."""

    def opened(self, connection: Connection) -> None:
        """Too late: it goes."""
        if connection.peer:
            connection.peer.close(1001, "Going away")

    def received(self, connection: Connection, message: str | bytes) -> None:
        """Nobody listens."""

    def closed(self, connection: Connection, code: int, reason: str) -> None:
        """Known."""


_NOBODY = _Nobody()


def _silence(connection: Connection) -> None:
    connection.owner = _NOBODY
