"""Custom domains of APIs in a template, and what a deployment says of its stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from serverless_app.local.control_plane import ControlPlane, DeploymentFailed

Deploy = Callable[..., None]
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1"
LOGS = "arn:aws:logs:us-east-1:123456789012:log-group:calls"

REST: dict[str, Any] = {
    "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "rest"}},
    "Get": {
        "Type": "AWS::ApiGateway::Method",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
            "HttpMethod": "GET",
            "AuthorizationType": "NONE",
            "Integration": {"Type": "MOCK"},
        },
    },
    "Deployment": {
        "Type": "AWS::ApiGateway::Deployment",
        "DependsOn": ["Get"],
        "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "dev"},
    },
}
REST_DOMAIN = {
    "Domain": {
        "Type": "AWS::ApiGateway::DomainName",
        "Properties": {
            "DomainName": "api.example.com",
            "RegionalCertificateArn": CERTIFICATE,
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
        },
    },
    "Mapping": {
        "Type": "AWS::ApiGateway::BasePathMapping",
        "DependsOn": ["Deployment"],
        "Properties": {
            "DomainName": {"Ref": "Domain"},
            "RestApiId": {"Ref": "Api"},
            "Stage": "dev",
        },
    },
}
LIVE = {
    "Live": {
        "Type": "AWS::ApiGatewayV2::Api",
        "Properties": {
            "Name": "live",
            "ProtocolType": "WEBSOCKET",
            "RouteSelectionExpression": "$request.body.action",
        },
    },
    "Stage": {
        "Type": "AWS::ApiGatewayV2::Stage",
        "Properties": {"ApiId": {"Ref": "Live"}, "StageName": "dev"},
    },
    "LiveDomain": {
        "Type": "AWS::ApiGatewayV2::DomainName",
        "Properties": {
            "DomainName": "live.example.com",
            "DomainNameConfigurations": [
                {"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL"}
            ],
        },
    },
    "LiveMapping": {
        "Type": "AWS::ApiGatewayV2::ApiMapping",
        "Properties": {
            "DomainName": {"Ref": "LiveDomain"},
            "ApiId": {"Ref": "Live"},
            "Stage": {"Ref": "Stage"},
        },
    },
}


def test_a_rest_api_has_a_name_of_its_own(plane: ControlPlane, deploy: Deploy) -> None:
    target = {"Value": {"Fn::GetAtt": ["Domain", "RegionalDomainName"]}}
    deploy(REST | REST_DOMAIN, Outputs={"Target": target})

    gateway = plane.client("apigateway")
    domain = gateway.get_domain_name(domainName="api.example.com")
    (mapping,) = gateway.get_base_path_mappings(domainName="api.example.com")["items"]
    assert domain["regionalCertificateArn"] == CERTIFICATE
    assert domain["endpointConfiguration"]["types"] == ["REGIONAL"]
    assert plane.outputs("test")["Target"] == domain["regionalDomainName"]
    assert (mapping["basePath"], mapping["stage"]) == ("(none)", "dev")


def test_a_name_for_a_stage_that_is_not_there_fails(plane: ControlPlane, deploy: Deploy) -> None:
    mapping = {**REST_DOMAIN["Mapping"]}
    mapping["Properties"] = {**REST_DOMAIN["Mapping"]["Properties"], "Stage": "prod"}  # type: ignore[dict-item]

    with pytest.raises(DeploymentFailed, match="Mapping: AWS::ApiGateway::BasePathMapping: "):
        deploy(REST | REST_DOMAIN | {"Mapping": mapping})


def test_a_websocket_api_has_a_name_of_its_own(plane: ControlPlane, deploy: Deploy) -> None:
    deploy(LIVE)

    gateway = plane.client("apigatewayv2")
    (mapping,) = gateway.get_api_mappings(DomainName="live.example.com")["Items"]
    (api,) = gateway.get_apis()["Items"]
    assert (mapping["ApiId"], mapping["Stage"]) == (api["ApiId"], "dev")


def test_names_go_with_their_stack(plane: ControlPlane, deploy: Deploy) -> None:
    deploy(REST | REST_DOMAIN | LIVE)
    plane.client("cloudformation").delete_stack(StackName="test")

    assert plane.client("apigateway").get_domain_names()["items"] == []
    assert plane.client("apigatewayv2").get_domain_names()["Items"] == []


def test_a_deployment_describes_the_stage_that_it_makes(
    plane: ControlPlane, deploy: Deploy
) -> None:
    described = {"AccessLogSetting": {"DestinationArn": LOGS, "Format": "$context.requestId"}}
    properties = {**REST["Deployment"]["Properties"], "StageDescription": described}
    deploy(REST | {"Deployment": {**REST["Deployment"], "Properties": properties}})

    gateway = plane.client("apigateway")
    (api,) = gateway.get_rest_apis()["items"]
    stage = gateway.get_stage(restApiId=api["id"], stageName="dev")
    assert stage["accessLogSettings"] == {"destinationArn": LOGS, "format": "$context.requestId"}


def test_a_stage_of_its_own_logs_as_its_template_says(plane: ControlPlane, deploy: Deploy) -> None:
    deployment = {**REST["Deployment"], "Properties": {"RestApiId": {"Ref": "Api"}}}
    stage = {
        "Type": "AWS::ApiGateway::Stage",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "StageName": "dev",
            "DeploymentId": {"Ref": "Deployment"},
            "AccessLogSetting": {"DestinationArn": LOGS, "Format": "$context.requestId"},
        },
    }
    deploy(REST | {"Deployment": deployment, "Stage": stage})

    gateway = plane.client("apigateway")
    (api,) = gateway.get_rest_apis()["items"]
    found = gateway.get_stage(restApiId=api["id"], stageName="dev")
    assert found["accessLogSettings"] == {"destinationArn": LOGS, "format": "$context.requestId"}
