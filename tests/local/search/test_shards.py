"""Routing, versions, and what a refresh shows."""

from __future__ import annotations

from typing import Any

import pytest
from opensearchpy import ConflictError, OpenSearch

from serverless_app.local.clock import Clock
from serverless_app.local.faults import Faults
from serverless_app.local.search import SearchEngine
from serverless_app.local.search.shards import default_routing_shards, murmur3, shard_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("hell", 0x5A0CB7C3),
        ("hello", 0xD7C31989),
        ("hello w", 0x22AB2984),
        ("hello wo", 0xDF0CA123),
        ("hello wor", 0xE7744D61),
        ("The quick brown fox jumps over the lazy dog", 0xE07DB09C),
        ("The quick brown fox jumps over the lazy cog", 0x4E63D2AD),
    ],
)
def test_the_hash_is_the_one_of_opensearchs_own_test(text: str, value: int) -> None:
    assert murmur3(text) & 0xFFFFFFFF == value


@pytest.mark.parametrize(("shards", "slots"), [(1, 1024), (2, 1024), (3, 768), (5, 640), (8, 1024)])
def test_there_are_about_a_thousand_slots(shards: int, slots: int) -> None:
    assert default_routing_shards(shards) == slots


def test_a_document_lives_where_its_hash_says() -> None:
    # murmur3("hello") = 0xD7C31989, as a signed number −675079799. −675079799 mod 768 = 649,
    # counted from below; 768 slots on 3 shards are 256 a shard: 649 // 256 = 2.
    assert shard_of("hello", 3, 768) == (0xD7C31989 - 2**32) % 768 // 256 == 2


def count(client: OpenSearch, index: str = "a") -> Any:
    return client.count(index=index)["count"]


def test_a_write_is_read_at_once_and_found_after_the_refresh_interval(
    local: OpenSearch, clock: Clock
) -> None:
    local.index(index="a", id="1", body={"t": "dog"})
    assert local.get(index="a", id="1")["_source"] == {"t": "dog"}
    assert count(local) == 0
    clock.advance(1)
    assert count(local) == 1


def test_a_refresh_that_is_due_shows_only_what_came_before_it(
    local: OpenSearch, clock: Clock
) -> None:
    local.indices.create(index="a", body={"settings": {"refresh_interval": "10s"}})
    local.index(index="a", id="1", body={})
    clock.advance(9)
    local.index(index="a", id="2", body={})
    assert count(local) == 0
    clock.advance(1.5)
    assert count(local) == 2  # the second came before the refresh that the first waited for
    local.index(index="a", id="3", body={})
    clock.advance(9)
    assert count(local) == 2


def test_a_refresh_interval_of_minus_one_is_never(local: OpenSearch, clock: Clock) -> None:
    local.indices.create(index="a", body={"settings": {"refresh_interval": "-1"}})
    local.index(index="a", id="1", body={})
    clock.advance(86_400)
    assert count(local) == 0
    local.indices.refresh(index="a")
    assert count(local) == 1


def test_a_deletion_is_remembered_until_gc_deletes_has_passed(
    local: OpenSearch, clock: Clock
) -> None:
    local.indices.create(index="a", body={"settings": {"index.gc_deletes": "1h"}})
    external = {"index": "a", "id": "1", "version_type": "external"}
    local.index(**external, version=5, body={})
    local.delete(**external, version=6)
    clock.advance(3599)
    with pytest.raises(ConflictError):
        local.index(**external, version=5, body={})
    clock.advance(2)
    assert local.index(**external, version=5, body={})["_version"] == 5


def test_a_fault_delays_the_index_beyond_a_refresh(
    local: OpenSearch, clock: Clock, faults: Faults
) -> None:
    faults.add("delay_index", where={"index": "a"}, seconds=30)
    local.index(index="a", id="1", body={}, refresh=True)
    local.index(index="a", id="2", body={}, refresh=True)
    assert count(local) == 1
    clock.advance(31)
    assert count(local) == 2


def test_a_snapshot_brings_everything_back(local: OpenSearch, engine: SearchEngine) -> None:
    local.index(index="a", id="1", body={"t": "dog"}, refresh=True)
    local.index(index="a", id="2", body={"t": "dog"})
    snapshot = engine.snapshot()
    local.delete(index="a", id="1", refresh=True)
    engine.restore(snapshot)
    found = local.search(index="a", body={"query": {"match": {"t": "dog"}}})
    assert [hit["_id"] for hit in found["hits"]["hits"]] == ["1"]
    assert local.exists(index="a", id="2")


def test_a_snapshot_is_not_changed_by_what_comes_after_it(
    local: OpenSearch, engine: SearchEngine
) -> None:
    local.index(index="a", id="1", body={}, refresh=True)
    snapshot = engine.snapshot()
    for _ in range(2):
        engine.restore(snapshot)
        local.index(index="a", id="2", body={}, refresh=True)
        assert count(local) == 2


def test_reset_forgets_every_index(local: OpenSearch, engine: SearchEngine) -> None:
    local.index(index="a", id="1", body={})
    engine.reset()
    assert not local.indices.exists(index="a")
