"""The compiled templates against the application, and against AWS's rules."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import cfnlint.api
import cfnlint.config
import pytest

from serverless_app.deployment import openapi
from serverless_app.deployment.compile_templates import (
    COMPILED,
    VARIANTS,
    compile_template,
    find_osls,
)
from serverless_app.handlers import edges
from serverless_app.settings import Settings
from tests.application import of_type

TEMPLATES = {name: json.loads((COMPILED / name).read_text("utf-8")) for name in VARIANTS}
FULL = TEMPLATES["template.json"]
NAMES = [
    *("createGroup", "getGroups", "createImage", "getImages", "getImage", "deleteImage"),
    *("recordView", "getTrending", "searchImages", "getStatus"),
    *("authorizeConnection", "connect", "disconnect", "watch", "unwatch", "answerDefault"),
    *("onUpload", "indexImages", "notifyWatchers", "countViews", "sweepUploads", "redriveFailures"),
]

each_template = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


def functions(template: Any = FULL) -> dict[str, Any]:
    """The functions' properties, by their names in serverless.yml."""
    found = of_type("AWS::Lambda::Function", template).values()
    return {each["FunctionName"].removeprefix("udagram-dev-"): each for each in found}


def statements(template: Any = FULL) -> Iterator[tuple[str, Any]]:
    """Every statement of every role and policy, with the name of what has it."""
    for name, role in of_type("AWS::IAM::Role", template).items():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement
    for name, policy in of_type("AWS::IAM::Policy", template).items():
        for statement in policy["PolicyDocument"]["Statement"]:
            yield name, statement


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_the_functions_are_those_of_the_design() -> None:
    assert sorted(functions()) == sorted(NAMES)
    off = functions(TEMPLATES["template-search-off.json"])
    assert sorted(off) == sorted(set(NAMES) - {"indexImages"})


def test_every_handler_exists_and_has_the_functions_name() -> None:
    for name, function in functions().items():
        path, _, attribute = function["Handler"].rpartition(".")
        snake = re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)
        module = importlib.import_module(path.replace("/", "."))

        assert attribute == snake
        assert callable(getattr(module, attribute))


@each_template
def test_every_variable_that_is_read_is_set_and_every_one_set_is_read(template: Any) -> None:
    read = {field.name.upper() for field in fields(Settings)}
    by_the_runtime = {"AWS_REGION", "AWS_ENDPOINT_URL"}
    for name, function in functions(template).items():
        given = set(function["Environment"]["Variables"])
        searches = {"SEARCH_ENDPOINT"} & given
        assert given == read - by_the_runtime - {"SEARCH_ENDPOINT"} | searches, name


def test_only_what_searches_knows_where() -> None:
    knows = {
        name
        for name, function in functions().items()
        if "SEARCH_ENDPOINT" in function["Environment"]["Variables"]
    }
    assert knows == {"searchImages", "indexImages", "redriveFailures"}


def test_addresses_come_from_the_resources_themselves() -> None:
    variables = functions()["searchImages"]["Environment"]["Variables"]

    assert variables["WEBSOCKET_ENDPOINT"] == {"Fn::GetAtt": ["WebsocketsApi", "ApiEndpoint"]}
    assert variables["USER_POOL_ISSUER"] == {"Fn::GetAtt": ["UserPool", "ProviderURL"]}
    assert variables["SEARCH_ENDPOINT"] == {"Fn::GetAtt": ["SearchDomain", "DomainEndpoint"]}


def test_the_openapi_document_is_current() -> None:
    published = json.loads(openapi.DOCUMENT.read_text("utf-8"))

    assert published == openapi.document()


def test_the_routes_are_those_of_the_design() -> None:
    paths = openapi.document()["paths"]

    assert {(m, path) for path, methods in paths.items() for m in methods} == {
        ("get", "/groups"),
        ("post", "/groups"),
        ("get", "/groups/{groupId}/images"),
        ("post", "/groups/{groupId}/images"),
        ("get", "/images/{imageId}"),
        ("delete", "/images/{imageId}"),
        ("post", "/images/{imageId}/views"),
        ("get", "/trending"),
        ("get", "/search"),
        ("get", "/status"),
    }


def test_the_openapi_document_says_what_handlers_answer() -> None:
    """`rest(201)` in the handlers, 201 in the document."""
    answers = json.loads(openapi.ANSWERS.read_text("utf-8"))["answers"]
    source = (COMPILED.parents[1] / "handlers/rest_api.py").read_text("utf-8")
    statuses = re.findall(r"@rest\((\d+)\)\ndef (\w+)", source)

    documented = {name: each["status"] for name, each in answers.items() if name != "getStatus"}
    assert documented == {
        re.sub(r"_(\w)", lambda letter: letter[1].upper(), name): int(status)
        for status, name in statuses
    }


