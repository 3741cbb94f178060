"""A REST API as the control plane stores it, compiled for answering requests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from serverless_app.local.gateway.rest_records import (
    DEFAULT_TIMEOUT_MS,
    Authorizer,
    GatewayResponse,
    Integration,
    IntegrationResponse,
    Method,
    RestApi,
    Stage,
    function_of,
)
from serverless_app.local.gateway.routing import Routes


def compile_rest_api(stored: Any) -> RestApi:
    """The control plane's record of an API, compiled."""
    authorizers = {a.id: _authorizer(a) for a in list(stored.authorizers.values())}
    resources = {}
    for resource in list(stored.resources.values()):
        path = _path(stored, resource)
        methods = list(resource.resource_methods.items())
        resources[path] = {
            name: _method(stored, resource.id, path, method, authorizers)
            for name, method in methods
        }
    return RestApi(
        id=stored.id,
        name=stored.name,
        edge="EDGE" in ((stored.endpoint_configuration or {}).get("types") or ["EDGE"]),
        binary_media_types=tuple(t.replace("~1", "/") for t in stored.binaryMediaTypes or ()),
        key_source=stored.api_key_source or "HEADER",
        routes=Routes((path, methods) for path, methods in resources.items() if methods),
        stages={stage.name: _stage(stage) for stage in list(stored.stages.values())},
        models={model.name: _schema(model.schema) for model in list(stored.models.values())},
        gateway_responses={
            response.response_type: _gateway_response(response)
            for response in list(stored.gateway_responses.values())
        },
    )


def _path(api: Any, resource: Any) -> str:
    parts: list[str] = []
    while resource is not None and resource.parent_id:
        parts.append(resource.path_part)
        resource = api.resources.get(resource.parent_id)
    return "/" + "/".join(reversed(parts))


def _method(
    api: Any, resource_id: str, path: str, stored: Any, authorizers: Mapping[str, Authorizer]
) -> Method:
    validator = api.request_validators.get(stored.request_validator_id)
    parameters = stored.request_parameters or {}
    checked = validator is not None and _true(validator.validate_request_parameters)
    required = [name for name, needed in parameters.items() if _true(needed)] if checked else []
    return Method(
        http_method=stored.http_method,
        resource_id=resource_id,
        resource_path=path,
        operation_name=stored.operation_name,
        authorization=stored.authorization_type or "NONE",
        authorizer=authorizers.get(stored.authorizer_id),
        scopes=tuple(stored.authorization_scopes or ()),
        api_key_required=_true(stored.api_key_required),
        required_parameters=tuple(sorted(required)),
        models=stored.request_models or {},
        validates_body=validator is not None and _true(validator.validate_request_body),
        integration=_integration(stored.method_integration),
    )


def _integration(stored: Any) -> Integration | None:
    if stored is None:
        return None
    return Integration(
        type=stored.integration_type,
        uri=stored.uri or "",
        http_method=stored.http_method or "POST",
        templates=stored.request_templates or {},
        parameters=stored.request_parameters or {},
        passthrough=stored.passthrough_behaviour or "WHEN_NO_MATCH",
        content_handling=stored.content_handling,
        credentials=stored.credentials,
        timeout=int(stored.timeout_in_millis or DEFAULT_TIMEOUT_MS) / 1000,
        responses=tuple(
            IntegrationResponse(
                status=int(response.status_code),
                pattern=response.selection_pattern or None,
                templates=response.response_templates or {},
                parameters=response.response_parameters or {},
                content_handling=response.content_handling,
            )
            for response in (stored.integration_responses or {}).values()
        ),
    )


def _authorizer(stored: Any) -> Authorizer:
    sources = stored.identity_source or "method.request.header.Authorization"
    ttl = 300 if stored.authorizer_result_ttl is None else stored.authorizer_result_ttl
    return Authorizer(
        id=stored.id,
        name=stored.name,
        type=stored.type or "TOKEN",
        function=function_of(stored.authorizer_uri or ""),
        user_pools=tuple(arn.rpartition("/")[2] for arn in stored.provider_arns or ()),
        identity_sources=tuple(part.strip() for part in sources.split(",") if part.strip()),
        identity_pattern=stored.identity_validation_expression,
        ttl=float(ttl),
    )


def _gateway_response(stored: Any) -> GatewayResponse:
    return GatewayResponse(
        status=int(stored.status_code) if stored.status_code else None,
        parameters=stored.response_parameters or {},
        templates=stored.response_templates or {},
    )


def _stage(stored: Any) -> Stage:
    settings = stored.access_log_settings or {}
    destination = settings.get("destinationArn")
    return Stage(
        name=stored.name,
        deployment_id=stored.deployment_id or "",
        variables=stored.variables or {},
        # `~1groups/GET` in a template or a patch, `groups/GET` in an answer of the API
        method_settings={
            key.replace("~1", "/").lstrip("/"): value
            for key, value in (stored.method_settings or {}).items()
        },
        access_log=(destination, settings.get("format") or "") if destination else None,
    )


def _schema(stored: Any) -> dict[str, Any]:
    """A model's schema. One that is no JSON constrains nothing: AWS would not have stored it."""
    try:
        schema = json.loads(stored) if isinstance(stored, str) else stored
    except ValueError:
        return {}
    return schema if isinstance(schema, dict) else {}


def _true(value: Any) -> bool:
    """CloudFormation hands booleans on as text."""
    return value is True or str(value).lower() == "true"
