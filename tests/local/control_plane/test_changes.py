"""Writes, and who is told of them, under which trace."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from serverless_app.local.control_plane import Change, ControlPlane
from serverless_app.local.http.messages import Request
from serverless_app.local.trace import current_trace

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


@pytest.fixture
def function(plane: ControlPlane, role: Callable[..., str]) -> str:
    """A function by name; nothing here invokes it."""
    import io
    import zipfile

    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("f.py", "")
    plane.client("lambda").create_function(
        FunctionName="f",
        Runtime="python3.13",
        Role=role(name="lambda"),
        Handler="f.f",
        Code={"ZipFile": archive.getvalue()},
    )
    return FUNCTION


def put(plane: ControlPlane, table: str, **attributes: str) -> None:
    item = {name: {"S": value} for name, value in ({"g": "1", "k": "1"} | attributes).items()}
    plane.client("dynamodb").put_item(TableName=table, Item=item)


# -- tables ----------------------------------------------------------------------------------


def test_a_write_to_a_table_is_told_with_its_stream(
    plane: ControlPlane, images: str, changes: list[Change]
) -> None:
    stream = plane.client("dynamodbstreams").list_streams()["Streams"][0]["StreamArn"]
    put(plane, images)
    assert [(change.kind, change.arn) for change in changes] == [("table", stream)]


def test_a_write_that_changes_nothing_is_no_change(
    plane: ControlPlane, images: str, changes: list[Change]
) -> None:
    put(plane, images, a="1")
    put(plane, images, a="1")
    assert len(changes) == 1


def test_a_table_without_a_stream_tells_nothing(plane: ControlPlane, changes: list[Change]) -> None:
    plane.client("dynamodb").create_table(
        TableName="quiet",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "g", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "g", "KeyType": "HASH"}],
    )
    put(plane, "quiet")
    assert changes == []


def test_the_trace_of_a_write_is_kept_with_its_record(
    plane: ControlPlane, images: str, changes: list[Change]
) -> None:
    root = "1-6b05f0a2-0123456789abcdef01234567"
    token = current_trace.set(root)
    put(plane, images)
    current_trace.reset(token)
    streams = plane.client("dynamodbstreams")
    arn = changes[0].arn
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    record = streams.get_records(ShardIterator=iterator)["Records"][0]
    assert changes[0].trace_id == root
    assert plane.trace_of(record["eventID"]) == root
    assert plane.trace_of("another") is None


def test_the_trace_comes_from_the_request_s_header(
    plane: ControlPlane, changes: list[Change]
) -> None:
    url = plane.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    root = "1-6b05f0a2-0123456789abcdef01234567"
    headers = (
        ("X-Amz-Target", "AmazonSQS.SendMessage"),
        ("Content-Type", "application/x-amz-json-1.0"),
        ("X-Amzn-Trace-Id", f"Root={root};Parent=0123456789abcdef;Sampled=1"),
    )
    body = json.dumps({"QueueUrl": url, "MessageBody": "1"}).encode()
    message = json.loads(plane.answer(Request("POST", "/", headers, body)).body)
    assert changes[0].trace_id == root
    assert plane.trace_of(message["MessageId"]) == root


def test_a_listener_that_stopped_is_not_told(plane: ControlPlane, images: str) -> None:
    told: list[Change] = []
    stop = plane.subscribe(told.append)
    stop()
    put(plane, images)
    assert told == []


# -- streams and queues ----------------------------------------------------------------------


def test_a_record_of_a_stream_is_told(plane: ControlPlane, changes: list[Change]) -> None:
    kinesis = plane.client("kinesis")
    kinesis.create_stream(StreamName="s", ShardCount=1)
    number = kinesis.put_record(StreamName="s", Data=b"1", PartitionKey="1")["SequenceNumber"]
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/s"
    assert [(change.kind, change.arn) for change in changes] == [("stream", arn)]
    assert plane.trace_of(number) == changes[0].trace_id


def test_a_message_is_told(plane: ControlPlane, changes: list[Change]) -> None:
    url = plane.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    plane.client("sqs").send_message(QueueUrl=url, MessageBody="1")
    arn = "arn:aws:sqs:us-east-1:123456789012:q"
    assert [(change.kind, change.arn) for change in changes] == [("queue", arn)]


def test_moto_does_not_push_from_a_source_into_a_function(
    plane: ControlPlane, images: str, function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moto.awslambda.models import LambdaFunction

    pushed: list[Any] = []
    monkeypatch.setattr(LambdaFunction, "invoke", lambda *arguments: pushed.append(arguments))
    stream = plane.client("dynamodbstreams").list_streams()["Streams"][0]["StreamArn"]
    url = plane.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    plane.client("kinesis").create_stream(StreamName="s", ShardCount=1)
    queue = "arn:aws:sqs:us-east-1:123456789012:q"
    kinesis = "arn:aws:kinesis:us-east-1:123456789012:stream/s"
    for source in (stream, queue, kinesis):
        starting = {} if source == queue else {"StartingPosition": "LATEST"}
        plane.client("lambda").create_event_source_mapping(
            EventSourceArn=source, FunctionName="f", **starting
        )
    put(plane, images)
    plane.client("sqs").send_message(QueueUrl=url, MessageBody="1")
    plane.client("kinesis").put_record(StreamName="s", Data=b"1", PartitionKey="1")
    assert pushed == []
    assert len(plane.client("sqs").receive_message(QueueUrl=url)["Messages"]) == 1


# -- objects ---------------------------------------------------------------------------------


def names(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.detail.name, change.detail.key) for change in changes]


def test_an_object_s_events_say_what_happened(
    plane: ControlPlane, role: Callable[..., str], changes: list[Change]
) -> None:
    plane.client("s3").create_bucket(Bucket="pictures")
    s3 = plane.client("s3", role_arn=role(), session_name="job")
    s3.put_object(Bucket="pictures", Key="a b", Body=b"123")
    event = changes[0].detail
    assert changes[0].arn == "arn:aws:s3:::pictures"
    assert (event.bucket, event.key, event.name, event.size) == (
        "pictures",
        "a b",
        "ObjectCreated:Put",
        3,
    )
    assert (event.etag, event.version_id) == ("202cb962ac59075b964b07152d234b70", None)
    assert event.principal == "arn:aws:sts::123456789012:assumed-role/worker/job"
    assert event.source_ip == "127.0.0.1"
    assert len(event.request_id) == 16


def test_a_copy_and_a_deletion_are_told_by_name(plane: ControlPlane, changes: list[Change]) -> None:
    s3 = plane.client("s3")
    s3.create_bucket(Bucket="pictures")
    s3.put_object(Bucket="pictures", Key="a", Body=b"1")
    s3.copy_object(Bucket="pictures", Key="b", CopySource="pictures/a")
    s3.delete_object(Bucket="pictures", Key="a")
    s3.delete_objects(Bucket="pictures", Delete={"Objects": [{"Key": "b"}]})
    assert names(changes) == [
        ("ObjectCreated:Put", "a"),
        ("ObjectCreated:Copy", "b"),
        ("ObjectRemoved:Delete", "a"),
        ("ObjectRemoved:Delete", "b"),
    ]
    sequencers = [change.detail.sequencer for change in changes]
    assert sequencers == sorted(sequencers)


def test_a_multipart_upload_is_told_when_it_is_complete(
    plane: ControlPlane, changes: list[Change]
) -> None:
    s3 = plane.client("s3")
    s3.create_bucket(Bucket="pictures")
    upload = {"Bucket": "pictures", "Key": "big"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    part = s3.upload_part(**upload, PartNumber=1, Body=b"1")
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    assert changes == []
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    assert names(changes) == [("ObjectCreated:CompleteMultipartUpload", "big")]


def test_deleting_in_a_versioned_bucket_leaves_a_marker(
    plane: ControlPlane, changes: list[Change]
) -> None:
    s3 = plane.client("s3")
    s3.create_bucket(Bucket="pictures")
    s3.put_bucket_versioning(Bucket="pictures", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="pictures", Key="a", Body=b"1")["VersionId"]
    s3.delete_object(Bucket="pictures", Key="a")
    assert names(changes)[1] == ("ObjectRemoved:DeleteMarkerCreated", "a")
    assert changes[0].detail.version_id == version


def test_deleting_what_is_not_there_tells_nothing(
    plane: ControlPlane, changes: list[Change]
) -> None:
    plane.client("s3").create_bucket(Bucket="pictures")
    plane.client("s3").delete_object(Bucket="pictures", Key="none")
    assert changes == []


# -- deliveries ------------------------------------------------------------------------------


def deliveries(changes: list[Change]) -> list[Any]:
    return [change.detail for change in changes if change.kind == "delivery"]


def test_a_topic_delivers_its_message_with_real_attributes(
    plane: ControlPlane, function: str, changes: list[Change]
) -> None:
    sns = plane.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    subscription = sns.subscribe(
        TopicArn=topic, Protocol="lambda", Endpoint=function, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    attributes = {"colour": {"DataType": "String", "StringValue": "red"}}
    message_id = sns.publish(
        TopicArn=topic, Message="hello", Subject="greeting", MessageAttributes=attributes
    )["MessageId"]
    assert changes[0].arn == function
    detail = deliveries(changes)[0]
    assert (detail["principal"], detail["source_arn"]) == ("sns.amazonaws.com", topic)
    record = detail["event"]["Records"][0]
    assert (record["EventSource"], record["EventSubscriptionArn"]) == ("aws:sns", subscription)
    notification = record["Sns"]
    assert (notification["MessageId"], notification["TopicArn"]) == (message_id, topic)
    assert (notification["Message"], notification["Subject"]) == ("hello", "greeting")
    assert notification["MessageAttributes"] == {"colour": {"Type": "String", "Value": "red"}}


def test_a_subscription_s_filter_is_kept(
    plane: ControlPlane, function: str, changes: list[Change]
) -> None:
    sns = plane.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    policy = json.dumps({"colour": ["red"]})
    sns.subscribe(
        TopicArn=topic, Protocol="lambda", Endpoint=function, Attributes={"FilterPolicy": policy}
    )
    blue = {"colour": {"DataType": "String", "StringValue": "blue"}}
    sns.publish(TopicArn=topic, Message="hello", MessageAttributes=blue)
    assert deliveries(changes) == []


def test_nothing_leaves_the_laptop_for_a_subscriber_on_the_web(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    import requests

    monkeypatch.setattr(requests, "post", None)
    sns = plane.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="https", Endpoint="https://somebody.example")
    assert sns.publish(TopicArn=topic, Message="hello")["MessageId"]


def rule(plane: ControlPlane, pattern: dict[str, Any], **target: Any) -> str:
    events = plane.client("events")
    arn: str = events.put_rule(Name="r", EventPattern=json.dumps(pattern))["RuleArn"]
    events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": FUNCTION} | target])
    return arn


def put_event(plane: ControlPlane, source: str = "shop") -> None:
    entry = {"Source": source, "DetailType": "sold", "Detail": json.dumps({"price": 3})}
    plane.client("events").put_events(Entries=[entry])


def test_an_event_that_fits_a_rule_is_delivered(plane: ControlPlane, changes: list[Change]) -> None:
    arn = rule(plane, {"source": ["shop"]})
    put_event(plane)
    put_event(plane, source="garden")
    (detail,) = deliveries(changes)
    assert (detail["principal"], detail["source_arn"]) == ("events.amazonaws.com", arn)
    event = detail["event"]
    assert (event["source"], event["detail-type"], event["detail"]) == (
        "shop",
        "sold",
        {"price": 3},
    )
    said = "account detail detail-type id region resources source time version"
    assert sorted(event) == said.split()
    assert event["time"].endswith("Z")


def test_a_rule_that_is_off_delivers_nothing(plane: ControlPlane, changes: list[Change]) -> None:
    rule(plane, {"source": ["shop"]})
    plane.client("events").disable_rule(Name="r")
    put_event(plane)
    assert deliveries(changes) == []


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ({"Input": '{"fixed": 1}'}, {"fixed": 1}),
        ({"InputPath": "$.detail"}, {"price": 3}),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"p": "$.detail.price"},
                    "InputTemplate": '{"paid": <p>}',
                }
            },
            {"paid": 3},
        ),
    ],
)
def test_a_target_may_shape_its_input(
    plane: ControlPlane, changes: list[Change], shape: dict[str, Any], expected: Any
) -> None:
    rule(plane, {"source": ["shop"]}, **shape)
    put_event(plane)
    assert deliveries(changes)[0]["event"] == expected


@pytest.mark.parametrize("service", ["sqs", "kinesis", "sns"])
def test_a_rule_reaches_queues_streams_and_topics(
    plane: ControlPlane, changes: list[Change], service: str
) -> None:
    url = plane.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    plane.client("kinesis").create_stream(StreamName="s", ShardCount=1)
    topic = plane.client("sns").create_topic(Name="t")["TopicArn"]
    queue = "arn:aws:sqs:us-east-1:123456789012:q"
    plane.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    stream = "arn:aws:kinesis:us-east-1:123456789012:stream/s"
    rule(plane, {"source": ["shop"]}, Arn={"sqs": queue, "kinesis": stream, "sns": topic}[service])
    put_event(plane)
    expected = ("stream", stream) if service == "kinesis" else ("queue", queue)
    assert [(change.kind, change.arn) for change in changes] == [expected]
    assert url.endswith("/q")


def test_a_bucket_tells_eventbridge_if_it_is_asked_to(
    plane: ControlPlane, changes: list[Change]
) -> None:
    s3 = plane.client("s3")
    for bucket in ("loud", "quiet"):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(
        Bucket="loud", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    rule(plane, {"source": ["aws.s3"]})
    for bucket in ("loud", "quiet"):
        s3.put_object(Bucket=bucket, Key="a b", Body=b"123")
    s3.delete_object(Bucket="loud", Key="a b")
    created, deleted = (detail["event"] for detail in deliveries(changes))
    assert created["detail-type"] == "Object Created"
    assert created["resources"] == ["arn:aws:s3:::loud"]
    assert created["detail"]["bucket"] == {"name": "loud"}
    assert created["detail"]["object"]["key"] == "a b"
    assert created["detail"]["object"]["size"] == 3
    assert created["detail"]["reason"] == "PutObject"
    assert deleted["detail-type"] == "Object Deleted"
    assert deleted["detail"]["deletion-type"] == "Permanently Deleted"


def test_log_lines_that_a_subscription_filters_are_delivered_packed(
    plane: ControlPlane, function: str, changes: list[Change]
) -> None:
    import base64
    import gzip

    logs = plane.client("logs")
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    logs.put_subscription_filter(
        logGroupName="g", filterName="errors", filterPattern="ERROR", destinationArn=function
    )
    lines = [{"timestamp": 1_795_000_000_000, "message": text} for text in ("ERROR 1", "fine")]
    logs.put_log_events(logGroupName="g", logStreamName="s", logEvents=lines)
    (detail,) = deliveries(changes)
    assert detail["principal"] == "logs.amazonaws.com"
    packed = base64.b64decode(detail["event"]["awslogs"]["data"])
    data = json.loads(gzip.decompress(packed))
    assert (data["logGroup"], data["logStream"]) == ("g", "s")
    assert [event["message"] for event in data["logEvents"]] == ["ERROR 1"]
