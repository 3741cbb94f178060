"""shards.py: hash keys, ranges, routing."""

from __future__ import annotations

import hashlib
import itertools

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serverless_app.shards import (
    HASH_KEYS,
    Shard,
    even_shards,
    hash_key,
    merge,
    put_payload_units,
    route,
    shards_needed,
    shelf_of,
    split,
)


def test_a_hash_key_is_the_md5_as_a_number() -> None:
    assert hash_key("cat") == int(hashlib.md5(b"cat").hexdigest(), 16)


@given(st.integers(1, 50))
def test_even_shards_cover_all_hash_keys_once(count: int) -> None:
    shards = even_shards(count)

    assert shards[0].first == 0
    assert shards[-1].last == HASH_KEYS - 1
    assert all(a.last + 1 == b.first for a, b in itertools.pairwise(shards))


@given(st.text(min_size=1), st.integers(1, 20))
def test_exactly_one_shard_gets_a_record(key: str, count: int) -> None:
    shards = even_shards(count)

    assert [shard for shard in shards if shard.holds(hash_key(key))] == [route(key, shards)]


def test_records_go_where_kinesis_puts_them(aws: None) -> None:
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="four", ShardCount=4)

    for key in ("cat", "dog", "cow", "hen", "été", "0"):
        answer = kinesis.put_record(StreamName="four", Data=b"x", PartitionKey=key)
        assert route(key, even_shards(4)).shard_id == answer["ShardId"]


def test_a_split_hands_each_half_on() -> None:
    (shard,) = even_shards(1)

    low, high = split(shard, new_starting_hash_key=HASH_KEYS // 2, names=("a", "b"))

    assert (low.first, low.last) == (0, HASH_KEYS // 2 - 1)
    assert (high.first, high.last) == (HASH_KEYS // 2, HASH_KEYS - 1)
    assert low.parents == high.parents == (shard.shard_id,)


@pytest.mark.parametrize("start", [0, 11])
def test_a_split_must_be_inside(start: int) -> None:
    with pytest.raises(ValueError, match="inside the shard"):
        split(Shard(shard_id="s", first=0, last=10), new_starting_hash_key=start, names=("a", "b"))


def test_neighbours_merge_in_either_order() -> None:
    low, high = even_shards(2)

    merged = merge(high, low, name="m")

    assert (merged.first, merged.last) == (0, HASH_KEYS - 1)
    assert merged.parents == (low.shard_id, high.shard_id)


def test_only_neighbours_merge() -> None:
    first, _, third = even_shards(3)

    with pytest.raises(ValueError, match="must meet"):
        merge(first, third, name="m")


def test_a_stream_has_one_shard_at_least() -> None:
    with pytest.raises(ValueError, match="one shard at least"):
        even_shards(0)


def test_shelves_fill_evenly() -> None:
    counts = [0] * 4
    for number in range(4_000):
        counts[shelf_of(f"{number:08x}-0000-4000-8000-000000000000")] += 1

    assert min(counts) > 900


def test_a_hundred_records_of_35_kilobytes_need_four_shards() -> None:
    assert shards_needed(records_per_second=100, record_size=35_000) == 4
    assert put_payload_units(35_000) == 2


@pytest.mark.parametrize(("size", "units"), [(5_000, 1), (45_000, 2), (1_000_000, 40)])
def test_a_record_is_billed_in_units_of_25_kilobytes(size: int, units: int) -> None:
    assert put_payload_units(size) == units
