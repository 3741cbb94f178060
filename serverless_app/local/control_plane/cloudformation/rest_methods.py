"""AWS::ApiGateway::RestApi, Resource and Method: those that moto knows, made whole."""

from __future__ import annotations

from typing import Any

from serverless_app.local.control_plane.cloudformation.adapter import (
    Properties,
    add_attributes,
    as_bool,
    as_json,
    complete,
    lower_first,
)
from serverless_app.local.control_plane.cloudformation.rest_apis import describe_stage
from serverless_app.local.control_plane.dispatch import backend


def install() -> None:
    """Create methods whole: moto leaves out authorizer, validator, models and templates, and

    fails on the MOCK methods that answer CORS preflights, which have no Uri.
    """
    from moto.apigateway.models import Deployment, Method, RestAPI
    from moto.apigateway.models import Resource as ApiResource

    Method.create_from_cloudformation_json = classmethod(create_method)
    Method.update_from_cloudformation_json = classmethod(update_method)
    Method.physical_resource_id = property(_method_id)
    Method.delete = delete_method
    ApiResource.delete = delete_resource
    Deployment.create_from_cloudformation_json = classmethod(create_deployment)
    Deployment.physical_resource_id = property(lambda self: self.id)
    Deployment.delete = lambda self, account_id, region_name: None
    RestAPI.delete = lambda self, account_id, region: backend("apigateway").delete_rest_api(self.id)
    complete(RestAPI, finish_api)
    add_attributes(RestAPI, RestApiId=lambda self: self.id)
    add_attributes(ApiResource, ResourceId=lambda self: self.id)


def finish_api(api: Any, p: Properties) -> None:
    """An API keeps its id, and everything in it, when its properties change."""
    api.name = p.get("Name", api.name)
    api.description = p.get("Description", "")
    api.binaryMediaTypes = p.get("BinaryMediaTypes", [])
    api.endpoint_configuration = lower_first(p.get("EndpointConfiguration", {"Types": ["EDGE"]}))
    if p.get("Policy"):
        api.policy = as_json(p["Policy"])


def create_deployment(cls: Any, name: str, template: Any, *_: Any, **__: Any) -> Any:
    """A deployment, and the stage that it makes or moves on, as the template describes it."""
    p = template["Properties"]
    api_id, stage = p["RestApiId"], p.get("StageName")
    api = backend("apigateway")
    deployment = api.create_deployment(api_id, stage, p.get("Description", ""))
    if stage:
        describe_stage(api.get_rest_api(api_id).stages[stage], p.get("StageDescription", {}))
    return deployment


def create_method(cls: Any, name: str, template: Any, *_: Any, **__: Any) -> Any:
    """A method with everything that its properties say."""
    p = template["Properties"]
    api = backend("apigateway")
    where = (p["RestApiId"], p["ResourceId"], p["HttpMethod"])
    method = api.put_method(
        *where,
        p.get("AuthorizationType", "NONE"),
        api_key_required=as_bool(p.get("ApiKeyRequired", False)),
        request_parameters=_booleans(p.get("RequestParameters")),
        request_models=p.get("RequestModels"),
        operation_name=p.get("OperationName"),
        authorizer_id=p.get("AuthorizerId"),
        authorization_scopes=p.get("AuthorizationScopes"),
        request_validator_id=p.get("RequestValidatorId"),
    )
    method.place = where
    for answer in p.get("MethodResponses", []):
        parameters = _booleans(answer.get("ResponseParameters"))
        models = answer.get("ResponseModels", {})
        api.put_method_response(*where, str(answer["StatusCode"]), models, parameters)
    if "Integration" in p:
        _put_integration(where, p["Integration"])
    return method


def _put_integration(where: tuple[str, str, str], p: Properties) -> None:
    api = backend("apigateway")
    integration = api.put_integration(
        *where,
        p["Type"],
        p.get("Uri", ""),
        p.get("IntegrationHttpMethod", ""),
        credentials=p.get("Credentials"),
        request_templates=p.get("RequestTemplates"),
        passthrough_behavior=p.get("PassthroughBehavior", "WHEN_NO_MATCH"),
        timeout_in_millis=p.get("TimeoutInMillis"),
        request_parameters=p.get("RequestParameters"),
        content_handling=p.get("ContentHandling"),
        connection_type=p.get("ConnectionType"),
    )
    integration.integration_responses = None
    for answer in p.get("IntegrationResponses", []):
        api.put_integration_response(
            *where,
            str(answer["StatusCode"]),
            answer.get("SelectionPattern"),
            answer.get("ResponseTemplates", {}),
            answer.get("ResponseParameters", {}),
            answer.get("ContentHandling"),
        )


def update_method(
    cls: Any,
    original_resource: Any,
    new_resource_name: str,
    cloudformation_json: Any,
    account_id: str,
    region_name: str,
) -> Any:
    """A method is put whole, over the one that was there."""
    delete_method(original_resource, account_id, region_name)
    return create_method(cls, new_resource_name, cloudformation_json)


def delete_method(self: Any, account_id: str, region_name: str) -> None:
    """Delete a method, unless its API or resource went first."""
    api_id, resource_id, verb = self.place
    api = backend("apigateway").apis.get(api_id)
    if api and resource_id in api.resources:
        api.resources[resource_id].resource_methods.pop(verb, None)


def delete_resource(self: Any, account_id: str, region_name: str) -> None:
    """Delete a resource, unless its API went first."""
    api = backend("apigateway").apis.get(self.api_id)
    if api:
        api.resources.pop(self.id, None)


def _method_id(self: Any) -> str:
    return "-".join(getattr(self, "place", (self.http_method,)))


def _booleans(parameters: Properties | None) -> dict[str, bool]:
    return {name: as_bool(value) for name, value in (parameters or {}).items()}
