"""AWS::ApiGatewayV2: everything, for moto's CloudFormation knows none of it."""

from __future__ import annotations

import uuid
from typing import Any

from serverless_app.local.control_plane.cloudformation.adapter import (
    Properties,
    Supplement,
    authority,
    call,
    lower_first,
)
from serverless_app.local.control_plane.dispatch import backend


def api_of(p: Properties) -> Any:
    """The API that a resource belongs to; None when it went first."""
    return backend("apigatewayv2").apis.get(p["ApiId"])


class Api(Supplement):
    """AWS::ApiGatewayV2::Api; its endpoint is this laptop cloud's connection address."""

    TYPE = "AWS::ApiGatewayV2::Api"
    ATTRIBUTES = ("ApiEndpoint", "ApiId")

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        api = call(backend("apigatewayv2").create_api, p)
        scheme = "ws" if p["ProtocolType"] == "WEBSOCKET" else "http"
        api.api_endpoint = f"{scheme}://{authority()}/_aws/execute-api/{api.api_id}"
        return api.api_id, {"ApiEndpoint": api.api_endpoint, "ApiId": api.api_id}

    def change(self, p: Properties) -> bool:
        if p["ProtocolType"] != self.properties["ProtocolType"]:
            return False
        call(backend("apigatewayv2").update_api, p, api_id=self.physical_resource_id)
        return True

    def remove(self) -> None:
        backend("apigatewayv2").delete_api(self.physical_resource_id)


class Part(Supplement):
    """A resource that belongs to an API, made and deleted by the backend's own methods."""

    NAME = ""

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        made = call(getattr(backend("apigatewayv2"), f"create_{self.NAME}"), p, **self.renamed(p))
        return str(getattr(made, "id", "") or getattr(made, f"{self.NAME}_id", "")), {}

    def renamed(self, p: Properties) -> dict[str, Any]:
        """Parameters whose names are moto's own."""
        return {}

    def change(self, p: Properties) -> bool:
        update = getattr(backend("apigatewayv2"), f"update_{self.NAME}", None)
        if update is None or p["ApiId"] != self.properties["ApiId"]:
            return False
        call(update, p, **self.renamed(p), **{f"{self.NAME}_id": self.physical_resource_id})
        return True

    def remove(self) -> None:
        if api := api_of(self.properties):
            getattr(api, f"{self.NAME}s").pop(self.physical_resource_id, None)


class Integration(Part):
    """AWS::ApiGatewayV2::Integration."""

    TYPE = "AWS::ApiGatewayV2::Integration"
    NAME = "integration"

    def renamed(self, p: Properties) -> dict[str, Any]:
        return {"timeout_in_millis": p.get("TimeoutInMillis")}


class Route(Part):
    """AWS::ApiGatewayV2::Route."""

    TYPE = "AWS::ApiGatewayV2::Route"
    NAME = "route"

    def renamed(self, p: Properties) -> dict[str, Any]:
        return {"api_key_required": bool(p.get("ApiKeyRequired", False))}


class RouteResponse(Part):
    """AWS::ApiGatewayV2::RouteResponse."""

    TYPE = "AWS::ApiGatewayV2::RouteResponse"
    NAME = "route_response"

    def remove(self) -> None:
        api = api_of(self.properties)
        route = api.routes.get(self.properties["RouteId"]) if api else None
        if route:
            route.route_responses.pop(self.physical_resource_id, None)


class IntegrationResponse(Part):
    """AWS::ApiGatewayV2::IntegrationResponse."""

    TYPE = "AWS::ApiGatewayV2::IntegrationResponse"
    NAME = "integration_response"

    def remove(self) -> None:
        api = api_of(self.properties)
        owner = api.integrations.get(self.properties["IntegrationId"]) if api else None
        if owner:
            owner.responses.pop(self.physical_resource_id, None)


class Model(Part):
    """AWS::ApiGatewayV2::Model."""

    TYPE = "AWS::ApiGatewayV2::Model"
    NAME = "model"


class Authorizer(Part):
    """AWS::ApiGatewayV2::Authorizer."""

    TYPE = "AWS::ApiGatewayV2::Authorizer"
    ATTRIBUTES = ("AuthorizerId",)
    NAME = "authorizer"

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        made, _ = super().make(p)
        return made, {"AuthorizerId": made}

    def renamed(self, p: Properties) -> dict[str, Any]:
        return {
            "auth_creds_arn": p.get("AuthorizerCredentialsArn"),
            "auth_payload_format_version": p.get("AuthorizerPayloadFormatVersion"),
            "auth_result_ttl": p.get("AuthorizerResultTtlInSeconds"),
            "enable_simple_response": p.get("EnableSimpleResponses"),
            "identity_validation_expr": p.get("IdentityValidationExpression"),
            "jwt_config": p.get("JwtConfiguration"),
        }


class Stage(Supplement):
    """AWS::ApiGatewayV2::Stage."""

    TYPE = "AWS::ApiGatewayV2::Stage"

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        stage = backend("apigatewayv2").create_stage(p["ApiId"], stage_config(p))
        stage.deployment_id = p.get("DeploymentId")
        return p["StageName"], {}

    def change(self, p: Properties) -> bool:
        if any(p[key] != self.properties[key] for key in ("ApiId", "StageName")):
            return False
        self.make(p)
        return True

    def remove(self) -> None:
        if api := api_of(self.properties):
            api.delete_stage(self.physical_resource_id)


def stage_config(p: Properties) -> dict[str, Any]:
    """A stage, in the API's spelling."""
    config: dict[str, Any] = lower_first(p)
    for name in ("defaultRouteSettings", "accessLogSettings"):
        if name in config:
            config[name] = lower_first(config[name])
    settings = config.get("routeSettings", {})
    config["routeSettings"] = {key: lower_first(value) for key, value in settings.items()}
    return config


class Deployment(Supplement):
    """AWS::ApiGatewayV2::Deployment: the stage serves the API as it is, so nothing is copied."""

    TYPE = "AWS::ApiGatewayV2::Deployment"
    ATTRIBUTES = ("DeploymentId",)
    REAL = False

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        made = uuid.uuid4().hex[:6]
        return made, {"DeploymentId": made}
