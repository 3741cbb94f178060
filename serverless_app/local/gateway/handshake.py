"""The handshake: its authorizer and the `$connect` route decide whether a client may come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serverless_app.local.gateway.call import Call
from serverless_app.local.gateway.connection import Connection, Owner
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.lambda_authorizer import ask
from serverless_app.local.gateway.parameters import one, resolve
from serverless_app.local.gateway.rest_records import Stage
from serverless_app.local.gateway.websocket_calls import JSON, RouteCalls, error_text
from serverless_app.local.gateway.websocket_events import connect_event
from serverless_app.local.gateway.websocket_records import Route, WebSocketApi
from serverless_app.local.http.messages import Request, Response, Session

if TYPE_CHECKING:
    from serverless_app.local.clock import Clock
    from serverless_app.local.control_plane import ControlPlane
    from serverless_app.local.functions import LambdaService
    from serverless_app.local.trace import Trace


class Handshake:
    """Accepts or refuses connections for `owner`."""

    def __init__(
        self,
        owner: Owner,
        *,
        calls: RouteCalls,
        control_plane: ControlPlane,
        functions: LambdaService,
        trace: Trace,
        clock: Clock,
    ) -> None:
        self._owner, self._calls = owner, calls
        self._control_plane, self._functions = control_plane, functions
        self._trace, self._clock = trace, clock

    async def connect(
        self, request: Request, api: WebSocketApi, stage: Stage
    ) -> Response | Session:
        """A session when the authorizer and `$connect` agree; else the refusal."""
        connection = self._new_connection(request, api, stage)
        call = self._calls.new(request, api, stage, connection, "$connect")
        hop = self._trace.begin(
            connection.client,
            "apigateway",
            "$connect",
            trace_id=call.trace_id,
            request=request.query,
            connection=connection.id,
            api=api.api.name,
        )
        response = await self._decide(call, connection, api.routes.get("$connect"))
        accepted = 200 <= response.status < 300
        self._trace.end(hop, "ok" if accepted else "refused", response.body, status=response.status)
        self._calls.log(call, response.status)
        return connection if accepted else response

    def _new_connection(self, request: Request, api: WebSocketApi, stage: Stage) -> Connection:
        return Connection(
            self._owner,
            api,
            stage,
            connected_at=self._clock.time(),
            source_ip=request.peer,
            user_agent=request.header("user-agent"),
            # With a scheme before it and the stage behind it, this is the connection URL: on
            # AWS too, where the domain name is a host of its own.
            domain_name=f"{self._control_plane.authority}/_aws/execute-api/{api.id}",
        )

    async def _decide(self, call: Call, connection: Connection, route: Route | None) -> Response:
        if route is None:
            return Response(200)
        try:
            await self._authorize(call, connection, route)
            return await self._calls.answer(call, route, connect_event)
        except GatewayError as error:
            text = error_text(error, connection, call)
            headers = (*JSON, ("x-amzn-ErrorType", error.error_type))
            return Response(error.status, text.encode(), headers)

    async def _authorize(self, call: Call, connection: Connection, route: Route) -> None:
        """IAM, or a Lambda REQUEST authorizer: only `$connect` can have one, and no cache."""
        if route.authorization == "AWS_IAM":
            refused = self._control_plane.authorize(
                call.request, "execute-api:Invoke", call.source_arn
            )
            if refused is not None:
                raise GatewayError("ACCESS_DENIED")
        if route.authorization == "CUSTOM":
            decision = await self._ask(call, route)
            connection.authorizer = call.context["authorizer"] = decision

    async def _ask(self, call: Call, route: Route) -> dict[str, str]:
        authorizer = route.authorizer
        if authorizer is None or authorizer.function is None:
            raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR")
        if not all(one(resolve(source, call)) for source in authorizer.identity_sources):
            raise GatewayError("UNAUTHORIZED")
        event = {"type": "REQUEST", "methodArn": call.source_arn, **connect_event(call)}
        del event["isBase64Encoded"]
        decision = await ask(
            self._functions,
            authorizer.function,
            event,
            source_arn=self._calls.arn(call.api.id, f"authorizers/{authorizer.id}"),
            trace_id=call.trace_id,
        )
        return decision.admit(call.source_arn)
