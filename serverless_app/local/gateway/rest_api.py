"""REST APIs: every step of a request, in API Gateway's order."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from serverless_app.local.gateway.access_log import AccessLog
from serverless_app.local.gateway.authorizers import Authorizers
from serverless_app.local.gateway.call import Call, passed_headers, query_of
from serverless_app.local.gateway.connection import client_name
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.gateway_responses import gateway_response
from serverless_app.local.gateway.identifiers import execute_api_arn, extended_request_id
from serverless_app.local.gateway.integrations import Integrations
from serverless_app.local.gateway.request_context import request_context
from serverless_app.local.gateway.rest_compiler import compile_rest_api
from serverless_app.local.gateway.rest_records import RestApi, Stage
from serverless_app.local.gateway.throttling import Throttle
from serverless_app.local.gateway.validation import validate
from serverless_app.local.http.messages import Request, Response
from serverless_app.local.trace import Hop, Outcome, new_request_id, new_trace_id, root_of

if TYPE_CHECKING:
    from serverless_app.local.clock import Clock
    from serverless_app.local.control_plane import ControlPlane
    from serverless_app.local.functions import LambdaService
    from serverless_app.local.trace import Trace

BODY_LIMIT = 10 * 1024 * 1024


def outcome_of(response: Response) -> Outcome:
    """What the trace calls an answer."""
    if response.status < 400:
        return "ok"
    return "refused" if response.status < 500 else "error"


class RestApis:
    """The data plane of every REST API in the control plane.

    A change of an API counts at once: methods need no new deployment to be live.
    """

    def __init__(
        self,
        *,
        control_plane: ControlPlane,
        functions: LambdaService,
        trace: Trace,
        clock: Clock,
        access_log: AccessLog,
    ) -> None:
        self._control_plane, self._trace, self._clock = control_plane, trace, clock
        self._compiled: dict[str, RestApi] = {}
        self._revision = -1
        self._throttle = Throttle(clock.monotonic, clock.now)
        self._access_log = access_log
        self._authorizers = Authorizers(
            control_plane=control_plane, functions=functions, clock=clock
        )
        self._integrations = Integrations(control_plane=control_plane, functions=functions)

    def reset(self) -> None:
        """Forget compiled APIs, decisions of authorizers, and what was counted."""
        self._compiled.clear()
        self._authorizers.reset()
        self._throttle.reset()

    def find(self, api_id: str) -> RestApi | None:
        """An API, compiled anew after each change of the control plane."""
        plane = self._control_plane
        revision = plane.revision("apigateway")
        if revision != self._revision:
            self._compiled.clear()
            self._revision = revision
        api = self._compiled.get(api_id)
        if api is None:
            stored = plane.backend("apigateway").apis.get(api_id)
            if stored is None:
                return None
            api = self._compiled[api_id] = compile_rest_api(stored)
        return api

    async def answer(self, request: Request, api: RestApi, stage: Stage, path: str) -> Response:
        """The response to a request for `path` (percent-encoded) of a stage."""
        call = self._begin(request, api, stage, path)
        route = call.method.resource_path if call.method else path
        hop = self._trace.begin(
            client_name(request.header("user-agent")),
            "apigateway",
            f"{request.method} {route}",
            trace_id=call.trace_id,
            request=request.body,
            api=api.name,
            path=path,
        )
        try:
            response = await self._steps(call)
        except GatewayError as error:
            response = gateway_response(error, call)
        except BaseException as error:
            self._trace.end(hop, "error", repr(error))
            raise
        finished = _signed_off(response, call)
        # The answer leaves first: its hop ends and is logged in the event loop's next turn.
        asyncio.get_running_loop().call_soon(self._keep_books, call, hop, finished)
        return finished

    def _keep_books(self, call: Call, hop: Hop, response: Response) -> None:
        self._trace.end(hop, outcome_of(response), response.body, status=response.status)
        if call.stage.access_log:
            self._log(call, response)

    def _begin(self, request: Request, api: RestApi, stage: Stage, path: str) -> Call:
        trace_id = root_of(request.header("x-amzn-trace-id")) or new_trace_id()
        call = Call(
            request=request,
            api=api,
            stage=stage,
            path=path,
            headers=passed_headers(request, trace_id, edge=api.edge),
            query=query_of(request),
            request_id=new_request_id(),
            extended_request_id=extended_request_id(),
            trace_id=trace_id,
            started=self._clock.time(),
        )
        _route(call)
        call.context = request_context(call, self._control_plane.account_id)
        return call

    async def _steps(self, call: Call) -> Response:
        if call.method is None:
            raise GatewayError("MISSING_AUTHENTICATION_TOKEN")
        plane = self._control_plane
        called = f"{call.stage.name}/{call.request.method}{call.method.pattern}"
        call.source_arn = execute_api_arn(plane.region, plane.account_id, call.api.id, called)
        if len(call.request.body) > BODY_LIMIT:
            raise GatewayError("REQUEST_TOO_LARGE")
        self._throttle.admit(call)
        chosen_key = await self._authorizers.authorize(call)
        if call.authorizer is not None:
            call.context["authorizer"] = call.authorizer
        if call.method.api_key_required:
            self._check_key(call, chosen_key)
        validate(call)
        before = time.perf_counter()
        try:
            return await self._integrations.answer(call, call.method.integration)
        finally:
            call.context["integrationLatency"] = int((time.perf_counter() - before) * 1000)

    def _check_key(self, call: Call, chosen_key: str | None) -> None:
        from_header = call.api.key_source == "HEADER"
        key = call.header("x-api-key") if from_header else chosen_key
        if not key:
            raise GatewayError("INVALID_API_KEY")
        self._throttle.spend(call, key, self._control_plane.backend("apigateway"))
        assert call.api_key is not None
        identity = call.context["identity"]
        identity["apiKeyId"], identity["apiKey"] = call.api_key

    def _log(self, call: Call, response: Response) -> None:
        assert call.stage.access_log is not None
        elapsed = int((self._clock.time() - call.started) * 1000)
        outcome: dict[str, Any] = {
            "status": response.status,
            "responseLength": len(response.body),
            "responseLatency": elapsed,
            "xrayTraceId": call.trace_id,
        }
        self._access_log.write(call.stage.access_log, {**call.context, **outcome})


def _route(call: Call) -> None:
    """The most specific resource that has the method, or ANY."""
    for methods, parameters in call.api.routes.match(call.path):
        method = methods.get(call.request.method) or methods.get("ANY")
        if method is not None:
            call.method, call.path_parameters = method, parameters
            return


def _signed_off(response: Response, call: Call) -> Response:
    """With the headers that every answer has."""
    own = (
        ("x-amzn-RequestId", call.request_id),
        ("x-amz-apigw-id", call.extended_request_id),
        ("X-Amzn-Trace-Id", f"Root={call.trace_id}"),
    )
    return Response(response.status, response.body, (*response.headers, *own))
