"""Hash keys, ranges, routing: how Kinesis spreads records over shards, and we items over shelves.

Kinesis takes the MD5 of a record's partition key as a 128-bit number; the shard whose range holds
that number gets the record. Splitting and merging shards cuts and joins ranges.
https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html
https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding.html
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

HASH_KEYS = 2**128
SHELVES = 4
SHARD_BYTES, SHARD_RECORDS = 1_000_000, 1_000  # a second, into one shard
PUT_PAYLOAD_UNIT = 25 * 1_024


@dataclass(frozen=True, kw_only=True)
class Shard:
    """A range of hash keys, both ends included, and the shards that it came from."""

    shard_id: str
    first: int
    last: int
    parents: tuple[str, ...] = ()

    def holds(self, hash_key: int) -> bool:
        """Whether a record with this hash key goes here."""
        return self.first <= hash_key <= self.last


def hash_key(partition_key: str) -> int:
    """The MD5 of a partition key as a number below 2**128: spreading, not secrecy."""
    return int.from_bytes(hashlib.md5(partition_key.encode(), usedforsecurity=False).digest())


def even_shards(count: int) -> list[Shard]:
    """The shards of a new stream: `count` ranges of the same size, the last a little longer."""
    if count < 1:
        raise ValueError("a stream has one shard at least")
    width = HASH_KEYS // count
    ends = [width * (n + 1) - 1 for n in range(count - 1)] + [HASH_KEYS - 1]
    return [Shard(shard_id=shard_name(n), first=width * n, last=end) for n, end in enumerate(ends)]


def shard_name(number: int) -> str:
    """Names as Kinesis gives them: `shardId-000000000003`."""
    return f"shardId-{number:012}"


def route(partition_key: str, shards: Sequence[Shard]) -> Shard:
    """The open shard that gets records of `partition_key`."""
    key = hash_key(partition_key)
    return next(shard for shard in shards if shard.holds(key))


def split(
    shard: Shard, *, new_starting_hash_key: int, names: tuple[str, str]
) -> tuple[Shard, Shard]:
    """Two shards instead of one; the second begins at `new_starting_hash_key`."""
    if not shard.first < new_starting_hash_key <= shard.last:
        raise ValueError("the new starting hash key must be inside the shard, and not its first")
    low = Shard(
        shard_id=names[0],
        first=shard.first,
        last=new_starting_hash_key - 1,
        parents=(shard.shard_id,),
    )
    high = Shard(
        shard_id=names[1], first=new_starting_hash_key, last=shard.last, parents=(shard.shard_id,)
    )
    return low, high


def merge(shard: Shard, other: Shard, *, name: str) -> Shard:
    """One shard instead of two neighbours."""
    low, high = sorted((shard, other), key=lambda each: each.first)
    if low.last + 1 != high.first:
        raise ValueError("only neighbours can be merged: their ranges must meet")
    return Shard(
        shard_id=name, first=low.first, last=high.last, parents=(low.shard_id, high.shard_id)
    )


def shards_needed(*, records_per_second: float, record_size: int) -> int:
    """Shards for a rate of records: one takes 1 MB or 1,000 records a second, whichever is less.

    https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
    """
    by_bytes = math.ceil(records_per_second * record_size / SHARD_BYTES)
    return max(1, by_bytes, math.ceil(records_per_second / SHARD_RECORDS))


def put_payload_units(record_size: int) -> int:
    """What Kinesis bills for a record: units of 25 KB."""
    return max(1, math.ceil(record_size / PUT_PAYLOAD_UNIT))


def shelf_of(identifier: str, shelves: int = SHELVES) -> int:
    """Which of a few partitions an item of a write-sharded index stands on.

    One partition takes 1,000 write units a second; four take four times as many.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-sharding.html
    """
    return hash_key(identifier) % shelves
