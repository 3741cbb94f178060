"""Hands a call to what stands behind its method, and makes a response of the answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from serverless_app.local.functions import LambdaError, Permission
from serverless_app.local.gateway import backends
from serverless_app.local.gateway.authorizers import resolve_stage_variables
from serverless_app.local.gateway.call import Call
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.json_text import dumps
from serverless_app.local.gateway.lambda_authorizer import PRINCIPAL, error_message
from serverless_app.local.gateway.lambda_integration import invoke, refused, within
from serverless_app.local.gateway.parameters import Answer
from serverless_app.local.gateway.proxy import (
    malformed,
    proxy_event,
    proxy_response,
    remapped,
)
from serverless_app.local.gateway.rest_records import Integration
from serverless_app.local.gateway.transformation import (
    Outgoing,
    integration_request,
    integration_response,
    mapped_parameters,
)
from serverless_app.local.http.messages import Response

if TYPE_CHECKING:
    from serverless_app.local.control_plane import ControlPlane
    from serverless_app.local.functions import LambdaService

_HOP_BY_HOP = frozenset(("connection", "content-length", "keep-alive", "transfer-encoding"))


class Integrations:
    """The backends of REST APIs."""

    def __init__(self, *, control_plane: ControlPlane, functions: LambdaService) -> None:
        self._control_plane, self._functions = control_plane, functions

    async def answer(self, call: Call, integration: Integration | None) -> Response:
        """The response of a call's integration. Raises GatewayError when there is none."""
        if integration is None:
            raise GatewayError("API_CONFIGURATION_ERROR")
        if integration.type == "AWS_PROXY":
            return await self._proxied_function(call, integration)
        if integration.type == "HTTP_PROXY":
            return await self._proxied_endpoint(call, integration)
        outgoing = integration_request(call, integration)
        answer = await self._ask(call, integration, outgoing)
        call.context["integrationStatus"] = str(answer.status)
        return integration_response(call, integration, answer)

    async def _proxied_function(self, call: Call, integration: Integration) -> Response:
        payload = await self.invoke(call, integration, dumps(proxy_event(call)))
        return proxy_response(call, payload)

    async def invoke(self, call: Call, integration: Integration, event: bytes) -> bytes:
        """What the integration's function answers. Raises GatewayError (502) when it fails."""
        function = _function(call, integration)
        invocation = await invoke(
            self._functions,
            function,
            event,
            permission=self._permission(call, integration, function),
            trace_id=call.trace_id,
            seconds=integration.timeout,
        )
        if invocation.function_error:
            raise malformed()
        return invocation.payload

    async def _proxied_endpoint(self, call: Call, integration: Integration) -> Response:
        """The endpoint's own answer; mapped parameters go before those of the request."""
        outgoing = mapped_parameters(call, integration)
        outgoing.headers = {**call.headers, **outgoing.headers}
        outgoing.query = {**call.query, **outgoing.query}
        method = integration.http_method
        method = call.request.method if method == "ANY" else method
        uri = resolve_stage_variables(integration.uri, call)
        answer = await backends.http_endpoint(method, uri, outgoing, integration.timeout)
        headers = tuple(
            (remapped(name), value)
            for name, values in answer.headers.items()
            if name.lower() not in _HOP_BY_HOP
            for value in values
        )
        return Response(answer.status, answer.body, headers)

    async def _ask(self, call: Call, integration: Integration, outgoing: Outgoing) -> Answer:
        if integration.type == "MOCK":
            return backends.mock(outgoing)
        uri = resolve_stage_variables(integration.uri, call)
        if integration.type == "HTTP":
            kind = call.header("Content-Type")
            if kind:
                outgoing.headers.setdefault("Content-Type", [kind])
            method = integration.http_method
            return await backends.http_endpoint(method, uri, outgoing, integration.timeout)
        if integration.function:
            return await self._function(call, integration, outgoing)
        work = backends.aws_service(
            self._control_plane,
            uri,
            integration.http_method,
            integration.credentials,
            outgoing,
            call.trace_id,
        )
        return await within(integration.timeout, work)

    async def _function(self, call: Call, integration: Integration, outgoing: Outgoing) -> Answer:
        """A function by mapping templates; with `X-Amz-Invocation-Type: Event` nobody waits."""
        kind = {name.lower(): values[-1] for name, values in outgoing.headers.items()}
        function, payload = _function(call, integration), outgoing.body or b"{}"
        permission = self._permission(call, integration, function)
        _check_json(payload)
        if kind.get("x-amz-invocation-type") == "Event":
            return self._accept(call, function, payload, permission)
        invocation = await invoke(
            self._functions,
            function,
            payload,
            permission=permission,
            trace_id=call.trace_id,
            seconds=integration.timeout,
        )
        error = error_message(invocation.payload) if invocation.function_error else ""
        return Answer(200, {}, invocation.payload, error)

    def _permission(self, call: Call, integration: Integration, function: str) -> Permission | None:
        """What lets API Gateway invoke: the function's own policy, or the integration's role."""
        role = integration.credentials
        if not role:
            return Permission(PRINCIPAL, call.source_arn)
        if not self._control_plane.allows(role, "lambda:InvokeFunction", function):
            raise GatewayError("API_CONFIGURATION_ERROR")
        return None

    def _accept(
        self, call: Call, function: str, payload: bytes, permission: Permission | None
    ) -> Answer:
        try:
            self._functions.accept(
                function,
                payload,
                source="apigateway",
                trace_id=call.trace_id,
                permission=permission,
            )
        except LambdaError as error:
            raise refused(error) from error
        return Answer(202, {}, b"", "")


def _check_json(payload: bytes) -> None:
    """Lambda refuses an event that is no JSON, and the client gets to know: 400."""
    try:
        json.loads(payload)
    except (ValueError, RecursionError) as error:
        text = f"Could not parse request body into json: {error}"
        raise GatewayError("BAD_REQUEST_BODY", text) from error


def _function(call: Call, integration: Integration) -> str:
    function = integration.function
    if function is None:
        raise GatewayError("API_CONFIGURATION_ERROR")
    return resolve_stage_variables(function, call)
