"""AWS::ApiGateway: the types that moto's CloudFormation does not know."""

from __future__ import annotations

import uuid
from typing import Any

from serverless_app.local.control_plane.cloudformation.adapter import (
    Properties,
    Supplement,
    as_bool,
    as_json,
    lower_first,
)
from serverless_app.local.control_plane.dispatch import backend


def rest_api(p: Properties) -> Any:
    """The API that a resource belongs to."""
    return backend("apigateway").get_rest_api(p["RestApiId"])


class Model(Supplement):
    """AWS::ApiGateway::Model; without a name, CloudFormation gives it one."""

    TYPE = "AWS::ApiGateway::Model"

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        name = p.get("Name") or self.logical_resource_id + uuid.uuid4().hex[:12]
        self._put(name, p)
        return name, {}

    def change(self, p: Properties) -> bool:
        if any(p.get(key) != self.properties.get(key) for key in ("Name", "RestApiId")):
            return False
        self._put(self.physical_resource_id, p)
        return True

    def remove(self) -> None:
        rest_api(self.properties).models.pop(self.physical_resource_id, None)

    def _put(self, name: str, p: Properties) -> None:
        schema = as_json(p.get("Schema", {}))
        content_type = p.get("ContentType", "application/json")
        rest_api(p).add_model(name, p.get("Description"), schema, content_type)


class RequestValidator(Supplement):
    """AWS::ApiGateway::RequestValidator."""

    TYPE = "AWS::ApiGateway::RequestValidator"
    ATTRIBUTES = ("RequestValidatorId",)

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        validator = rest_api(p).create_request_validator(
            p.get("Name", self.logical_resource_id),
            as_bool(p.get("ValidateRequestBody", False)),
            as_bool(p.get("ValidateRequestParameters", False)),
        )
        return validator.id, {"RequestValidatorId": validator.id}

    def remove(self) -> None:
        rest_api(self.properties).request_validators.pop(self.physical_resource_id, None)


class Authorizer(Supplement):
    """AWS::ApiGateway::Authorizer."""

    TYPE = "AWS::ApiGateway::Authorizer"
    ATTRIBUTES = ("AuthorizerId",)

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        authorizer = backend("apigateway").create_authorizer(
            p["RestApiId"],
            p["Name"],
            p["Type"],
            provider_arns=p.get("ProviderARNs"),
            auth_type=p.get("AuthType"),
            authorizer_uri=p.get("AuthorizerUri"),
            authorizer_credentials=p.get("AuthorizerCredentials"),
            identity_source=p.get("IdentitySource"),
            identiy_validation_expression=p.get("IdentityValidationExpression"),
            authorizer_result_ttl=int(p.get("AuthorizerResultTtlInSeconds", 300)),
        )
        return authorizer.id, {"AuthorizerId": authorizer.id}

    def remove(self) -> None:
        rest_api(self.properties).authorizers.pop(self.physical_resource_id, None)


class GatewayResponse(Supplement):
    """AWS::ApiGateway::GatewayResponse."""

    TYPE = "AWS::ApiGateway::GatewayResponse"
    ATTRIBUTES = ("Id",)

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        kind = p["ResponseType"]
        rest_api(p).put_gateway_response(
            kind, p.get("StatusCode"), p.get("ResponseParameters"), p.get("ResponseTemplates")
        )
        return f"{p['RestApiId']}-{kind}", {"Id": f"{p['RestApiId']}-{kind}"}

    def change(self, p: Properties) -> bool:
        if any(p[key] != self.properties[key] for key in ("RestApiId", "ResponseType")):
            return False
        self.make(p)
        return True

    def remove(self) -> None:
        responses = rest_api(self.properties).gateway_responses
        responses.pop(self.properties["ResponseType"], None)


class Stage(Supplement):
    """AWS::ApiGateway::Stage."""

    TYPE = "AWS::ApiGateway::Stage"

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        stage = backend("apigateway").create_stage(
            p["RestApiId"],
            p["StageName"],
            p["DeploymentId"],
            variables=p.get("Variables"),
            description=p.get("Description", ""),
            tracing_enabled=as_bool(p.get("TracingEnabled", False)),
        )
        describe_stage(stage, p)
        return p["StageName"], {}

    def change(self, p: Properties) -> bool:
        if any(p[key] != self.properties[key] for key in ("RestApiId", "StageName")):
            return False
        stage = rest_api(p).stages[p["StageName"]]
        stage.deployment_id, stage.variables = p["DeploymentId"], p.get("Variables") or {}
        stage.tracing_enabled = as_bool(p.get("TracingEnabled", False))
        describe_stage(stage, p)
        return True

    def remove(self) -> None:
        rest_api(self.properties).stages.pop(self.physical_resource_id, None)


class Account(Supplement):
    """AWS::ApiGateway::Account: the role that writes API Gateway's logs."""

    TYPE = "AWS::ApiGateway::Account"
    ATTRIBUTES = ("Id",)

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        backend("apigateway").account.cloudwatch_role_arn = p.get("CloudWatchRoleArn")
        return "account", {"Id": "account"}

    def change(self, p: Properties) -> bool:
        self.make(p)
        return True


def describe_stage(stage: Any, p: Properties) -> None:
    """What a stage logs, and how its methods are limited."""
    logs = p.get("AccessLogSetting")
    stage.access_log_settings = lower_first(logs) if logs else None
    stage.method_settings = {
        f"{setting['ResourcePath'].strip('/') or '*'}/{setting['HttpMethod']}": lower_first(setting)
        for setting in p.get("MethodSettings", [])
    }
