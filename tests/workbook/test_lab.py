"""The lab repeats: on any machine, however strange, a lesson sees the same world."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from serverless_app.local.lab import Lab


@pytest.fixture(autouse=True)
def _ends() -> Iterator[None]:
    yield
    if Lab._running:
        Lab._running.stop()


def _create_table(lab: Lab, name: str) -> dict[str, object]:
    return lab.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]


def _message_id(lab: Lab) -> str:
    sqs = lab.client("sqs")
    return sqs.send_message(QueueUrl=sqs.create_queue(QueueName="Q")["QueueUrl"], MessageBody="m")[
        "MessageId"
    ]


def test_the_clock_stands_until_the_lesson_waits() -> None:
    lab = Lab.start()
    assert lab.now() == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert lab.wait(days=1, hours=2) == datetime(2026, 11, 25, 11, tzinfo=UTC)
    assert lab.wait(timedelta(minutes=1)) == lab.now() == datetime(2026, 11, 25, 11, 1, tzinfo=UTC)


def test_moto_reads_the_labs_clock() -> None:
    lab = Lab.start()
    lab.wait(days=3)
    assert _create_table(lab, "T")["CreationDateTime"] == datetime(2026, 11, 27, 9, tzinfo=UTC)


def test_starting_again_begins_from_nothing() -> None:
    lab = Lab.start()
    first = [lab.new_id(), _message_id(lab)]
    _create_table(lab, "T")
    lab.wait(days=1)
    lab = Lab.start()
    assert [lab.new_id(), _message_id(lab)] == first
    assert lab.client("dynamodb").list_tables()["TableNames"] == []
    assert lab.now() == datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_the_persons_own_settings_are_neither_used_nor_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = {
        "AWS_ACCESS_KEY_ID": "a-real-one",
        "AWS_PROFILE": "a profile that does not exist",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "TZ": "Asia/Kathmandu",
    }
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    lab = Lab.start()
    identity = lab.client("sts").get_caller_identity()
    assert identity["Account"] == "123456789012"
    assert os.environ["AWS_ACCESS_KEY_ID"] != "a-real-one"
    assert time.localtime().tm_hour == 9
    lab.stop()
    assert {name: os.environ[name] for name in own} == own
    assert "AWS_SECRET_ACCESS_KEY" not in os.environ


def test_stopping_gives_the_wall_clock_back() -> None:
    Lab.start(start=datetime(2001, 1, 1, tzinfo=UTC)).stop()
    assert datetime.now(UTC).year >= 2026


def test_a_table_of_the_application_is_made_as_it_is_deployed() -> None:
    images = Lab.start().table("ImagesTable")
    assert images.name == "Images-dev"
    assert [key["AttributeName"] for key in images.key_schema] == ["groupId", "uploadedKey"]
    indexes = [*images.local_secondary_indexes, *images.global_secondary_indexes]
    assert [index["IndexName"] for index in indexes] == ["ByTitle", "ByImageId", "ByUnfinished"]
    assert images.stream_specification["StreamViewType"] == "NEW_AND_OLD_IMAGES"


def test_cloudformation_is_there_within_the_lab() -> None:
    cloudformation = Lab.start().client("cloudformation")
    body = '{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}'
    cloudformation.create_stack(StackName="s", TemplateBody=body)
    (stack,) = cloudformation.describe_stacks(StackName="s")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
