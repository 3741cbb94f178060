"""What AWS refuses and moto would store: refused in AWS's words, by API and by CloudFormation."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from serverless_app.local.control_plane import ControlPlane, DeploymentFailed

Refused = Callable[..., tuple[int, str, str]]
Role = Callable[..., str]
Deploy = Callable[..., None]
QUEUE = "arn:aws:sqs:us-east-1:123456789012:told"
AMBIGUOUS = (
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules "
    "if the prefixes are overlapping for the same event type."
)


# -- Lambda --------------------------------------------------------------------------------------


def package() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as found:
        found.writestr("index.py", "def f(event, context): return 1")
    return archive.getvalue()


def function(role: str, **properties: Any) -> dict[str, Any]:
    """A function, as the API creates it."""
    code = {"ZipFile": package()}
    about = {"FunctionName": "f", "Runtime": "python3.13", "Handler": "index.f", "Role": role}
    return {**about, "Code": code, **properties}


def violated(value: int, name: str, bound: str) -> tuple[int, str, str]:
    why = (
        f"Value '{value}' at '{name}' failed to satisfy constraint: Member must have value {bound}"
    )
    return 400, "ValidationException", f"1 validation error detected: {why}"


@pytest.mark.parametrize(
    ("properties", "error"),
    [
        ({"Timeout": 901}, violated(901, "timeout", "less than or equal to 900")),
        ({"MemorySize": 10_241}, violated(10_241, "memorySize", "less than or equal to 10240")),
    ],
)
def test_a_function_beyond_lambdas_quotas_is_refused(
    plane: ControlPlane, role: Role, refused: Refused, properties: Any, error: Any
) -> None:
    client = plane.client("lambda")

    assert refused(client.create_function, **function(role(), **properties)) == error
    assert client.list_functions()["Functions"] == []


def test_a_function_may_have_all_that_the_quotas_allow(plane: ControlPlane, role: Role) -> None:
    client = plane.client("lambda")

    made = client.create_function(**function(role(), Timeout=900, MemorySize=10_240))

    assert (made["Timeout"], made["MemorySize"]) == (900, 10_240)


def test_no_update_brings_a_function_beyond_them(
    plane: ControlPlane, role: Role, refused: Refused
) -> None:
    client = plane.client("lambda")
    client.create_function(**function(role(), Timeout=10))

    error = refused(client.update_function_configuration, FunctionName="f", Timeout=901)

    assert error == violated(901, "timeout", "less than or equal to 900")
    assert client.get_function_configuration(FunctionName="f")["Timeout"] == 10


def templated(role: str, timeout: int) -> dict[str, Any]:
    code = {"ZipFile": "def f(event, context): return 1"}
    properties = function(role, Code=code, Timeout=timeout)
    return {"F": {"Type": "AWS::Lambda::Function", "Properties": properties}}


def test_a_stack_with_such_a_function_is_rolled_back_with_the_reason(
    deploy: Deploy, role: Role
) -> None:
    with pytest.raises(DeploymentFailed, match=r"F: .*'901' at 'timeout' failed to satisfy"):
        deploy(templated(role(), 901))


def test_a_stack_keeps_its_function_when_an_update_asks_too_much(
    plane: ControlPlane, deploy: Deploy, role: Role
) -> None:
    arn = role()
    deploy(templated(arn, 10))

    with pytest.raises(DeploymentFailed, match=r"F: .*'901' at 'timeout'"):
        deploy(templated(arn, 901))

    assert plane.client("lambda").get_function_configuration(FunctionName="f")["Timeout"] == 10


def test_a_stack_updates_a_function_whose_code_is_in_the_template(
    plane: ControlPlane, deploy: Deploy, role: Role
) -> None:
    """moto takes such code for a zip when it updates."""
    arn = role()
    deploy(templated(arn, 10))

    deploy(templated(arn, 20))

    found = plane.backend("lambda").get_function("f")
    with zipfile.ZipFile(io.BytesIO(found.code_bytes)) as archive:
        assert archive.read("index.py") == b"def f(event, context): return 1"
    assert found.timeout == 20


# -- S3 ------------------------------------------------------------------------------------------


def rule(event: str, *, prefix: str = "", suffix: str = "") -> dict[str, Any]:
    names = {"prefix": prefix, "suffix": suffix}
    rules = [{"Name": name, "Value": value} for name, value in names.items() if value]
    key = {"Filter": {"Key": {"FilterRules": rules}}} if rules else {}
    return {"QueueArn": QUEUE, "Events": [event], **key}


@pytest.fixture
def notify(plane: ControlPlane) -> Callable[..., Any]:
    """Set a bucket's rules."""
    plane.client("sqs").create_queue(QueueName="told")
    client = plane.client("s3")
    client.create_bucket(Bucket="pictures")

    def notify(*rules: dict[str, Any]) -> Any:
        configuration = {"QueueConfigurations": list(rules)}
        return client.put_bucket_notification_configuration(
            Bucket="pictures", NotificationConfiguration=configuration
        )

    return notify


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (rule("s3:ObjectCreated:*"), rule("s3:ObjectCreated:*")),
        (rule("s3:ObjectCreated:*"), rule("s3:ObjectCreated:Put", prefix="images/")),
        (rule("s3:ObjectCreated:Put", prefix="im"), rule("s3:ObjectCreated:Put", prefix="images/")),
        (rule("s3:ObjectCreated:*", suffix=".jpg"), rule("s3:ObjectCreated:*", suffix="x.jpg")),
        (rule("s3:ObjectCreated:*", suffix=".jpg"), rule("s3:ObjectCreated:*", prefix="images/")),
    ],
)
def test_two_rules_for_one_event_are_refused(
    plane: ControlPlane, notify: Callable[..., Any], refused: Refused, one: Any, other: Any
) -> None:
    assert refused(lambda: notify(one, other)) == (400, "InvalidArgument", AMBIGUOUS)
    found = plane.client("s3").get_bucket_notification_configuration(Bucket="pictures")
    assert "QueueConfigurations" not in found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (rule("s3:ObjectCreated:*"), rule("s3:ObjectRemoved:*")),
        (rule("s3:ObjectCreated:Put"), rule("s3:ObjectCreated:Post")),
        (rule("s3:ObjectCreated:*", prefix="a/"), rule("s3:ObjectCreated:*", prefix="b/")),
        (rule("s3:ObjectCreated:*", suffix=".jpg"), rule("s3:ObjectCreated:*", suffix=".png")),
    ],
)
def test_rules_that_never_tell_of_the_same_event_stand_together(
    plane: ControlPlane, notify: Callable[..., Any], one: Any, other: Any
) -> None:
    notify(one, other)

    found = plane.client("s3").get_bucket_notification_configuration(Bucket="pictures")
    assert len(found["QueueConfigurations"]) == 2


