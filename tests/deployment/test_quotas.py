"""What AWS refuses and the laptop cloud lets pass: looked for in every compiled template."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from serverless_app.deployment.compile_templates import COMPILED, VARIANTS
from serverless_app.deployment.deploy import STAGE_NAME
from tests.application import ROOT, of_type

TEMPLATES = {name: json.loads((COMPILED / name).read_text("utf-8")) for name in VARIANTS}
FULL = TEMPLATES["template.json"]
each_template = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)

# -- names -----------------------------------------------------------------------------------

LONG_STAGE = "a-stage-of-twenty-ch"
LONGEST = {
    "AWS::ApiGateway::RequestValidator": ("Name", 128),
    "AWS::ApiGateway::RestApi": ("Name", 1_024),
    "AWS::ApiGatewayV2::Api": ("Name", 128),
    "AWS::ApiGatewayV2::Authorizer": ("Name", 128),
    "AWS::CloudFront::OriginAccessControl": ("OriginAccessControlConfig.Name", 64),
    "AWS::CloudFront::ResponseHeadersPolicy": ("ResponseHeadersPolicyConfig.Name", 128),
    "AWS::CloudWatch::Dashboard": ("DashboardName", 255),
    "AWS::Cognito::IdentityPool": ("IdentityPoolName", 128),
    "AWS::Cognito::UserPool": ("UserPoolName", 128),
    "AWS::Cognito::UserPoolDomain": ("Domain", 63),
    "AWS::DynamoDB::Table": ("TableName", 255),
    "AWS::Kinesis::Stream": ("Name", 128),
    "AWS::Lambda::Function": ("FunctionName", 64),
    "AWS::Logs::LogGroup": ("LogGroupName", 512),
    "AWS::OpenSearchService::Domain": ("DomainName", 28),
    "AWS::S3::Bucket": ("BucketName", 63),
    "AWS::SNS::Topic": ("TopicName", 256),
    "AWS::SQS::Queue": ("QueueName", 80),
}


def named(properties: Any, path: str) -> str:
    """The name in a resource's properties, for the longest stage; empty where AWS makes one."""
    for part in path.split("."):
        properties = properties.get(part, "")
    text = properties["Fn::Sub"] if isinstance(properties, dict) else properties
    return re.sub(r"\bdev\b|(?<=_)dev\b", LONG_STAGE, text.replace("${AWS::AccountId}", "1" * 12))


@each_template
def test_names_fit_for_the_longest_stage(template: Any) -> None:
    assert STAGE_NAME.fullmatch(LONG_STAGE)
    assert not STAGE_NAME.fullmatch(LONG_STAGE + "x")
    for kind, (path, longest) in LONGEST.items():
        for name, properties in of_type(kind, template).items():
            assert len(named(properties, path)) <= longest, name


def test_every_name_that_a_template_gives_is_measured() -> None:
    """A resource type that is named and not in the table would slip through."""
    measured = {(kind, path.partition(".")[0]) for kind, (path, _) in LONGEST.items()}
    given = {
        (each["Type"], name)
        for template in TEMPLATES.values()
        for each in template["Resources"].values()
        for name, value in each.get("Properties", {}).items()
        if "dev" in json.dumps(value).replace("/dev", "") and name.endswith("Name")
    }
    places = {"FunctionName", "StageName", "RoleName"}  # references to what is named elsewhere

    assert {each for each in given if each[1] not in places} <= measured


# -- functions -------------------------------------------------------------------------------

# Lambda developer guide, "Defined runtime environment variables": a function may not set these.
RESERVED = re.compile(r"_HANDLER|_X_AMZN_.*|AWS_.*|LAMBDA_.*|TZ")


@each_template
def test_functions_stay_within_lambdas_quotas(template: Any) -> None:
    for name, function in of_type("AWS::Lambda::Function", template).items():
        variables = function["Environment"]["Variables"]

        assert 1 <= function["Timeout"] <= 900, name
        assert 128 <= function["MemorySize"] <= 10_240, name
        assert not [each for each in variables if RESERVED.fullmatch(each)], name
        assert len(json.dumps(variables)) <= 4_096, name


