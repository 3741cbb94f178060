"""Faults in deliveries: what at-least-once, disorder and a poisoned record look like."""

from __future__ import annotations

from pathlib import Path

from tests.local.event_sources.house import House, body, data, live_in
from tests.local.event_sources.test_s3_events import bucket, keys, to_function


def upload(house: House, *names: str) -> None:
    for name in names:
        house.client("s3").put_object(Bucket="photos", Key=name, Body=b"x")


def test_an_s3_event_can_come_twice(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        bucket(house, **to_function(house.function("onUpload")))
        house.faults.add("duplicate", where={"source": "photos", "function": "onUpload"})
        upload(house, "a", "b")
        await house.drained()
        assert sorted(keys(house, "onUpload")) == ["a", "a", "b"]

    live_in(tmp_path, story)


def test_two_s3_events_can_change_places(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        function = house.function("onUpload")
        house.client("lambda").put_function_concurrency(
            FunctionName="onUpload", ReservedConcurrentExecutions=1
        )
        bucket(house, **to_function(function))
        house.faults.add("reorder", where={"source": "photos"})
        upload(house, "a", "b")
        await house.drained()
        assert keys(house, "onUpload") == ["b", "a"]

    live_in(tmp_path, story)


def test_an_event_held_back_goes_when_nothing_else_comes(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        bucket(house, **to_function(house.function("onUpload")))
        house.faults.add("reorder", where={"source": "photos"})
        upload(house, "a")
        await house.drained()
        assert keys(house, "onUpload") == ["a"]

    live_in(tmp_path, story)


def test_a_stream_s_batch_can_come_twice(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.stream(), house.function("count"))
        house.faults.add("duplicate", where={"source": "views"})
        house.view("1", "2")
        await house.drained()
        assert house.batches("count", data) == [["1", "2"], ["1", "2"]]

    live_in(tmp_path, story)


def test_two_messages_of_a_batch_can_change_places(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.queue("jobs")
        house.send("jobs", "1", "2")
        house.faults.add("reorder", where={"source": "jobs", "function": "work"})
        house.map(arn, house.function("work"))
        await house.drained()
        assert house.batches("work", body) == [["2", "1"]]

    live_in(tmp_path, story)


def test_a_poisoned_record_fails_every_batch_that_holds_it(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.stream()
        for name in ("a", "b", "c", "d"):
            house.view(name, key=name)
        house.faults.add("poison", where={"source": "views", "record": "c"})
        house.map(
            arn,
            house.function("count"),
            BisectBatchOnFunctionError=True,
            MaximumRetryAttempts=1,
        )
        await house.drained()
        assert house.batches("count", data) == [["a", "b"], ["d"]]
        failed = [h for h in house.trace.hops() if h.target == "count" and h.outcome == "error"]
        assert len(failed) == 4  # the batch, its half, the record, and the record's retry

    live_in(tmp_path, story)


def test_a_poisoned_message_ends_in_the_dead_letter_queue(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        dead = house.queue("dead")
        redrive = f'{{"deadLetterTargetArn": "{dead}", "maxReceiveCount": 1}}'
        arn = house.queue("jobs", VisibilityTimeout="30", RedrivePolicy=redrive)
        house.faults.add("poison", where={"source": "jobs"})
        house.map(arn, house.function("work"))
        house.send("jobs", '"m"')
        await house.drained()
        house.clock.advance(31)
        await house.drained()
        assert house.events("work") == []
        assert house.received("dead") == ["m"]

    live_in(tmp_path, story)
