"""What a stream mapping does when its function fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.local.event_sources.house import House, data, key, live_in


def to(destination: str) -> dict[str, Any]:
    return {"DestinationConfig": {"OnFailure": {"Destination": destination}}}


def test_a_failed_batch_comes_again_and_holds_up_its_shard(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.stream(), house.function("count", "fail"), MaximumRetryAttempts=2)
        house.view("BAD")
        await house.invoked("count")
        house.view("good")
        await house.drained()
        assert house.batches("count", data) == [["BAD"], ["BAD"], ["BAD"], ["good"]]

    live_in(tmp_path, story)


def test_each_try_is_numbered_in_the_trace(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.stream(), house.function("count", "fail"), MaximumRetryAttempts=2)
        house.view("BAD")
        await house.drained()
        hops = [h for h in house.trace.hops() if h.target == "count"]
        assert [(h.attempt, h.outcome) for h in hops] == [(1, "error"), (2, "error"), (3, "error")]

    live_in(tmp_path, story)


def test_what_is_given_up_is_told_to_the_failure_queue_without_its_data(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.stream()
        queue = house.queue("failures")
        house.map(
            arn, house.function("count", "fail"), MaximumRetryAttempts=1, BatchSize=10, **to(queue)
        )
        house.view("good", "BAD", "fine")
        await house.drained()
        [record] = house.received("failures")
        sequences = [
            each["kinesis"]["sequenceNumber"] for each in house.events("count")[0]["Records"]
        ]
        info = record.pop("KinesisBatchInfo")
        arrivals = (
            info.pop("approximateArrivalOfFirstRecord"),
            info.pop("approximateArrivalOfLastRecord"),
        )
        assert all(arrival.endswith("Z") and len(arrival) == 24 for arrival in arrivals)
        assert info == {
            "shardId": "shardId-000000000000",
            "startSequenceNumber": sequences[0],
            "endSequenceNumber": sequences[2],
            "batchSize": 3,
            "streamArn": arn,
        }
        assert len(record["requestContext"].pop("requestId")) == 36
        assert len(record.pop("timestamp")) == 24
        assert record == {
            "requestContext": {
                "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:count",
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": 2,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            },
            "version": "1.0",
        }

    live_in(tmp_path, story)


def test_a_table_s_failure_record_has_its_own_name_and_seconds(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.table()
        queue = house.queue("failures")
        house.map(arn, house.function("index", "fail"), MaximumRetryAttempts=0, **to(queue))
        house.put("BAD")
        await house.drained()
        [record] = house.received("failures")
        assert record["DDBStreamBatchInfo"]["streamArn"] == arn
        assert record["DDBStreamBatchInfo"]["batchSize"] == 1
        assert len(record["DDBStreamBatchInfo"]["approximateArrivalOfFirstRecord"]) == 20

    live_in(tmp_path, story)


def test_a_failure_topic_is_told_too(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        topic = house.client("sns").create_topic(Name="failures")["TopicArn"]
        queue = house.queue("told")
        house.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
        house.map(
            house.stream(), house.function("count", "fail"), MaximumRetryAttempts=0, **to(topic)
        )
        house.view("BAD")
        await house.drained()
        [notification] = house.received("told")
        assert '"condition": "RetryAttemptsExhausted"' in notification["Message"]

    live_in(tmp_path, story)


def test_bisecting_isolates_the_bad_record(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.stream()
        house.view("1", "2", "3", "BAD", "5", "6", "7", "8")
        queue = house.queue("failures")
        house.map(
            arn,
            house.function("count", "fail"),
            MaximumRetryAttempts=0,
            BisectBatchOnFunctionError=True,
            **to(queue),
        )
        await house.drained()
        [record] = house.received("failures")
        assert record["KinesisBatchInfo"]["batchSize"] == 1
        assert house.batches("count", data) == [
            ["1", "2", "3", "BAD", "5", "6", "7", "8"],
            ["1", "2", "3", "BAD"],
            ["1", "2"],
            ["3", "BAD"],
            ["3"],
            ["BAD"],
            ["5", "6", "7", "8"],
        ]

    live_in(tmp_path, story)


def test_a_reported_failure_is_the_checkpoint(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.stream()
        house.view("1", "2", "BAD", "4", "BAD too")
        house.map(
            arn,
            house.function("count", "report"),
            MaximumRetryAttempts=1,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )
        await house.drained()
        assert house.batches("count", data) == [
            ["1", "2", "BAD", "4", "BAD too"],
            ["BAD", "4", "BAD too"],
        ]

    live_in(tmp_path, story)


def test_reports_count_only_where_the_mapping_asks_for_them(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.table(), house.function("index", "report"), MaximumRetryAttempts=1)
        house.put("BAD")
        await house.drained()
        assert house.batches("index", key) == [["BAD"]]

    live_in(tmp_path, story)


def test_reports_and_bisecting_together_lose_only_the_bad_record(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.stream()
        house.view("1", "BAD", "3", "4")
        queue = house.queue("failures")
        house.map(
            arn,
            house.function("count", "report"),
            MaximumRetryAttempts=0,
            BisectBatchOnFunctionError=True,
            FunctionResponseTypes=["ReportBatchItemFailures"],
            **to(queue),
        )
        await house.drained()
        [record] = house.received("failures")
        assert record["KinesisBatchInfo"]["batchSize"] == 1
        assert record["responseContext"]["functionError"] is None
        assert house.batches("count", data) == [
            ["1", "BAD", "3", "4"],
            ["BAD", "3", "4"],
            ["BAD"],
            ["3", "4"],
        ]

    live_in(tmp_path, story)


def test_records_older_than_the_maximum_age_are_given_up_unseen(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.stream()
        house.view("old")
        house.clock.advance(120)
        house.view("new")
        queue = house.queue("failures")
        house.map(arn, house.function("count"), MaximumRecordAgeInSeconds=60, **to(queue))
        await house.drained()
        [record] = house.received("failures")
        assert record["requestContext"]["condition"] == "RecordAgeExceeded"
        assert record["requestContext"]["approximateInvokeCount"] == 0
        assert "responseContext" not in record
        assert house.batches("count", data) == [["new"]]

    live_in(tmp_path, story)


def test_a_throttled_batch_is_no_retry_and_is_not_lost(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.stream(), house.function("count"), MaximumRetryAttempts=0)
        house.client("lambda").put_function_concurrency(
            FunctionName="count", ReservedConcurrentExecutions=0
        )
        house.view("1")
        await house.invoked("count", 2)
        house.client("lambda").delete_function_concurrency(FunctionName="count")
        await house.drained()
        assert house.batches("count", data) == [["1"]]
        refused = [h for h in house.trace.hops() if h.target == "count" and h.outcome == "refused"]
        assert {h.attempt for h in refused} == {1}

    live_in(tmp_path, story)