def test_writing_needs_somebody_who_is_signed_in() -> None:
    paths = openapi.document()["paths"]
    secured = {
        each["operationId"] for p in paths.values() for each in p.values() if "security" in each
    }

    assert secured == {"createGroup", "createImage", "deleteImage"}


def test_bodies_of_every_content_type_are_held_against_their_schema() -> None:
    methods = of_type("AWS::ApiGateway::Method").values()
    with_body = [method for method in methods if "RequestModels" in method]

    assert len(with_body) == 2
    for method in with_body:
        assert method["RequestModels"].keys() == {"application/json", "$default"}
        assert method["RequestValidatorId"] == {"Ref": "ApiGatewayUdagramRequestValidator"}


@each_template
def test_every_function_has_a_role_of_its_own_and_logs_that_end(template: Any) -> None:
    roles = [function["Role"]["Fn::GetAtt"][0] for function in functions(template).values()]
    logs = of_type("AWS::Logs::LogGroup", template).values()
    of_functions = [log for log in logs if log["LogGroupName"].startswith("/aws/lambda/")]

    assert len(set(roles)) == len(roles)
    assert len(of_functions) == len(roles)
    assert {log["RetentionInDays"] for log in logs} == {14}


@each_template
def test_only_tracing_names_every_resource(template: Any) -> None:
    for name, statement in statements(template):
        resources = as_list(statement["Resource"])
        if "*" in resources:
            assert all(action.startswith("xray:") for action in statement["Action"]), name


@each_template
def test_no_role_may_do_everything_to_something(template: Any) -> None:
    for name, statement in statements(template):
        for action in as_list(statement["Action"]):
            assert "*" not in action, name


