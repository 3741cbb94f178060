"""A WebSocket API as the control plane stores it, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from serverless_app.local.gateway.rest_records import (
    DEFAULT_TIMEOUT_MS,
    Authorizer,
    Integration,
    IntegrationResponse,
    RestApi,
    Stage,
    function_of,
)
from serverless_app.local.gateway.routing import Routes


@dataclass(frozen=True, slots=True)
class Route:
    """One route: `$connect`, `$default`, or what the selection expression may come to."""

    key: str
    authorization: str
    authorizer: Authorizer | None
    integration: Integration | None
    responds: bool


@dataclass(frozen=True, slots=True)
class WebSocketApi:
    """Everything the data plane needs to know of one WebSocket API.

    `api` is what integrations and mapping templates are told of it.
    """

    api: RestApi
    selection_expression: str
    routes: Mapping[str, Route]
    stages: Mapping[str, Stage]

    @property
    def id(self) -> str:
        """The API's id."""
        return self.api.id


def compile_websocket_api(stored: Any) -> WebSocketApi:
    """The control plane's record of an API, compiled."""
    authorizers = {a.id: _authorizer(a) for a in list(stored.authorizers.values())}
    integrations = {i.id: _integration(i) for i in list(stored.integrations.values())}
    routes = [_route(r, authorizers, integrations) for r in list(stored.routes.values())]
    stages = {name: _stage(stage) for name, stage in list(stored.stages.items())}
    api = RestApi(
        id=stored.api_id,
        name=stored.name,
        edge=False,
        binary_media_types=(),
        key_source="HEADER",
        routes=Routes(()),
        stages=stages,
        models={},
        gateway_responses={},
    )
    expression = stored.route_selection_expression
    return WebSocketApi(api, expression, {route.key: route for route in routes}, stages)


def _route(
    stored: Any, authorizers: Mapping[str, Authorizer], integrations: Mapping[str, Integration]
) -> Route:
    target = (stored.target or "").removeprefix("integrations/")
    return Route(
        key=stored.route_key,
        authorization=stored.authorization_type or "NONE",
        authorizer=authorizers.get(stored.authorizer_id),
        integration=integrations.get(target),
        responds=bool(stored.route_response_selection_expression or stored.route_responses),
    )


def _integration(stored: Any) -> Integration:
    timeout = int(stored.timeout_in_millis or DEFAULT_TIMEOUT_MS)
    return Integration(
        type=stored.integration_type,
        uri=stored.integration_uri or "",
        http_method=stored.integration_method or "POST",
        templates=_templates(stored.request_templates),
        parameters=stored.request_parameters or {},
        passthrough=stored.passthrough_behavior or "WHEN_NO_MATCH",
        content_handling=stored.content_handling_strategy,
        credentials=stored.credentials_arn,
        # Fixed at 29 s for WebSocket APIs, whatever HTTP APIs may have.
        timeout=min(timeout, DEFAULT_TIMEOUT_MS) / 1000,
        responses=tuple(_integration_response(r) for r in list(stored.responses.values())),
    )


def _integration_response(stored: Any) -> IntegrationResponse:
    key = stored.integration_response_key or "$default"
    return IntegrationResponse(
        status=200,
        pattern=None if key == "$default" else key.strip("/"),
        templates=_templates(stored.response_templates),
        parameters={},
        content_handling=stored.content_handling_strategy,
    )


def _templates(stored: Mapping[str, str] | None) -> dict[str, str]:
    """Messages have no content type: one template, under whatever key it is kept."""
    found = [template for template in (stored or {}).values() if template]
    return {"application/json": found[0]} if found else {}


def _authorizer(stored: Any) -> Authorizer:
    sources = stored.identity_source or ()
    if isinstance(sources, str):
        sources = sources.split(",")
    return Authorizer(
        id=stored.id,
        name=stored.name,
        type="REQUEST",
        function=function_of(stored.authorizer_uri or ""),
        user_pools=(),
        identity_sources=tuple(source.strip() for source in sources if source.strip()),
        identity_pattern=None,
        ttl=0.0,
    )


def _stage(stored: Any) -> Stage:
    settings = stored.access_log_settings or {}
    destination = settings.get("destinationArn") or settings.get("DestinationArn")
    template = settings.get("format") or settings.get("Format") or ""
    return Stage(
        name=stored.name,
        deployment_id="",
        variables=stored.stage_variables or {},
        method_settings={**(stored.route_settings or {}), "*/*": stored.default_route_settings},
        access_log=(destination, template) if destination else None,
    )
