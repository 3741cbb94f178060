"""Streams of tables through the endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import ControlPlane

Refused = Callable[..., tuple[int, str, str]]


class Stream:
    """The stream of the table `images`, as a consumer reads it."""

    def __init__(self, plane: ControlPlane) -> None:
        self.table = plane.client("dynamodb")
        self.streams = plane.client("dynamodbstreams")
        self.arn = self.streams.list_streams(TableName="images")["Streams"][0]["StreamArn"]
        described = self.streams.describe_stream(StreamArn=self.arn)["StreamDescription"]
        self.shard_id = described["Shards"][0]["ShardId"]
        self.described = described

    def put(self, k: str, **attributes: Any) -> None:
        key = {"g": {"S": "1"}, "k": {"S": k}}
        self.table.put_item(TableName="images", Item=key | attributes)

    def iterator(self, kind: str = "TRIM_HORIZON", **more: str) -> str:
        answer = self.streams.get_shard_iterator(
            StreamArn=self.arn, ShardId=self.shard_id, ShardIteratorType=kind, **more
        )
        return str(answer["ShardIterator"])

    def read(self, iterator: str, **more: Any) -> tuple[list[str], str]:
        answer = self.streams.get_records(ShardIterator=iterator, **more)
        keys = [record["dynamodb"]["Keys"]["k"]["S"] for record in answer["Records"]]
        return keys, answer["NextShardIterator"]

    def records(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.streams.get_records(ShardIterator=self.iterator())[
            "Records"
        ]
        return found


@pytest.fixture
def stream(plane: ControlPlane, images: str) -> Stream:
    return Stream(plane)


def test_a_stream_describes_itself(stream: Stream) -> None:
    assert stream.described["StreamStatus"] == "ENABLED"
    assert stream.described["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert stream.described["TableName"] == "images"


def test_records_are_read_in_order_page_by_page(stream: Stream) -> None:
    for k in "abc":
        stream.put(k)
    first, following = stream.read(stream.iterator(), Limit=2)
    second, following = stream.read(following)
    assert (first, second) == (["a", "b"], ["c"])
    stream.put("d")
    assert stream.read(following)[0] == ["d"]


def test_latest_begins_with_what_comes(stream: Stream) -> None:
    stream.put("a")
    iterator = stream.iterator("LATEST")
    stream.put("b")
    assert stream.read(iterator)[0] == ["b"]


def test_an_iterator_may_begin_at_or_after_a_record(stream: Stream) -> None:
    for k in "abc":
        stream.put(k)
    number = stream.records()[1]["dynamodb"]["SequenceNumber"]
    at = stream.iterator("AT_SEQUENCE_NUMBER", SequenceNumber=number)
    after = stream.iterator("AFTER_SEQUENCE_NUMBER", SequenceNumber=number)
    assert (stream.read(at)[0], stream.read(after)[0]) == (["b", "c"], ["c"])


def test_the_last_sequence_number_is_that_of_the_last_record(
    stream: Stream, plane: ControlPlane
) -> None:
    assert plane.last_sequence_numbers(stream.arn) == {}
    for k in "ab":
        stream.put(k)
    last = stream.records()[-1]["dynamodb"]["SequenceNumber"]
    assert plane.last_sequence_numbers(stream.arn) == {stream.shard_id: last}


def test_a_stream_that_is_gone_has_no_last_sequence_number(plane: ControlPlane) -> None:
    gone = "arn:aws:dynamodb:us-east-1:123456789012:table/gone/stream/1"
    assert plane.last_sequence_numbers(gone) == {}


def test_an_iterator_outlives_a_restore(stream: Stream, plane: ControlPlane) -> None:
    """moto's own is bound to the objects that a restore replaces."""
    stream.put("a")
    state = plane.snapshot()
    _, following = stream.read(stream.iterator())
    plane.restore(state)
    stream.put("b")
    assert stream.read(following)[0] == ["b"]


def test_a_refused_transaction_leaves_no_record_and_the_iterator_good(stream: Stream) -> None:
    stream.put("a")
    _, following = stream.read(stream.iterator())
    put = {"TableName": "images", "Item": {"g": {"S": "1"}, "k": {"S": "x"}}}
    check = {
        "TableName": "images",
        "Key": {"g": {"S": "1"}, "k": {"S": "none"}},
        "ConditionExpression": "attribute_exists(g)",
    }
    with pytest.raises(ClientError, match="TransactionCanceledException"):
        stream.table.transact_write_items(TransactItems=[{"Put": put}, {"ConditionCheck": check}])
    stream.put("b")
    assert stream.read(following)[0] == ["b"]


def update(stream: Stream, expression: str, value: dict[str, Any]) -> None:
    stream.table.update_item(
        TableName="images",
        Key={"g": {"S": "1"}, "k": {"S": "a"}},
        UpdateExpression=expression,
        ExpressionAttributeValues={":v": value},
    )


def test_an_update_that_creates_an_item_is_one_insert(stream: Stream) -> None:
    update(stream, "SET title = :v", {"S": "sunset"})
    (record,) = stream.records()
    assert record["eventName"] == "INSERT"
    assert record["dynamodb"]["NewImage"]["title"] == {"S": "sunset"}


def test_a_record_keeps_the_item_as_it_was(stream: Stream) -> None:
    """moto's record shares nested values with the item, which later updates change."""
    stream.put("a", pixels={"M": {"width": {"N": "1"}}})
    update(stream, "SET pixels.width = :v", {"N": "2"})
    first, second = stream.records()
    assert first["dynamodb"]["NewImage"]["pixels"] == {"M": {"width": {"N": "1"}}}
    assert second["dynamodb"]["OldImage"]["pixels"] == {"M": {"width": {"N": "1"}}}
    assert second["dynamodb"]["NewImage"]["pixels"] == {"M": {"width": {"N": "2"}}}


def test_records_are_gone_after_a_day(stream: Stream, clock: Clock, refused: Refused) -> None:
    stream.put("a")
    number = stream.records()[0]["dynamodb"]["SequenceNumber"]
    clock.advance(86_401)
    stream.put("b")
    assert stream.read(stream.iterator())[0] == ["b"]
    answer = refused(
        stream.streams.get_shard_iterator,
        StreamArn=stream.arn,
        ShardId=stream.shard_id,
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=number,
    )
    assert answer[1] == "TrimmedDataAccessException"


def test_an_iterator_expires_after_a_quarter_of_an_hour(
    stream: Stream, clock: Clock, refused: Refused
) -> None:
    iterator = stream.iterator()
    clock.advance(901)
    answer = refused(stream.streams.get_records, ShardIterator=iterator)
    assert answer[1] == "ExpiredIteratorException"


def test_a_stream_that_is_not_there_is_not_found(stream: Stream, refused: Refused) -> None:
    answer = refused(
        stream.streams.get_shard_iterator,
        StreamArn=stream.arn.replace("images", "others"),
        ShardId=stream.shard_id,
        ShardIteratorType="LATEST",
    )
    assert answer[1] == "ResourceNotFoundException"
