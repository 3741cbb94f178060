"""APIs from a CloudFormation template answer like those made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from .house import House


def mock(status: str, **response: Any) -> dict[str, Any]:
    return {
        "Type": "MOCK",
        "RequestTemplates": {"application/json": f"{{statusCode:{status}}}"},
        "IntegrationResponses": [{"StatusCode": status, **response}],
    }


TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Api": {
            "Type": "AWS::ApiGateway::RestApi",
            "Properties": {"Name": "template", "EndpointConfiguration": {"Types": ["REGIONAL"]}},
        },
        "Pets": {
            "Type": "AWS::ApiGateway::Resource",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                "PathPart": "pets",
            },
        },
        "Pet": {
            "Type": "AWS::ApiGateway::Model",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "ContentType": "application/json",
                "Schema": {"type": "object", "required": ["name"]},
            },
        },
        "Validator": {
            "Type": "AWS::ApiGateway::RequestValidator",
            "Properties": {"RestApiId": {"Ref": "Api"}, "Name": "v", "ValidateRequestBody": True},
        },
        "Post": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "ResourceId": {"Ref": "Pets"},
                "HttpMethod": "POST",
                "AuthorizationType": "NONE",
                "RequestValidatorId": {"Ref": "Validator"},
                "RequestModels": {"$default": {"Ref": "Pet"}},
                "Integration": mock(
                    "201",
                    ResponseTemplates={"application/json": '{"stage": "$context.stage"}'},
                    ResponseParameters={"method.response.header.X-One": "'1'"},
                ),
            },
        },
        "Refusal": {
            "Type": "AWS::ApiGateway::GatewayResponse",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "ResponseType": "BAD_REQUEST_BODY",
                "StatusCode": "422",
                "ResponseTemplates": {
                    "application/json": '{"why": "$context.error.validationErrorString"}'
                },
            },
        },
        "Deployment": {
            "Type": "AWS::ApiGateway::Deployment",
            "DependsOn": ["Post"],
            "Properties": {"RestApiId": {"Ref": "Api"}},
        },
        "Stage": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "DeploymentId": {"Ref": "Deployment"},
                "StageName": "v1",
                "MethodSettings": [
                    {
                        "ResourcePath": "/~1pets",
                        "HttpMethod": "POST",
                        "ThrottlingRateLimit": 0.001,
                        "ThrottlingBurstLimit": 3,
                    }
                ],
            },
        },
        "Chat": {
            "Type": "AWS::ApiGatewayV2::Api",
            "Properties": {
                "Name": "chat",
                "ProtocolType": "WEBSOCKET",
                "RouteSelectionExpression": "$request.body.action",
            },
        },
        "Say": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": "Chat"},
                "IntegrationType": "MOCK",
                "RequestTemplates": {"200": '{"statusCode": 200}'},
                "TemplateSelectionExpression": "200",
            },
        },
        "Answer": {
            "Type": "AWS::ApiGatewayV2::IntegrationResponse",
            "Properties": {
                "ApiId": {"Ref": "Chat"},
                "IntegrationId": {"Ref": "Say"},
                "IntegrationResponseKey": "$default",
                "ResponseTemplates": {"200": '{"you": "$context.connectionId"}'},
            },
        },
        "Route": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                "ApiId": {"Ref": "Chat"},
                "RouteKey": "say",
                "RouteResponseSelectionExpression": "$default",
                "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "Say"}]]},
            },
        },
        "ChatStage": {
            "Type": "AWS::ApiGatewayV2::Stage",
            "Properties": {"ApiId": {"Ref": "Chat"}, "StageName": "v1", "AutoDeploy": True},
        },
    },
    "Outputs": {
        "Api": {"Value": {"Ref": "Api"}},
        "Chat": {"Value": {"Fn::GetAtt": ["Chat", "ApiEndpoint"]}},
    },
}


def test_a_stacks_apis_answer(house: House, tmp_path: Path) -> None:
    house.plane.deploy(TEMPLATE, stack="pets", source=tmp_path)
    outputs = house.plane.outputs("pets")
    base = f"/_aws/execute-api/{outputs['Api']}/v1"
    made = house.request("POST", f"{base}/pets", '{"name": "rex"}')
    assert (made.status, made.json, made.headers["X-One"]) == (201, {"stage": "v1"}, "1")
    wrong = house.request("POST", f"{base}/pets", "{}")
    assert (wrong.status, wrong.json) == (
        422,
        {"why": '[object has missing required properties (["name"])]'},
    )
    assert house.request("POST", f"{base}/pets", "{}").status == 422
    assert house.request("POST", f"{base}/pets", "{}").status == 429
    with connect(f"{outputs['Chat']}/v1") as client:
        client.send('{"action": "say"}')
        identity = house.call(house.gateway.connections)[-1].id
        assert client.recv(10) == f'{{"you": "{identity}"}}'