@each_template
def test_streams_try_a_bounded_number_of_times_and_say_what_failed(template: Any) -> None:
    mappings = of_type("AWS::Lambda::EventSourceMapping", template).values()
    streams = [each for each in mappings if "StartingPosition" in each]

    assert streams
    for each in streams:
        target = each["DestinationConfig"]["OnFailure"]["Destination"]
        assert target == {"Fn::GetAtt": ["StreamFailuresQueue", "Arn"]}
        assert 0 < each["MaximumRetryAttempts"] <= 10
        assert 0 < each["MaximumRecordAgeInSeconds"] <= 3_600
        assert each["BisectBatchOnFunctionError"] is True
    assert all(each["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for each in mappings)


def test_views_have_one_reader_a_shard() -> None:
    (views,) = [
        each
        for each in of_type("AWS::Lambda::EventSourceMapping").values()
        if each["EventSourceArn"] == {"Fn::GetAtt": ["ViewsStream", "Arn"]}
    ]
    assert views["ParallelizationFactor"] == 1


def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_take() -> None:
    queue = of_type("AWS::SQS::Queue")["StreamFailuresQueue"]

    assert queue["VisibilityTimeout"] >= 6 * functions()["redriveFailures"]["Timeout"]


def test_no_function_behind_the_gateway_outlives_its_patience() -> None:
    behind = [functions()[name] for name in NAMES[: NAMES.index("onUpload")]]

    assert all(function["Timeout"] <= 29 for function in behind)


def test_an_upload_gets_a_whole_processor_two_retries_and_an_hour() -> None:
    function = functions()["onUpload"]
    (policy,) = of_type("AWS::Lambda::EventInvokeConfig").values()

    assert (function["MemorySize"], function["Timeout"]) == (1_769, 60)
    assert function["DeadLetterConfig"] == {"TargetArn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}}
    assert (policy["MaximumRetryAttempts"], policy["MaximumEventAgeInSeconds"]) == (2, 3_600)


def test_tables_can_be_recovered_and_cost_nothing_idle() -> None:
    tables = of_type("AWS::DynamoDB::Table").values()

    assert len(tables) == 4
    for table in tables:
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["TableName"].endswith("-dev")


@pytest.mark.parametrize("bucket", ["ImagesBucket", "WebBucket"])
def test_buckets_have_names_that_no_other_account_has(bucket: str) -> None:
    assert "AccountId" in of_type("AWS::S3::Bucket")[bucket]["BucketName"]["Fn::Sub"]


def test_queues_the_stream_and_the_domain_are_encrypted() -> None:
    domain = of_type("AWS::OpenSearchService::Domain")["SearchDomain"]

    assert all(queue["SqsManagedSseEnabled"] for queue in of_type("AWS::SQS::Queue").values())
    assert (
        of_type("AWS::Kinesis::Stream")["ViewsStream"]["StreamEncryption"]["EncryptionType"]
        == "KMS"
    )
    assert domain["EncryptionAtRestOptions"] == domain["NodeToNodeEncryptionOptions"]
    assert domain["EncryptionAtRestOptions"] == {"Enabled": True}
    assert domain["DomainEndpointOptions"]["EnforceHTTPS"] is True


@each_template
def test_somebody_is_told_of_dead_letters_lags_errors_and_throttles(template: Any) -> None:
    alarms = of_type("AWS::CloudWatch::Alarm", template).values()
    metrics = {alarm["MetricName"] for alarm in alarms}
    lagging = [alarm for alarm in alarms if alarm["MetricName"] == "IteratorAge"]

    assert metrics >= {
        "ApproximateNumberOfMessagesVisible",
        "IteratorAge",
        "Errors",
        "Throttles",
        "5XXError",
    }
    streams = [
        each
        for each in of_type("AWS::Lambda::EventSourceMapping", template).values()
        if "StartingPosition" in each
    ]
    assert len(lagging) == len(streams)
    assert all(alarm["AlarmActions"] == [{"Ref": "AlarmsTopic"}] for alarm in alarms)


def test_every_refusal_of_the_gateway_has_the_shape_of_every_error() -> None:
    responses = of_type("AWS::ApiGateway::GatewayResponse").values()
    quoted = "$context.error.messageString"  # AWS puts this one in quotes itself

    assert len({each["ResponseType"] for each in responses}) == len(responses) == 21
    for each in responses:
        body = json.loads(each["ResponseTemplates"]["application/json"].replace(quoted, '"x"'))
        assert body.keys() == {"error"}
        assert {"code", "message"} <= body["error"].keys() <= {"code", "message", "details"}
        allowed = each["ResponseParameters"]["gatewayresponse.header.Access-Control-Allow-Origin"]
        assert allowed == "'*'"


def test_the_gateway_allows_the_headers_that_handlers_and_pages_use() -> None:
    options = [
        m for m in of_type("AWS::ApiGateway::Method").values() if m["HttpMethod"] == "OPTIONS"
    ]
    prefix = "method.response.header.Access-Control-Allow-"

    assert len(options) == 7
    for method in options:
        (answer,) = method["Integration"]["IntegrationResponses"]
        allowed = answer["ResponseParameters"]
        assert allowed[prefix + "Origin"] == f"'{edges.HEADERS['Access-Control-Allow-Origin']}'"
        assert "Authorization" in allowed[prefix + "Headers"]


def test_the_user_pool_is_as_the_page_uses_it() -> None:
    client = of_type("AWS::Cognito::UserPoolClient")["UserPoolClient"]

    assert client["ExplicitAuthFlows"] == ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    assert client["GenerateSecret"] is False
    assert of_type("AWS::Cognito::UserPool")["UserPool"]["UsernameAttributes"] == ["email"]


def test_without_search_nothing_of_it_is_left() -> None:
    text = (COMPILED / "template-search-off.json").read_text("utf-8")

    assert "OpenSearch" not in text
    assert "SearchDomain" not in text
    assert "es:ESHttp" not in text


@each_template
def test_the_templates_fit_cloudformations_limits(template: Any) -> None:
    assert len(json.dumps(template)) < 1_000_000
    assert len(template["Resources"]) <= 500
    assert len(template["Outputs"]) <= 200


@pytest.mark.parametrize("name", VARIANTS)
def test_cfn_lint_finds_nothing(name: str) -> None:
    """But W3005, osls's habit: a DependsOn that a reference implies."""
    config = cfnlint.config.ManualArgs(ignore_checks=["W3005", "I"], regions=["us-east-1"])
    text = (COMPILED / name).read_text("utf-8")

    matches = cfnlint.api.lint(text, config=config)

    assert [f"{match.rule.id} {match.message}" for match in matches] == []


@pytest.mark.node
@pytest.mark.skipif(find_osls() is None, reason="osls is not installed: npm ci")
@pytest.mark.parametrize("name", VARIANTS)
def test_the_compiled_template_is_current(name: str) -> None:
    osls = find_osls()
    assert osls is not None

    assert compile_template(osls, VARIANTS[name]) == (COMPILED / name).read_text("utf-8")
