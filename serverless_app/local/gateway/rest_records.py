"""The nouns of a REST API, as the data plane needs them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from serverless_app.local.gateway.routing import Routes

_LAMBDA_URI = re.compile(r":lambda:path/[^/]+/functions/(?P<function>.+)/[a-z-]*invocations$")
DEFAULT_TIMEOUT_MS = 29_000


@lru_cache(maxsize=1024)
def function_of(uri: str) -> str | None:
    """The function in `arn:aws:apigateway:…:lambda:path/…/functions/{it}/invocations`."""
    match = _LAMBDA_URI.search(uri)
    return match["function"] if match else None


@dataclass(frozen=True, slots=True)
class IntegrationResponse:
    """What becomes of an integration's answer that fits `pattern` (None: the default)."""

    status: int
    pattern: str | None
    templates: Mapping[str, str]
    parameters: Mapping[str, str]
    content_handling: str | None


@dataclass(frozen=True, slots=True)
class Integration:
    """Where a method's requests go, and how they are changed on the way."""

    type: str
    uri: str
    http_method: str
    templates: Mapping[str, str]
    parameters: Mapping[str, str]
    passthrough: str
    content_handling: str | None
    credentials: str | None
    timeout: float
    responses: tuple[IntegrationResponse, ...] = ()

    @property
    def function(self) -> str | None:
        """Name or ARN of the Lambda function behind it, stage variables unresolved."""
        return function_of(self.uri)


@dataclass(frozen=True, slots=True)
class Authorizer:
    """A Cognito or Lambda authorizer. `identity_sources` are mapping expressions."""

    id: str
    name: str
    type: str
    function: str | None
    user_pools: tuple[str, ...]
    identity_sources: tuple[str, ...]
    identity_pattern: str | None
    ttl: float


@dataclass(frozen=True, slots=True)
class Method:
    """One HTTP method of one resource."""

    http_method: str
    resource_id: str
    resource_path: str
    operation_name: str | None
    authorization: str
    authorizer: Authorizer | None
    scopes: tuple[str, ...]
    api_key_required: bool
    required_parameters: tuple[str, ...]
    models: Mapping[str, str]
    validates_body: bool
    integration: Integration | None

    @property
    def pattern(self) -> str:
        """The path as permissions name it, parameters as `*`: `/groups/*/images`."""
        if "{" not in self.resource_path:
            return self.resource_path
        return re.sub(r"\{[^}]*\}", "*", self.resource_path)


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """A customised answer of the gateway itself."""

    status: int | None
    parameters: Mapping[str, str]
    templates: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage. Its settings are keyed `groups/GET`, by route, or `*/*` for all."""

    name: str
    deployment_id: str
    variables: Mapping[str, str]
    method_settings: Mapping[str, Mapping[str, Any]]
    access_log: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class RestApi:
    """Everything the data plane needs to know of one REST API."""

    id: str
    name: str
    edge: bool
    binary_media_types: tuple[str, ...]
    key_source: str
    routes: Routes[dict[str, Method]]
    stages: Mapping[str, Stage]
    models: Mapping[str, dict[str, Any]]
    gateway_responses: Mapping[str, GatewayResponse]
