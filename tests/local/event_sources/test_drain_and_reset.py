"""Waiting until all is quiet, and beginning again on a restored control plane."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.local.event_sources.house import House, data, key, live_in
from tests.local.event_sources.test_s3_events import bucket, keys, to_function


def test_drain_waits_for_the_whole_way_of_an_event(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        stream, queue = house.stream(), house.queue("failures")
        bucket(house, **to_function(house.function("onUpload")))
        house.map(
            stream,
            house.function("count", "fail"),
            MaximumRetryAttempts=0,
            DestinationConfig={"OnFailure": {"Destination": queue}},
        )
        house.map(queue, house.function("redrive"))
        house.client("s3").put_object(Bucket="photos", Key="a", Body=b"x")
        house.view("BAD")
        await house.drained()
        assert keys(house, "onUpload") == ["a"]
        assert len(house.events("redrive")) == 1

    live_in(tmp_path, story)


def test_nothing_is_asked_while_nothing_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(house: House) -> None:
        house.map(house.table(), house.function("index"))
        house.map(house.stream(), house.function("count"))
        house.map(house.queue("jobs"), house.function("work"))
        await house.drained()
        asked: list[str] = []
        client = house.plane.client

        def listen(service: str, **more: str) -> Any:
            asked.append(service)
            return client(service, **more)

        monkeypatch.setattr(house.plane, "client", listen)
        house.clock.advance(600)
        for _ in range(100):
            await asyncio.sleep(0)
        assert asked == []
        house.put("a")
        await house.invoked("index")
        assert set(asked) == {"dynamodb", "dynamodbstreams"}

    live_in(tmp_path, story)


def test_drain_closes_a_batching_window_early(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.table(), house.function("index"), MaximumBatchingWindowInSeconds=300)
        house.put("a")
        await house.drained()
        assert house.batches("index", key) == [["a"]]

    live_in(tmp_path, story)


def test_after_drain_a_batching_window_counts_again(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.table(), house.function("index"), MaximumBatchingWindowInSeconds=300)
        house.put("a")
        await house.drained()
        house.clock.forget()
        house.put("b")
        await house.asleep(300)
        assert house.batches("index", key) == [["a"]]

    live_in(tmp_path, story)


def test_what_a_snapshot_had_delivered_is_not_delivered_again(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.table(), house.function("index"))
        house.map(house.stream(), house.function("count"))
        house.put("before")
        house.view("before")
        await house.drained()
        snapshot = house.plane.snapshot()
        house.put("between")
        house.view("between")
        await house.drained()
        house.plane.restore(snapshot)
        await house.functions.reset()
        await house.sources.reset()
        house.put("after")
        house.view("after")
        await house.drained()
        assert house.batches("index", key) == [["before"], ["between"], ["after"]]
        assert house.batches("count", data) == [["before"], ["between"], ["after"]]

    live_in(tmp_path, story)


def test_records_of_a_snapshot_that_nobody_had_read_are_not_delivered(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.sources.stop()
        house.map(house.table(), house.function("index"))
        house.put("before")
        house.plane.restore(house.plane.snapshot())
        await house.sources.start()
        await house.sources.reset()
        house.put("after")
        await house.drained()
        assert house.batches("index", key) == [["after"]]

    live_in(tmp_path, story)


def test_a_schedule_counts_from_the_reset_on(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        events = house.client("events")
        events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
        events.put_targets(Rule="hourly", Targets=[{"Id": "1", "Arn": house.function("sweep")}])
        await house.drained()
        snapshot = house.plane.snapshot()
        house.clock.advance(3 * 3_600)
        await house.drained()
        assert len(house.events("sweep")) == 3
        house.clock.reset()
        house.plane.restore(snapshot)
        await house.sources.reset()
        house.clock.advance(3_601)
        await house.drained()
        assert len(house.events("sweep")) == 4

    live_in(tmp_path, story)


def test_drain_does_not_wait_for_a_batch_that_may_be_retried_for_ever(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.stream(), house.function("count", "fail"), BatchSize=1)
        house.view("BAD", "2", "3", "4")
        await house.drained()
        assert len(house.events("count")) >= 6
        assert {name for batch in house.batches("count", data) for name in batch} == {"BAD"}

    live_in(tmp_path, story)


def test_drain_does_not_wait_for_a_function_that_is_gone(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.stream(), house.function("count", "fail"))
        house.view("BAD")
        await house.invoked("count", 2)
        house.client("lambda").delete_function(FunctionName="count")
        await house.drained()
        [refused, *_] = [h for h in house.trace.hops() if h.outcome == "refused"]
        assert (refused.source, refused.target) == ("views", "count")
        assert "Function not found" in refused.answer

    live_in(tmp_path, story)


def test_reset_stops_a_batch_that_fails_without_end(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.stream(), house.function("count", "fail"))
        snapshot = house.plane.snapshot()
        house.view("BAD")
        await house.invoked("count", 2)
        house.plane.restore(snapshot)
        await house.sources.reset()
        house.view("good")
        await house.drained()
        assert house.batches("count", data)[-1] == ["good"]

    live_in(tmp_path, story)