@each_template
def test_event_sources_stay_within_lambdas_quotas(template: Any) -> None:
    for name, mapping in of_type("AWS::Lambda::EventSourceMapping", template).items():
        most = 10_000 if "StartingPosition" in mapping or "WindowSeconds" in mapping else 10

        assert 1 <= mapping["BatchSize"] <= most, name
        assert 1 <= mapping.get("ParallelizationFactor", 1) <= 10, name
        assert 60 <= mapping.get("MaximumRecordAgeInSeconds", 60) <= 604_800, name
        assert len(mapping.get("FilterCriteria", {}).get("Filters", [])) <= 5, name


def test_a_sweep_ends_before_the_next_begins() -> None:
    (rule,) = of_type("AWS::Events::Rule", FULL).values()
    sweep = of_type("AWS::Lambda::Function", FULL)["SweepUploadsLambdaFunction"]

    assert rule["ScheduleExpression"] == "rate(1 hour)"
    assert sweep["Timeout"] < 3_600


# -- roles -----------------------------------------------------------------------------------


@each_template
def test_a_roles_inline_policies_have_10_240_characters_at_most(template: Any) -> None:
    for name, role in of_type("AWS::IAM::Role", template).items():
        text = json.dumps([each["PolicyDocument"] for each in role.get("Policies", [])])
        more = [
            json.dumps(policy["PolicyDocument"])
            for policy in of_type("AWS::IAM::Policy", template).values()
            if {"Ref": name} in policy["Roles"]
        ]
        assert len(re.sub(r"\s", "", text + "".join(more))) <= 10_240, name


# -- storage ---------------------------------------------------------------------------------


@each_template
def test_every_bucket_blocks_public_access_and_encrypts(template: Any) -> None:
    buckets = of_type("AWS::S3::Bucket", template)

    assert set(buckets) == {"ImagesBucket", "WebBucket", "ServerlessDeploymentBucket"}
    for bucket in buckets.values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]


def test_parts_of_an_upload_that_nobody_finished_go_after_a_day() -> None:
    (rule,) = of_type("AWS::S3::Bucket", FULL)["ImagesBucket"]["LifecycleConfiguration"]["Rules"]

    assert rule["Status"] == "Enabled"
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}


def expressions() -> Iterator[tuple[str, str]]:
    """Every expression that is written out in the application, with its file's name."""
    for path in sorted((ROOT / "serverless_app").glob("*.py")):
        for text in re.findall(r'Expression=f?"([^"]+)"', path.read_text("utf-8")):
            yield path.name, text


def test_no_expression_names_an_attribute_by_a_word_that_dynamodb_reserves() -> None:
    reserved = set(ReservedKeywords.get_reserved_keywords()) - {"SET", "ADD", "REMOVE", "DELETE"}
    found = list(expressions())

    assert len(found) >= 3
    for name, text in found:
        words = re.findall(r"(?<![#:{\w])[A-Za-z]\w*", re.sub(r"\{.*?\}", "", text))
        assert not {word.upper() for word in words} & reserved, f"{name}: {text}"


# -- the dashboard ---------------------------------------------------------------------------


def widgets() -> list[dict[str, Any]]:
    (board,) = of_type("AWS::CloudWatch::Dashboard", FULL).values()
    found: list[dict[str, Any]] = json.loads(board["DashboardBody"]["Fn::Sub"])["widgets"]
    return found


def test_the_dashboard_shows_uploads_lags_the_api_and_failures() -> None:
    titles = [widget["properties"]["title"] for widget in widgets()]

    assert titles == ["Uploads", "How far behind", "REST API", "Failures that wait"]


def test_the_dashboard_shows_only_metrics_that_somebody_writes() -> None:
    folders = [ROOT / "serverless_app" / name for name in ("operations", "handlers")]
    source = "".join(path.read_text("utf-8") for each in folders for path in each.glob("*.py"))
    lines = [line for widget in widgets() for line in widget["properties"]["metrics"]]

    for namespace, metric, *rest in lines:
        if namespace == "Udagram":
            assert re.search(rf'\b{metric}=|"{metric}"', source), metric
        for reference in re.findall(r"\$\{(\w+)[}.]", json.dumps(rest)):
            assert reference in FULL["Resources"], reference
