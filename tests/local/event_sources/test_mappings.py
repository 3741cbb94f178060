"""An event source mapping while it lives: made, changed, rested, deleted, refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from serverless_app.local.event_sources import event_sources
from tests.local.event_sources.house import House, key, live_in


def test_a_new_mapping_is_seen_by_the_call_that_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_sources, "LOOK_AGAIN", 3_600)

    async def story(house: House) -> None:
        arn = house.table()
        house.put("before")
        house.function("index")
        role = "arn:aws:iam::123456789012:role/index-role"
        house.plane.client("lambda", role_arn=role).create_event_source_mapping(
            EventSourceArn=arn, FunctionName="index", StartingPosition="TRIM_HORIZON"
        )
        await house.invoked("index")
        assert house.batches("index", key) == [["before"]]

    live_in(tmp_path, story)


def test_a_disabled_mapping_rests_and_goes_on_where_it_was(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        uuid = house.map(house.table(), house.function("index"))
        house.put("a")
        await house.drained()
        house.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=False)
        house.put("b")
        await house.drained()
        assert house.batches("index", key) == [["a"]]
        house.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=True)
        await house.drained()
        assert house.batches("index", key) == [["a"], ["b"]]

    live_in(tmp_path, story)


def test_a_deleted_mapping_delivers_nothing_more(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        uuid = house.map(house.table(), house.function("index"))
        house.put("a")
        await house.drained()
        house.client("lambda").delete_event_source_mapping(UUID=uuid)
        house.put("b")
        await house.drained()
        assert house.batches("index", key) == [["a"]]

    live_in(tmp_path, story)


def test_a_changed_mapping_counts_from_the_next_batch(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        uuid = house.map(house.table(), house.function("index"), BatchSize=10)
        house.put("a")
        await house.drained()
        house.client("lambda").update_event_source_mapping(UUID=uuid, BatchSize=1)
        house.put("b", "c")
        await house.drained()
        assert house.batches("index", key) == [["a"], ["b"], ["c"]]

    live_in(tmp_path, story)


def test_a_mapping_to_an_alias_invokes_that_version(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.function("index")
        house.client("lambda").publish_version(FunctionName="index")
        house.client("lambda").create_alias(FunctionName="index", Name="live", FunctionVersion="1")
        house.map(house.table(), f"{arn}:live")
        house.put("a")
        await house.drained()
        assert house.batches("index", key) == [["a"]]
        [log] = house.client("logs").describe_log_streams(logGroupName="/aws/lambda/index")[
            "logStreams"
        ]
        assert "[1]" in log["logStreamName"]

    live_in(tmp_path, story)


def test_tumbling_windows_are_refused_in_the_trace(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.table(), house.function("index"), TumblingWindowInSeconds=30)
        house.put("a")
        await house.drained()
        assert house.events("index") == []
        [hop] = [h for h in house.trace.hops() if h.operation == "EventSourceMapping"]
        assert (hop.source, hop.target, hop.outcome) == ("images", "index", "refused")
        assert "tumbling windows are not played here" in hop.answer

    live_in(tmp_path, story)
