"""A DynamoDB stream as an event source: what its function gets, and in which order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.local.event_sources.house import House, key, live_in


def test_a_write_reaches_the_function_with_every_field_of_its_record(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.table()
        house.map(arn, house.function("index"))
        house.put("a", title={"S": "sea"}, bytes={"B": b"\x00\xff"})
        await house.drained()
        [event] = house.events("index")
        [record] = event["Records"]
        change = record.pop("dynamodb")
        assert len(record.pop("eventID")) == 32
        assert record == {
            "eventName": "INSERT",
            "eventVersion": "1.0",
            "eventSource": "aws:dynamodb",
            "awsRegion": "us-east-1",
            "eventSourceARN": arn,
        }
        assert isinstance(change.pop("ApproximateCreationDateTime"), int)
        assert change.pop("SequenceNumber").isdigit()
        assert change.pop("SizeBytes") > 0
        assert change == {
            "Keys": {"id": {"S": "a"}},
            "NewImage": {"id": {"S": "a"}, "title": {"S": "sea"}, "bytes": {"B": "AP8="}},
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }

    live_in(tmp_path, story)


def test_a_change_brings_both_images_and_a_deletion_the_old_one(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.table(), house.function("index"))
        house.put("a", title={"S": "sea"})
        house.put("a", title={"S": "sun"})
        house.client("dynamodb").delete_item(TableName="images", Key={"id": {"S": "a"}})
        await house.drained()
        records = [record for event in house.events("index") for record in event["Records"]]
        assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
        assert records[1]["dynamodb"]["OldImage"] == {"id": {"S": "a"}, "title": {"S": "sea"}}
        assert records[1]["dynamodb"]["NewImage"] == {"id": {"S": "a"}, "title": {"S": "sun"}}
        assert "NewImage" not in records[2]["dynamodb"]

    live_in(tmp_path, story)


def test_records_come_in_the_order_of_their_writes(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.table(), house.function("index"), BatchSize=3)
        names = [f"{n:02}" for n in range(20)]
        house.put(*names)
        await house.drained()
        batches = house.batches("index", key)
        assert [name for batch in batches for name in batch] == names
        assert max(len(batch) for batch in batches) <= 3

    live_in(tmp_path, story)


def test_two_mappings_of_one_stream_each_get_everything(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.table()
        house.map(arn, house.function("index"))
        house.map(arn, house.function("notify"))
        house.put("a", "b")
        await house.drained()
        for function in ("index", "notify"):
            batches = house.batches(function, key)
            assert [name for batch in batches for name in batch] == ["a", "b"]

    live_in(tmp_path, story)


def test_trim_horizon_begins_with_the_oldest_record(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.table()
        house.put("before")
        house.map(arn, house.function("index"), StartingPosition="TRIM_HORIZON")
        await house.drained()
        assert house.batches("index", key) == [["before"]]

    live_in(tmp_path, story)


def test_latest_begins_with_what_is_written_after_the_mapping_was_made(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.table()
        house.put("before")
        house.map(arn, house.function("index"), StartingPosition="LATEST")
        house.put("after")
        await house.drained()
        assert house.batches("index", key) == [["after"]]

    live_in(tmp_path, story)


def test_filtered_records_never_reach_the_function(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        pattern = '{"eventName": ["INSERT"], "dynamodb": {"NewImage": {"state": {"S": ["READY"]}}}}'
        house.map(
            house.table(),
            house.function("notify"),
            FilterCriteria={"Filters": [{"Pattern": pattern}]},
        )
        house.put("a", state={"S": "PENDING"})
        house.put("b", state={"S": "READY"})
        house.put("c", state={"S": "REJECTED"})
        await house.drained()
        assert house.batches("notify", key) == [["b"]]

    live_in(tmp_path, story)


def test_a_batching_window_gathers_records_until_the_clock_has_passed_it(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.table(), house.function("index"), MaximumBatchingWindowInSeconds=60)
        house.put("a", "b")
        house.put("c")
        await house.asleep(60)
        assert house.events("index") == []
        house.clock.advance(61)
        await house.invoked("index")
        assert house.batches("index", key) == [["a", "b", "c"]]

    live_in(tmp_path, story)


def test_a_full_batch_does_not_wait_for_its_window(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(
            house.table(),
            house.function("index"),
            BatchSize=2,
            MaximumBatchingWindowInSeconds=60,
        )
        house.put("a", "b")
        await house.invoked("index")
        assert house.batches("index", key) == [["a", "b"]]

    live_in(tmp_path, story)


@pytest.mark.parametrize("hours", [1, 25])
def test_a_poller_survives_iterators_and_records_that_are_too_old(
    tmp_path: Path, hours: int
) -> None:
    async def story(house: House) -> None:
        house.map(house.table(), house.function("index"))
        house.put("a")
        await house.drained()
        house.clock.advance(hours * 3_600)
        house.put("b")
        await house.drained()
        assert house.batches("index", key) == [["a"], ["b"]]
        assert [h.outcome for h in house.trace.hops() if h.target == "index"] == ["ok", "ok"]

    live_in(tmp_path, story)


def test_a_delivery_is_an_event_hop_in_the_trace_of_its_first_record(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.table(), house.function("index"), MaximumBatchingWindowInSeconds=60)
        house.in_trace("1-00000001-a", lambda: house.put("a"))
        house.in_trace("1-00000002-b", lambda: house.put("b"))
        await house.drained()
        hops = [h for h in house.trace.hops() if (h.source, h.target) == ("images", "index")]
        assert [(h.trace_id, h.operation, h.kind, h.outcome) for h in hops] == [
            ("1-00000002-b", "Deliver", "event", "ok"),
            ("1-00000001-a", "Invoke", "event", "ok"),
        ]

    live_in(tmp_path, story)


def test_the_iterator_age_is_a_metric(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.table()
        house.put("a")
        house.clock.advance(120)
        house.map(arn, house.function("index"))
        await house.drained()
        metric = house.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName="IteratorAge",
            Dimensions=[{"Name": "FunctionName", "Value": "index"}],
            StartTime=house.clock.time() - 600,
            EndTime=house.clock.time() + 600,
            Period=3600,
            Statistics=["Maximum"],
        )
        [point] = metric["Datapoints"]
        assert 120_000 <= point["Maximum"] < 180_000

    live_in(tmp_path, story)
