"""S3 notifications: which destinations hear of an object, and what they are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from serverless_app.local.control_plane import ObjectEvent
from serverless_app.local.event_sources.s3_events import Destination, s3_event
from tests.local.event_sources.house import House, live_in


def bucket(house: House, **configuration: Any) -> None:
    house.client("s3").create_bucket(Bucket="photos")
    house.client("s3").put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration=configuration
    )


def to_function(arn: str, *events: str, **filters: str) -> dict[str, Any]:
    configuration: dict[str, Any] = {
        "Id": "uploads",
        "LambdaFunctionArn": arn,
        "Events": list(events or ("s3:ObjectCreated:*",)),
    }
    if rules := [{"Name": name, "Value": value} for name, value in filters.items()]:
        configuration["Filter"] = {"Key": {"FilterRules": rules}}
    return {"LambdaFunctionConfigurations": [configuration]}


def keys(house: House, function: str) -> list[str]:
    return [r["s3"]["object"]["key"] for event in house.events(function) for r in event["Records"]]


def test_an_upload_reaches_the_function_as_the_documented_record(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        bucket(house, **to_function(house.function("onUpload")))
        house.client("s3").put_object(Bucket="photos", Key="images/a b+ü.jpg", Body=b"12345")
        await house.drained()
        [event] = house.events("onUpload")
        [record] = event["Records"]
        assert record.pop("eventTime").endswith("Z")
        assert record.pop("userIdentity")["principalId"].startswith("AWS:")
        assert set(record.pop("responseElements")) == {"x-amz-request-id", "x-amz-id-2"}
        item = record["s3"]["object"]
        assert int(item.pop("sequencer"), 16) > 0
        assert record == {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": "us-east-1",
            "eventName": "ObjectCreated:Put",
            "requestParameters": {"sourceIPAddress": "127.0.0.1"},
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "uploads",
                "bucket": {
                    "name": "photos",
                    "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                    "arn": "arn:aws:s3:::photos",
                },
                "object": {
                    "key": "images/a+b%2B%C3%BC.jpg",
                    "size": 5,
                    "eTag": "827ccb0eea8a706c4c34a16891f84e7b",
                },
            },
        }

    live_in(tmp_path, story)


def test_only_keys_with_the_prefix_and_the_suffix_are_told_of(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        bucket(house, **to_function(house.function("onUpload"), prefix="images/", suffix=".jpg"))
        for name in ("images/a.jpg", "images/a.png", "thumbnails/a.jpg"):
            house.client("s3").put_object(Bucket="photos", Key=name, Body=b"x")
        await house.drained()
        assert keys(house, "onUpload") == ["images/a.jpg"]

    live_in(tmp_path, story)


def test_a_deletion_has_neither_size_nor_etag(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        bucket(house, **to_function(house.function("onUpload"), "s3:ObjectRemoved:*"))
        house.client("s3").put_object(Bucket="photos", Key="a", Body=b"x")
        house.client("s3").delete_object(Bucket="photos", Key="a")
        await house.drained()
        [event] = house.events("onUpload")
        assert event["Records"][0]["eventName"] == "ObjectRemoved:Delete"
        assert set(event["Records"][0]["s3"]["object"]) == {"key", "sequencer"}

    live_in(tmp_path, story)


def test_the_event_belongs_to_the_trace_of_the_upload(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        bucket(house, **to_function(house.function("onUpload")))
        house.in_trace(
            "1-00000001-upload",
            lambda: house.client("s3").put_object(Bucket="photos", Key="a", Body=b"x"),
        )
        await house.drained()
        [hop] = [h for h in house.trace.hops("1-00000001-upload") if h.target == "onUpload"]
        assert (hop.source, hop.kind, hop.outcome) == ("photos", "event", "ok")

    live_in(tmp_path, story)


def test_a_queue_is_told_of_its_configuration_and_then_of_objects(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.queue("uploads")
        configuration = {"QueueArn": arn, "Events": ["s3:ObjectCreated:Put"]}
        bucket(house, QueueConfigurations=[configuration])
        await house.drained()
        house.client("s3").put_object(Bucket="photos", Key="a", Body=b"x")
        await house.drained()
        test, event = house.received("uploads")
        assert set(test) == {"Service", "Event", "Time", "Bucket", "RequestId", "HostId"}
        assert (test["Service"], test["Event"], test["Bucket"]) == (
            "Amazon S3",
            "s3:TestEvent",
            "photos",
        )
        assert event["Records"][0]["s3"]["object"]["key"] == "a"
        hops = [(h.source, h.target, h.kind, h.outcome) for h in house.trace.hops()]
        assert hops == [("photos", "uploads", "event", "ok")] * 2

    live_in(tmp_path, story)


def test_a_missing_queue_is_an_error_in_the_trace(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        configuration = {"QueueArn": house.queue("gone"), "Events": ["s3:ObjectCreated:Put"]}
        bucket(house, QueueConfigurations=[configuration])
        await house.drained()
        sqs = house.client("sqs")
        sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName="gone")["QueueUrl"])
        house.client("s3").put_object(Bucket="photos", Key="a", Body=b"x")
        await house.drained()
        *_, hop = [h for h in house.trace.hops() if h.target == "gone"]
        assert (hop.source, hop.outcome) == ("photos", "error")
        assert "does not exist" in hop.answer

    live_in(tmp_path, story)


def test_a_topic_passes_an_object_s_event_on(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        topic = house.client("sns").create_topic(Name="uploads")["TopicArn"]
        house.client("sns").subscribe(
            TopicArn=topic, Protocol="lambda", Endpoint=house.function("hear")
        )
        bucket(house, TopicConfigurations=[{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}])
        await house.drained()
        house.client("s3").put_object(Bucket="photos", Key="a", Body=b"x")
        await house.drained()
        messages = [event["Records"][0]["Sns"] for event in house.events("hear")]
        assert [m["Subject"] for m in messages] == ["Amazon S3 Notification"] * 2
        assert '"s3:TestEvent"' in messages[0]["Message"]
        assert '"ObjectCreated:Put"' in messages[1]["Message"]

    live_in(tmp_path, story)


def test_eventbridge_hears_of_every_object_where_the_bucket_says_so(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        events = house.client("events")
        events.put_rule(Name="objects", EventPattern='{"source": ["aws.s3"]}')
        events.put_targets(Rule="objects", Targets=[{"Id": "1", "Arn": house.function("hear")}])
        bucket(house, EventBridgeConfiguration={})
        house.client("s3").put_object(Bucket="photos", Key="a", Body=b"x")
        await house.drained()
        [event] = house.events("hear")
        assert event["detail-type"] == "Object Created"
        assert event["detail"]["object"]["key"] == "a"

    live_in(tmp_path, story)


def test_a_missing_function_is_refused_in_the_trace(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        bucket(house, **to_function(house.function("onUpload")))
        house.client("lambda").delete_function(FunctionName="onUpload")
        house.client("s3").put_object(Bucket="photos", Key="a", Body=b"x")
        await house.drained()
        [hop] = [h for h in house.trace.hops() if h.target == "onUpload"]
        assert (hop.source, hop.outcome) == ("photos", "refused")
        assert "ResourceNotFoundException" in hop.answer

    live_in(tmp_path, story)


def object_event(name: str = "ObjectCreated:Put", key: str = "a", **more: Any) -> ObjectEvent:
    known: dict[str, Any] = {
        "bucket": "photos",
        "size": 1,
        "etag": "e",
        "version_id": None,
        "sequencer": "0A",
        "principal": "arn:aws:sts::123456789012:assumed-role/createImage-role/createImage",
        "source_ip": "127.0.0.1",
        "request_id": "R",
    }
    return ObjectEvent(name=name, key=key, **{**known, **more})


@pytest.mark.parametrize(
    ("asked", "name", "expected"),
    [
        ("s3:ObjectCreated:*", "ObjectCreated:Copy", True),
        ("s3:ObjectCreated:Put", "ObjectCreated:Copy", False),
        ("s3:ObjectRemoved:DeleteMarkerCreated", "ObjectRemoved:DeleteMarkerCreated", True),
        ("s3:ObjectRemoved:*", "ObjectCreated:Put", False),
    ],
)
def test_an_event_type_names_one_event_or_a_family(asked: str, name: str, expected: bool) -> None:
    assert Destination("function", "arn", "id", (asked,)).wants(object_event(name)) is expected


def test_a_versioned_object_s_event_names_the_version() -> None:
    event = s3_event(object_event(version_id="v1"), "id", region="us-east-1", at=0.0)
    assert event["Records"][0]["s3"]["object"]["versionId"] == "v1"


def test_the_principal_of_a_role_is_the_role_and_its_session() -> None:
    event = s3_event(object_event(), "id", region="us-east-1", at=0.0)
    record = event["Records"][0]
    assert record["userIdentity"] == {"principalId": "AWS:createImage-role:createImage"}
    assert record["eventTime"] == "1970-01-01T00:00:00.000Z"
