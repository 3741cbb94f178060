"""A Kinesis stream as an event source."""

from __future__ import annotations

import json
from pathlib import Path

from tests.local.event_sources.house import House, data, live_in


def test_a_record_reaches_the_function_in_its_documented_shape(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.stream()
        house.map(arn, house.function("count"))
        house.view("hello", key="image-1")
        await house.drained()
        [event] = house.events("count")
        [record] = event["Records"]
        kinesis = record["kinesis"]
        sequence = kinesis.pop("sequenceNumber")
        assert abs(kinesis.pop("approximateArrivalTimestamp") - house.clock.time()) < 60
        assert kinesis == {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "image-1",
            "data": "aGVsbG8=",
        }
        assert record == {
            "kinesis": kinesis,
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"shardId-000000000000:{sequence}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": "arn:aws:iam::123456789012:role/count-role",
            "awsRegion": "us-east-1",
            "eventSourceARN": arn,
        }

    live_in(tmp_path, story)


def test_every_shard_has_its_own_batches_in_order(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.stream(shards=4), house.function("count"))
        for n in range(5):
            for key in ("a", "b", "c", "d", "e", "f"):
                house.view(f"{key}{n}", key=key)
        await house.drained()
        seen: dict[str, list[str]] = {}
        for event in house.events("count"):
            shards = {record["eventID"].partition(":")[0] for record in event["Records"]}
            assert len(shards) == 1
            for record in event["Records"]:
                seen.setdefault(record["kinesis"]["partitionKey"], []).append(data(record))
        assert seen == {key: [f"{key}{n}" for n in range(5)] for key in "abcdef"}

    live_in(tmp_path, story)


def test_a_parallelization_factor_keeps_the_order_of_each_key(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.stream(), house.function("count"), ParallelizationFactor=4, BatchSize=2)
        for n in range(6):
            for key in ("a", "b", "c", "d", "e"):
                house.view(f"{key}{n}", key=key)
        await house.drained()
        seen: dict[str, list[str]] = {}
        for event in house.events("count"):
            for record in event["Records"]:
                seen.setdefault(record["kinesis"]["partitionKey"], []).append(data(record))
        assert seen == {key: [f"{key}{n}" for n in range(6)] for key in "abcde"}

    live_in(tmp_path, story)


def test_a_parallelization_factor_lets_one_key_pass_another_that_is_stuck(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(
            house.stream(),
            house.function("count", "fail"),
            ParallelizationFactor=10,
            MaximumRetryAttempts=1_000,
        )
        house.view("BAD", key="a")
        await house.invoked("count", 2)
        house.view("good", key="b")
        await house.until(lambda: ["good"] in house.batches("count", data))
        assert house.batches("count", data)[:2] == [["BAD"], ["BAD"]]

    live_in(tmp_path, story)


def test_data_that_is_json_is_filtered_by_its_fields(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(
            house.stream(),
            house.function("count"),
            FilterCriteria={
                "Filters": [{"Pattern": '{"data": {"size": [{"numeric": [">", 5]}]}}'}]
            },
        )
        house.view(json.dumps({"size": 3}), json.dumps({"size": 9}), "no json")
        await house.drained()
        assert house.batches("count", data) == [['{"size": 9}']]

    live_in(tmp_path, story)


def test_latest_begins_after_the_mapping_was_made(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.stream()
        house.view("before")
        house.map(arn, house.function("count"), StartingPosition="LATEST")
        house.view("after")
        await house.drained()
        assert house.batches("count", data) == [["after"]]

    live_in(tmp_path, story)


def test_at_timestamp_begins_at_that_moment(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.stream()
        house.view("before")
        house.clock.advance(100)
        moment = house.clock.time()
        house.clock.advance(100)
        house.view("after")
        house.map(
            arn,
            house.function("count"),
            StartingPosition="AT_TIMESTAMP",
            StartingPositionTimestamp=moment,
        )
        await house.drained()
        assert house.batches("count", data) == [["after"]]

    live_in(tmp_path, story)


def test_children_of_a_split_shard_wait_until_their_parent_is_drained(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.stream()
        names = [f"{n:02}" for n in range(12)]
        for name in names[:6]:
            house.view(name, key="k")
        house.client("kinesis").split_shard(
            StreamName="views",
            ShardToSplit="shardId-000000000000",
            NewStartingHashKey=str(2**127),
        )
        for name in names[6:]:
            house.view(name, key="k")
        house.map(arn, house.function("count"), BatchSize=2)
        await house.drained()
        batches = house.batches("count", data)
        assert [name for batch in batches for name in batch] == names

    live_in(tmp_path, story)


def test_grandchildren_wait_for_their_parents_too(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.stream()
        for generation, (shard, middle) in enumerate(((0, 2**127), (1, 2**126), (2, 3 * 2**126))):
            house.view(f"{generation}a", f"{generation}b", f"{generation}c", key="k")
            house.client("kinesis").split_shard(
                StreamName="views",
                ShardToSplit=f"shardId-{shard:012}",
                NewStartingHashKey=str(middle),
            )
        house.view("3a", "3b", "3c", key="k")
        house.map(arn, house.function("count"), BatchSize=1)
        await house.drained()
        batches = house.batches("count", data)
        assert [name for [name] in batches] == [
            f"{n}{letter}" for n in range(4) for letter in "abc"
        ]

    live_in(tmp_path, story)


def test_a_split_while_polling_loses_nothing_and_keeps_the_order(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.stream(), house.function("count"))
        house.view("1", "2", key="k")
        await house.drained()
        house.client("kinesis").split_shard(
            StreamName="views",
            ShardToSplit="shardId-000000000000",
            NewStartingHashKey=str(2**127),
        )
        house.view("3", "4", key="k")
        await house.drained()
        batches = house.batches("count", data)
        assert [name for batch in batches for name in batch] == ["1", "2", "3", "4"]

    live_in(tmp_path, story)


def test_a_parent_that_is_stuck_holds_its_children_up(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.stream(), house.function("count", "fail"))
        house.view("BAD", key="k")
        house.client("kinesis").split_shard(
            StreamName="views",
            ShardToSplit="shardId-000000000000",
            NewStartingHashKey=str(2**127),
        )
        house.view("child", key="k")
        await house.drained()
        assert {name for batch in house.batches("count", data) for name in batch} == {"BAD"}

    live_in(tmp_path, story)


def test_a_merge_waits_for_both_parents(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.stream(shards=2)
        keys = ("a", "b", "c", "d", "e", "f")
        for n in range(3):
            for key in keys:
                house.view(f"{key}{n}", key=key)
        house.client("kinesis").merge_shards(
            StreamName="views",
            ShardToMerge="shardId-000000000000",
            AdjacentShardToMerge="shardId-000000000001",
        )
        for n in range(3, 6):
            for key in keys:
                house.view(f"{key}{n}", key=key)
        house.map(arn, house.function("count"))
        await house.drained()
        seen: dict[str, list[str]] = {}
        for event in house.events("count"):
            for record in event["Records"]:
                seen.setdefault(record["kinesis"]["partitionKey"], []).append(data(record))
        assert seen == {key: [f"{key}{n}" for n in range(6)] for key in keys}

    live_in(tmp_path, story)
