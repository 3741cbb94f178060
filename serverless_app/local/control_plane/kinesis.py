"""Kinesis: resharding as AWS does it, and shards that stay fast as they fill.

After a split or a merge the parents keep their records, closed; new records go to the open
shard whose range holds their hash (Kinesis developer guide, "Reshard a stream").
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from serverless_app.local.control_plane.changes import serving

_lock = threading.Lock()
_last = 0


def install() -> None:
    """Patch moto's streams and shards."""
    from moto.kinesis.models import KinesisBackend, Shard, Stream
    from moto.kinesis.responses import KinesisResponse

    Stream.get_shard_for_key = shard_for_key
    Stream.split_shard = keeping_records(Stream.split_shard)
    Stream.merge_shards = keeping_records(_in_order(Stream.merge_shards))
    Shard.get_records = get_records
    Shard.get_min_sequence_number = lambda self: next(iter(self.records), 0)
    Shard.get_max_sequence_number = lambda self: next(reversed(self.records), 0)
    _sequence_numbers(Shard)
    _iterators(KinesisBackend)
    KinesisResponse.get_records = answer_records


# -- shards ----------------------------------------------------------------------------------


def shard_for_key(self: Any, partition_key: str, explicit_hash_key: str) -> Any:
    """The open shard whose range, its last key included, holds a record's hash."""
    from moto.kinesis.exceptions import InvalidArgumentError

    if explicit_hash_key:
        if not str(explicit_hash_key).isdigit() or int(explicit_hash_key) >= 2**128:
            raise InvalidArgumentError("explicit_hash_key")
        number = int(explicit_hash_key)
    else:
        digest = hashlib.md5(partition_key.encode(), usedforsecurity=False)
        number = int(digest.hexdigest(), 16)
    for shard in self.shards.values():
        if shard.is_open and shard.starting_hash <= number <= shard.ending_hash:
            return shard
    return None


def keeping_records(reshard: Any) -> Any:
    """moto moves the records of a shard that it closes into its children: AWS does not."""

    @functools.wraps(reshard)
    def reshard_and_keep(self: Any, first: str, second: str) -> None:
        kept = {name: self.shards[name].records for name in (first, second) if name in self.shards}
        for name in kept:
            self.shards[name].records = OrderedDict()
        try:
            reshard(self, first, second)
        finally:
            for name, records in kept.items():
                self.shards[name].records = records

    return reshard_and_keep


def _in_order(merge: Callable[..., None]) -> Callable[..., None]:
    """Neighbours may be named in any order: moto knows the lower one first."""

    @functools.wraps(merge)
    def merge_shards(self: Any, first: str, second: str) -> None:
        one, other = self.shards.get(first), self.shards.get(second)
        swapped = one and other and other.ending_hash + 1 == one.starting_hash
        merge(self, *((second, first) if swapped else (first, second)))

    return merge_shards


def get_records(self: Any, last_sequence_id: str, limit: int | None) -> tuple[Any, int, int]:
    """The records after a sequence number: a look at the new ones, not at all of them."""
    last = int(last_sequence_id)
    newer = list(itertools.takewhile(lambda n: n > last, reversed(self.records)))[::-1]
    found = [self.records[number] for number in newer[: limit or 10_000]]
    if not found:
        return [], last, 0
    behind = self.records[newer[-1]].created_at - found[-1].created_at
    return found, found[-1].sequence_number, int(behind * 1000)


def _sequence_numbers(shard: Any) -> None:
    stock = shard.put_record

    @functools.wraps(stock)
    def put_record(self: Any, partition_key: str, data: str, explicit_hash_key: str) -> str:
        """moto counts from 1 in every shard; AWS's numbers are unique, and grow with time."""
        if serving.get() is None:
            return str(stock(self, partition_key, data, explicit_hash_key))
        from moto.kinesis.models import Record

        number = next_sequence_number(self.get_max_sequence_number())
        self.records[number] = Record(partition_key, data, number, explicit_hash_key)
        return str(number)

    shard.put_record = put_record


def next_sequence_number(after: int) -> int:
    """A number of 56 digits, larger than every one before it."""
    global _last
    with _lock:
        _last = max(int(f"496{time.time_ns():021d}{0:032d}"), _last + 1, after + 1)
        return _last


# -- iterators -------------------------------------------------------------------------------


def _iterators(backend: Any) -> None:
    get_iterator, read = backend.get_shard_iterator, backend.get_records

    @functools.wraps(get_iterator)
    def get_shard_iterator(
        self: Any, stream_arn: Any, stream_name: Any, *more: Any, **n: Any
    ) -> Any:
        """An iterator names its stream, also where the request gave its ARN."""
        name = stream_name or str(stream_arn).rpartition("/")[2]
        return get_iterator(self, stream_arn, name, *more, **n)

    @functools.wraps(read)
    def get_records_of(self: Any, stream_arn: Any, shard_iterator: str, limit: int | None) -> Any:
        """A closed shard that is read to its end has no next iterator."""
        from moto.kinesis.utils import decompose_shard_iterator

        name, shard_id, _ = decompose_shard_iterator(shard_iterator)
        stream = self.describe_stream(stream_arn=stream_arn, stream_name=name)
        shard = stream.get_shard(shard_id)
        forget_old(stream, shard)
        following, records, behind = read(self, stream_arn, shard_iterator, limit)
        last = int(decompose_shard_iterator(following)[2])
        if not shard.is_open and last >= shard.get_max_sequence_number():
            following = None
        return following, records, behind

    backend.get_shard_iterator, backend.get_records = get_shard_iterator, get_records_of


def last_sequence_numbers(backend: Any, arn: str) -> dict[str, str]:
    """The last record of each of a stream's shards that hold any."""
    stream = backend.streams.get(arn.rpartition("/")[2])
    shards = stream.shards.values() if stream else ()
    return {s.shard_id: str(s.get_max_sequence_number()) for s in shards if s.records}


def forget_old(stream: Any, shard: Any) -> None:
    """Drop the records that are older than the stream keeps them."""
    horizon = time.time() - int(stream.retention_period_hours) * 3600
    while shard.records and next(iter(shard.records.values())).created_at < horizon:
        del shard.records[next(iter(shard.records))]


def answer_records(self: Any) -> Any:
    """GetRecords, with the children of a shard that has come to its end."""
    from moto.core.responses import ActionResult
    from moto.kinesis.utils import decompose_shard_iterator

    iterator = self._get_param("ShardIterator")
    following, records, behind = self.kinesis_backend.get_records(
        self._get_param("StreamARN"), iterator, self._get_param("Limit")
    )
    answer = {"Records": [record.to_json() for record in records], "MillisBehindLatest": behind}
    if following:
        answer["NextShardIterator"] = following
    else:
        name, shard_id, _ = decompose_shard_iterator(iterator)
        stream = self.kinesis_backend.describe_stream(stream_arn=None, stream_name=name)
        answer["ChildShards"] = children(stream, shard_id)
    return ActionResult(answer)


def children(stream: Any, shard_id: str) -> list[dict[str, Any]]:
    """The shards that a closed shard became."""
    found = []
    for shard in stream.shards.values():
        parents = [p for p in (shard.parent, shard.adjacent_parent) if p]
        if shard_id in parents:
            hash_range = shard.to_json()["HashKeyRange"]
            found.append(
                {"ShardId": shard.shard_id, "ParentShards": parents, "HashKeyRange": hash_range}
            )
    return found
