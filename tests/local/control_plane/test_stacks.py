"""Stacks: created, updated, deleted, rolled back; and the application's own template."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from serverless_app.local.control_plane import ControlPlane, DeploymentFailed

ROOT = Path(__file__).resolve().parents[3]
COMPILED = ROOT / "serverless_app" / "deployment" / "compiled"
Deploy = Callable[..., None]
QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}}
TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t"}}
BROKEN = {
    "Type": "AWS::S3::BucketPolicy",
    "Properties": {"Bucket": "no-such-bucket", "PolicyDocument": {}},
}
NAMED_ONLY = {
    "AWS::ApiGatewayV2::Deployment",
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::Cognito::IdentityPoolRoleAttachment",
}


def compiled(plane: ControlPlane, name: str) -> dict[str, Any]:
    """A compiled template; its DNS records are for a zone that this account has."""
    text = (COMPILED / name).read_text()
    zone = plane.client("route53").create_hosted_zone(Name="example.com", CallerReference="one")
    zone_id = zone["HostedZone"]["Id"].rpartition("/")[2]
    template: dict[str, Any] = json.loads(text.replace("Z0123456789EXAMPLE00", zone_id))
    return template


@pytest.mark.parametrize("name", sorted(each.name for each in COMPILED.glob("*.json")))
def test_every_resource_of_the_application_is_real_or_on_the_documented_list(
    plane: ControlPlane, name: str, recwarn: pytest.WarningsRecorder
) -> None:
    template = compiled(plane, name)
    plane.deploy(template, stack="udagram-dev", source=ROOT)
    resources = plane.resources("udagram-dev")
    assert {found.logical_id for found in resources} == set(template["Resources"])
    assert {found.type for found in resources if not found.real} <= NAMED_ONLY
    assert all(found.physical_id for found in resources)
    assert not [warning for warning in recwarn if "not supported" in str(warning.message)]


def test_the_application_deploys_again_and_goes_away_whole(plane: ControlPlane) -> None:
    template = json.loads((COMPILED / "template.json").read_text())
    for _ in range(2):
        plane.deploy(template, stack="udagram-dev", source=ROOT)
    for name in ("s3", "cloudformation"):
        plane.client(name)
    for bucket in plane.client("s3").list_buckets()["Buckets"]:
        for found in plane.client("s3").list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            plane.client("s3").delete_object(Bucket=bucket["Name"], Key=found["Key"])
    plane.client("cloudformation").delete_stack(StackName="udagram-dev")
    assert plane.client("lambda").list_functions()["Functions"] == []
    assert plane.client("apigatewayv2").get_apis()["Items"] == []
    assert plane.client("cognito-idp").list_user_pools(MaxResults=5)["UserPools"] == []
    retained = [n for n, r in template["Resources"].items() if r.get("DeletionPolicy") == "Retain"]
    tables = plane.client("dynamodb").list_tables()["TableNames"]
    assert bool(tables) == any(template["Resources"][n]["Type"].endswith("Table") for n in retained)


def code_of(plane: ControlPlane, name: str) -> dict[str, str]:
    function = plane.backend("lambda").get_function(name)
    with zipfile.ZipFile(io.BytesIO(function.code_bytes)) as archive:
        return {member: archive.read(member).decode() for member in archive.namelist()}


def test_functions_of_the_template_s_package_run_from_the_source(
    plane: ControlPlane, tmp_path: Path
) -> None:
    template = json.loads((COMPILED / "template.json").read_text())
    plane.deploy(template, stack="udagram-dev", source=tmp_path)
    assert code_of(plane, "udagram-dev-createGroup") == {".local-source": str(tmp_path)}


def test_a_function_with_code_of_its_own_keeps_it(
    plane: ControlPlane, deploy: Deploy, role: Callable[..., str]
) -> None:
    function = {
        "FunctionName": "f",
        "Runtime": "python3.13",
        "Handler": "index.f",
        "Role": role(),
        "Code": {"ZipFile": "def f(event, context): return 1"},
    }
    deploy({"Function": {"Type": "AWS::Lambda::Function", "Properties": function}})
    assert code_of(plane, "f")["index.py"] == "def f(event, context): return 1"


def test_parameters_and_conditions_choose_resources(plane: ControlPlane) -> None:
    template = {
        "Parameters": {"Loud": {"Type": "String", "Default": "no"}},
        "Conditions": {"IsLoud": {"Fn::Equals": [{"Ref": "Loud"}, "yes"]}},
        "Resources": {"Queue": QUEUE, "Topic": TOPIC | {"Condition": "IsLoud"}},
    }
    plane.deploy(template, stack="test", source=ROOT)
    assert [found.logical_id for found in plane.resources("test")] == ["Queue"]
    plane.deploy(template, stack="loud", parameters={"Loud": "yes"}, source=ROOT)
    assert sorted(found.logical_id for found in plane.resources("loud")) == ["Queue", "Topic"]


def test_a_stack_that_cannot_be_created_is_rolled_back_with_its_reason(
    plane: ControlPlane, deploy: Deploy
) -> None:
    with pytest.raises(DeploymentFailed, match=r"Policy: AWS::S3::BucketPolicy: .*bucket"):
        deploy({"Queue": QUEUE, "Policy": BROKEN})
    stack = plane.client("cloudformation").describe_stacks(StackName="test")["Stacks"][0]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert plane.client("sqs").list_queues().get("QueueUrls", []) == []


def test_an_update_that_fails_leaves_what_was_there(plane: ControlPlane, deploy: Deploy) -> None:
    deploy({"Queue": QUEUE})
    with pytest.raises(DeploymentFailed, match="Policy: AWS::S3::BucketPolicy"):
        deploy({"Queue": QUEUE, "Topic": TOPIC, "Policy": BROKEN})
    stack = plane.client("cloudformation").describe_stacks(StackName="test")["Stacks"][0]
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert len(plane.client("sqs").list_queues()["QueueUrls"]) == 1
    assert plane.client("sns").list_topics()["Topics"] == []


def test_a_type_that_nobody_plays_fails_by_its_name(plane: ControlPlane, deploy: Deploy) -> None:
    with pytest.raises(DeploymentFailed, match="Lake: AWS::Lakes::Lake: "):
        deploy({"Lake": {"Type": "AWS::Lakes::Lake", "Properties": {}}})


def test_an_update_adds_and_removes(plane: ControlPlane, deploy: Deploy) -> None:
    deploy({"Queue": QUEUE})
    deploy({"Topic": TOPIC})
    assert plane.client("sqs").list_queues().get("QueueUrls", []) == []
    assert len(plane.client("sns").list_topics()["Topics"]) == 1


def test_what_a_template_retains_outlives_its_stack(plane: ControlPlane, deploy: Deploy) -> None:
    deploy({"Queue": QUEUE | {"DeletionPolicy": "Retain"}, "Topic": TOPIC})
    plane.client("cloudformation").delete_stack(StackName="test")
    assert len(plane.client("sqs").list_queues()["QueueUrls"]) == 1
    assert plane.client("sns").list_topics()["Topics"] == []


def test_a_deployment_counts_as_a_write_of_every_service(
    plane: ControlPlane, deploy: Deploy
) -> None:
    before = plane.revision("apigateway"), plane.revision("lambda")
    deploy({"Queue": QUEUE})
    after = plane.revision("apigateway"), plane.revision("lambda")
    assert after[0] > before[0]
    assert after[1] > before[1]


def test_a_template_is_validated_without_failing_on_lint_warnings(plane: ControlPlane) -> None:
    """osls writes a DependsOn beside the GetAtt that implies it: W3005."""
    topic = {**TOPIC, "DependsOn": ["Queue"]}
    topic["Properties"] = {"DisplayName": {"Fn::GetAtt": ["Queue", "QueueName"]}}
    body: dict[str, Any] = {"Resources": {"Queue": QUEUE, "Topic": topic}}
    answer = plane.client("cloudformation").validate_template(TemplateBody=json.dumps(body))
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
