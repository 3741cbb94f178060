"""API Gateway's data plane: every REST and WebSocket API of the control plane, at its address.

`/_aws/execute-api/{apiId}/{stage}/…` on the one port, HTTP and WebSocket alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from serverless_app.local.gateway.access_log import AccessLog
from serverless_app.local.gateway.connection import Connection
from serverless_app.local.gateway.management import ConnectionUrl
from serverless_app.local.gateway.rest_api import RestApis
from serverless_app.local.gateway.websocket_api import WebSocketApis
from serverless_app.local.http.messages import Request, Response, Session

if TYPE_CHECKING:
    from serverless_app.local.clock import Clock
    from serverless_app.local.control_plane import ControlPlane
    from serverless_app.local.faults import Faults
    from serverless_app.local.functions import LambdaService
    from serverless_app.local.trace import Trace

PREFIX = "/_aws/execute-api/"
CONNECTIONS = ("@connections/", "%40connections/")
_FORBIDDEN = Response(
    403,
    b'{"message":"Forbidden"}',
    (("Content-Type", "application/json"), ("x-amzn-ErrorType", "ForbiddenException")),
)


class Gateway:
    """Finds the API and the stage that a request is for, and lets them answer."""

    def __init__(
        self,
        *,
        control_plane: ControlPlane,
        functions: LambdaService,
        trace: Trace,
        clock: Clock,
        faults: Faults,
    ) -> None:
        self._access_log = AccessLog(control_plane=control_plane, clock=clock)
        self._rest = RestApis(
            control_plane=control_plane,
            functions=functions,
            trace=trace,
            clock=clock,
            access_log=self._access_log,
        )
        self._websocket = WebSocketApis(
            control_plane=control_plane,
            functions=functions,
            trace=trace,
            clock=clock,
            faults=faults,
            access_log=self._access_log,
        )
        self._connection_url = ConnectionUrl(
            control_plane=control_plane, apis=self._websocket, trace=trace, clock=clock
        )

    def claims(self, request: Request) -> bool:
        """Whether a request is for an API."""
        return request.target.startswith(PREFIX)

    async def http(self, request: Request) -> Response:
        """The answer of a REST API, or of a WebSocket API's connection URL."""
        api_id, stage_name, path = _address(request)
        rest_api = self._rest.find(api_id)
        if rest_api is not None:
            stage = rest_api.stages.get(stage_name)
            if stage is not None:
                return await self._rest.answer(request, rest_api, stage, path)
            return _FORBIDDEN
        api = self._websocket.find(api_id)
        if api is not None and stage_name in api.stages:
            for prefix in CONNECTIONS:
                if path.startswith(prefix, 1):
                    rest = path[1 + len(prefix) :]
                    return self._connection_url.answer(request, api_id, stage_name, rest)
        return _FORBIDDEN

    async def websocket(self, request: Request) -> Response | Session:
        """A session of a WebSocket API, or the response that refuses it."""
        api_id, stage_name, _ = _address(request)
        api = self._websocket.find(api_id)
        stage = api.stages.get(stage_name) if api else None
        if api is None or stage is None:
            return _FORBIDDEN
        return await self._websocket.connect(request, api, stage)

    async def start(self) -> None:
        """Nothing to prepare: APIs are compiled when they are first asked."""

    async def drain(self) -> None:
        """Until every WebSocket message and every access log line has been dealt with."""
        await self._websocket.drain()
        await self._access_log.flush()

    async def reset(self) -> None:
        """Forget everything that was learnt or counted, and close every WebSocket."""
        self._rest.reset()
        await self._websocket.reset()
        self._access_log.forget()

    async def stop(self) -> None:
        """Close every WebSocket, end what is under way, write what is logged."""
        await self._websocket.stop()
        await self._access_log.flush()

    def connections(self) -> list[Connection]:
        """The open WebSocket connections."""
        return self._websocket.connections.all()


def _address(request: Request) -> tuple[str, str, str]:
    """API id, stage, and the path below the stage, percent-encoded, with its first slash."""
    api_id, _, rest = request.path.removeprefix(PREFIX).partition("/")
    stage, _, path = rest.partition("/")
    return api_id, stage, f"/{path}"
