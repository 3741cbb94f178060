"""Kinesis streams: routing, resharding, reading to the end of a shard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import ControlPlane

LAST_KEY = 2**128 - 1
MIDDLE = str(2**127)


class Views:
    """A stream of one shard, as its clients see it."""

    def __init__(self, plane: ControlPlane) -> None:
        self.kinesis = plane.client("kinesis")
        self.kinesis.create_stream(StreamName="views", ShardCount=1)

    def put(self, data: bytes, hash_key: int | None = None) -> str:
        explicit = {} if hash_key is None else {"ExplicitHashKey": str(hash_key)}
        answer = self.kinesis.put_record(
            StreamName="views", Data=data, PartitionKey="key", **explicit
        )
        return str(answer["ShardId"])

    def split(self) -> None:
        self.kinesis.split_shard(
            StreamName="views", ShardToSplit="shardId-000000000000", NewStartingHashKey=MIDDLE
        )

    def shards(self) -> dict[str, Any]:
        found = self.kinesis.list_shards(StreamName="views")["Shards"]
        return {shard["ShardId"][-1]: shard for shard in found}

    def iterator(self, shard: str, kind: str = "TRIM_HORIZON", **more: Any) -> str:
        answer = self.kinesis.get_shard_iterator(
            StreamName="views",
            ShardId=f"shardId-00000000000{shard}",
            ShardIteratorType=kind,
            **more,
        )
        return str(answer["ShardIterator"])

    def read(self, shard: str) -> Any:
        return self.kinesis.get_records(ShardIterator=self.iterator(shard))


@pytest.fixture
def views(plane: ControlPlane) -> Views:
    return Views(plane)


def data(answer: Any) -> list[bytes]:
    return [record["Data"] for record in answer["Records"]]


def test_the_last_key_of_a_range_belongs_to_it(views: Views) -> None:
    assert views.put(b"1", hash_key=LAST_KEY) == "shardId-000000000000"


def test_after_a_split_new_records_go_to_the_open_children(views: Views) -> None:
    views.split()
    assert views.put(b"low", hash_key=0) == "shardId-000000000001"
    assert views.put(b"edge", hash_key=int(MIDDLE) - 1) == "shardId-000000000001"
    assert views.put(b"high", hash_key=int(MIDDLE)) == "shardId-000000000002"


def test_after_a_split_the_parent_keeps_its_records_and_ends(views: Views) -> None:
    views.put(b"before")
    views.split()
    parent = views.read("0")
    assert data(parent) == [b"before"]
    assert "NextShardIterator" not in parent
    children = [child["ShardId"][-1] for child in parent["ChildShards"]]
    assert children == ["1", "2"]
    assert data(views.read("1")) == data(views.read("2")) == []
    assert "EndingSequenceNumber" in views.shards()["0"]["SequenceNumberRange"]
    assert views.shards()["1"]["ParentShardId"] == "shardId-000000000000"


def test_an_open_shard_has_a_next_iterator(views: Views) -> None:
    assert views.read("0")["NextShardIterator"]


@pytest.mark.parametrize(("one", "other"), [("1", "2"), ("2", "1")])
def test_neighbours_merge_in_any_order_and_keep_their_records(
    views: Views, one: str, other: str
) -> None:
    views.split()
    views.put(b"low", hash_key=0)
    views.kinesis.merge_shards(
        StreamName="views",
        ShardToMerge=f"shardId-00000000000{one}",
        AdjacentShardToMerge=f"shardId-00000000000{other}",
    )
    assert views.put(b"new", hash_key=LAST_KEY) == "shardId-000000000003"
    assert (data(views.read("1")), data(views.read("3"))) == ([b"low"], [b"new"])
    assert views.shards()["3"]["HashKeyRange"]["EndingHashKey"] == str(LAST_KEY)


def test_sequence_numbers_grow_over_every_shard_of_a_stream(views: Views) -> None:
    views.put(b"1")
    before = int(views.read("0")["Records"][0]["SequenceNumber"])
    views.split()
    views.put(b"2", hash_key=0)
    number = views.read("1")["Records"][0]["SequenceNumber"]
    assert int(number) > before
    assert len(number) == 56


def test_records_are_read_page_by_page(views: Views) -> None:
    for number in range(5):
        views.put(str(number).encode())
    first = views.kinesis.get_records(ShardIterator=views.iterator("0"), Limit=3)
    rest = views.kinesis.get_records(ShardIterator=first["NextShardIterator"])
    assert (data(first), data(rest)) == ([b"0", b"1", b"2"], [b"3", b"4"])
    assert rest["MillisBehindLatest"] == 0


def test_an_iterator_may_begin_at_or_after_a_record(views: Views) -> None:
    for number in range(3):
        views.put(str(number).encode())
    number = views.read("0")["Records"][1]["SequenceNumber"]
    at = views.iterator("0", "AT_SEQUENCE_NUMBER", StartingSequenceNumber=number)
    after = views.iterator("0", "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=number)
    assert data(views.kinesis.get_records(ShardIterator=at)) == [b"1", b"2"]
    assert data(views.kinesis.get_records(ShardIterator=after)) == [b"2"]


def test_the_last_sequence_numbers_are_those_of_the_shards_that_hold_records(
    views: Views, plane: ControlPlane
) -> None:
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/views"
    views.put(b"1")
    views.put(b"2")
    views.split()
    last = views.read("0")["Records"][-1]["SequenceNumber"]
    assert plane.last_sequence_numbers(arn) == {"shardId-000000000000": last}


def test_an_iterator_got_by_the_stream_s_arn_reads_without_it(views: Views) -> None:
    views.put(b"1")
    iterator = views.kinesis.get_shard_iterator(
        StreamARN="arn:aws:kinesis:us-east-1:123456789012:stream/views",
        ShardId="shardId-000000000000",
        ShardIteratorType="TRIM_HORIZON",
    )["ShardIterator"]
    assert data(views.kinesis.get_records(ShardIterator=iterator)) == [b"1"]


def test_records_are_gone_after_the_stream_s_retention(views: Views, clock: Clock) -> None:
    views.put(b"old")
    clock.advance(24 * 3600 + 1)
    views.put(b"new")
    assert data(views.read("0")) == [b"new"]


def test_a_hash_key_out_of_range_is_refused(
    views: Views, refused: Callable[..., tuple[int, str, str]]
) -> None:
    answer = refused(
        views.kinesis.put_record,
        StreamName="views",
        Data=b"1",
        PartitionKey="1",
        ExplicitHashKey=str(2**128),
    )
    assert answer[1] == "InvalidArgumentException"