def test_a_stack_whose_bucket_has_two_rules_for_one_event_is_rolled_back(
    plane: ControlPlane, deploy: Deploy
) -> None:
    plane.client("sqs").create_queue(QueueName="told")
    told = {"Event": "s3:ObjectCreated:*", "Queue": QUEUE}
    properties = {"NotificationConfiguration": {"QueueConfigurations": [told, told]}}

    with pytest.raises(DeploymentFailed, match=r"Bucket: AWS::S3::Bucket: Configuration is amb"):
        deploy({"Bucket": {"Type": "AWS::S3::Bucket", "Properties": properties}})

    names = [each["Name"] for each in plane.client("s3").list_buckets()["Buckets"]]
    assert not [name for name in names if name.startswith("test-")]


# -- EventBridge ---------------------------------------------------------------------------------

WRONG = ["cron(0 10 * * *)", "cron(0 10 * * * *)", "cron(61 * ? * * *)", "rate(1 hours)", "hourly"]


@pytest.mark.parametrize("expression", WRONG)
def test_a_rule_with_a_schedule_that_is_none_is_refused(
    plane: ControlPlane, refused: Refused, expression: str
) -> None:
    client = plane.client("events")

    assert refused(client.put_rule, Name="r", ScheduleExpression=expression) == (
        400,
        "ValidationException",
        "Parameter ScheduleExpression is not valid.",
    )
    assert client.list_rules()["Rules"] == []


@pytest.mark.parametrize("expression", ["cron(0 10 ? * MON-FRI *)", "rate(1 hour)"])
def test_a_rule_may_have_every_schedule_that_there_is(plane: ControlPlane, expression: str) -> None:
    client = plane.client("events")

    client.put_rule(Name="r", ScheduleExpression=expression)

    assert client.describe_rule(Name="r")["ScheduleExpression"] == expression


def test_a_stack_with_a_wrong_schedule_is_rolled_back(deploy: Deploy) -> None:
    properties = {"ScheduleExpression": "cron(0 10 * * *)"}

    with pytest.raises(DeploymentFailed, match=r"Rule: .*ScheduleExpression is not valid"):
        deploy({"Rule": {"Type": "AWS::Events::Rule", "Properties": properties}})


def schedule(expression: str) -> dict[str, Any]:
    target = {"Arn": QUEUE, "RoleArn": "arn:aws:iam::123456789012:role/scheduler"}
    about = {"Name": "s", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}
    return {**about, "ScheduleExpression": expression}


def test_the_scheduler_refuses_in_words_of_its_own(plane: ControlPlane, refused: Refused) -> None:
    client = plane.client("scheduler")

    assert refused(client.create_schedule, **schedule("cron(0 10 * * *)")) == (
        400,
        "ValidationException",
        "Invalid Schedule Expression cron(0 10 * * *).",
    )


def test_the_scheduler_takes_a_single_time(plane: ControlPlane) -> None:
    client = plane.client("scheduler")

    client.create_schedule(**schedule("at(2027-01-01T00:00:00)"))

    assert client.get_schedule(Name="s")["ScheduleExpression"] == "at(2027-01-01T00:00:00)"
