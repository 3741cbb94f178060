"""DynamoDB Streams: iterators that say where they stand, and records that expire.

moto keeps every iterator it ever gave out, each bound to an object that a failed transaction or
a restore replaces: such an iterator reads nothing new. Here an iterator is its own position.
"""

from __future__ import annotations

import base64
import copy
import functools
import json
import threading
import time
from typing import Any

from serverless_app.local.control_plane.changes import serving

ITERATOR_SECONDS = 15 * 60  # API reference, GetShardIterator
RETENTION_SECONDS = 24 * 3600  # developer guide, "Reading and processing a stream"
_updating = threading.local()


def refuse(code: str, message: str) -> Exception:
    """An error of the service: `raise refuse(…)`."""
    from moto.core.exceptions import JsonRESTError

    return JsonRESTError(code, message)  # type: ignore[no-any-return]


def install() -> None:
    """Patch iterators, and what a shard keeps of each write."""
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import StreamShard
    from moto.dynamodbstreams.models import DynamoDBStreamsBackend

    _iterators(DynamoDBStreamsBackend)
    _records(StreamShard)
    _updates(DynamoDBBackend)


# -- what is written -------------------------------------------------------------------------


def _records(shard: Any) -> None:
    stock = shard.add

    @functools.wraps(stock)
    def add(self: Any, old: Any, new: Any) -> None:
        """Keep the item as it is now: later updates change it in place.

        An update that creates an item is one INSERT; moto writes another for the bare key.
        """
        if old is None and getattr(_updating, "bare_key", False):
            _updating.bare_key = False
            return
        stock(self, old, copy.deepcopy(new))

    shard.add = add


def _updates(backend: Any) -> None:
    stock = backend.update_item

    @functools.wraps(stock)
    def update_item(self: Any, *arguments: Any, **named: Any) -> Any:
        _updating.bare_key = True
        try:
            return stock(self, *arguments, **named)
        finally:
            _updating.bare_key = False

    backend.update_item = update_item


# -- what is read ----------------------------------------------------------------------------


def _iterators(backend: Any) -> None:
    get_iterator, get_records = backend.get_shard_iterator, backend.get_records

    @functools.wraps(get_iterator)
    def get_shard_iterator(
        self: Any, arn: str, shard_id: str, kind: str, sequence_number: Any = None
    ) -> Any:
        if serving.get() is None:
            return get_iterator(self, arn, shard_id, kind, sequence_number)
        shard = shard_of(self, arn, shard_id)
        start = shard.starting_sequence_number
        if kind == "LATEST":
            position = start + len(shard.items)
        elif kind == "TRIM_HORIZON":
            position = start + oldest(shard)
        else:
            position = int(sequence_number) + (kind == "AFTER_SEQUENCE_NUMBER")
            if position < start + oldest(shard):
                raise trimmed()
        return Iterator(arn, shard_id, position)

    @functools.wraps(get_records)
    def read(self: Any, iterator_arn: str, limit: int) -> dict[str, Any]:
        if serving.get() is None:
            return get_records(self, iterator_arn, limit)  # type: ignore[no-any-return]
        iterator = Iterator.read(iterator_arn)
        shard = shard_of(self, iterator.stream, iterator.shard_id)
        first = iterator.position - shard.starting_sequence_number
        if first < oldest(shard):
            raise trimmed()
        items = [item.to_json() for item in shard.items[first : first + limit]]
        after = Iterator(iterator.stream, iterator.shard_id, iterator.position + len(items))
        return {"NextShardIterator": after.arn, "Records": items}

    backend.get_shard_iterator, backend.get_records = get_shard_iterator, read


class Iterator:
    """A position in a shard, as its own text: `<stream ARN>|1|<base64>`."""

    def __init__(self, stream: str, shard_id: str, position: int) -> None:
        self.stream, self.shard_id, self.position = stream, shard_id, position

    @property
    def arn(self) -> str:
        """The text that a client gets."""
        place = json.dumps([self.shard_id, self.position, time.time()]).encode()
        return f"{self.stream}|1|{base64.b64encode(place).decode()}"

    @classmethod
    def read(cls, text: str) -> Iterator:
        """The position in a client's text; one that is too old counts no longer."""
        try:
            stream, _, place = text.split("|")
            shard_id, position, made = json.loads(base64.b64decode(place))
        except ValueError:
            raise refuse("ValidationException", "Invalid ShardIterator") from None
        if time.time() > made + ITERATOR_SECONDS:
            raise refuse("ExpiredIteratorException", "The shard iterator has expired.")
        return cls(stream, shard_id, position)


def shard_of(backend: Any, arn: str, shard_id: str) -> Any:
    """The one shard of a stream, as it is now."""
    parts = arn.partition(":table/")[2].split("/")
    table = backend.dynamodb.tables.get(parts[0])
    if table is None or table.latest_stream_label != parts[-1] or table.stream_shard is None:
        raise refuse("ResourceNotFoundException", f"Requested resource not found: Stream: {arn}")
    if table.stream_shard.id != shard_id:
        message = f"Requested resource not found: Shard does not exist: {shard_id}"
        raise refuse("ResourceNotFoundException", message)
    return table.stream_shard


def last_sequence_numbers(backend: Any, arn: str) -> dict[str, str]:
    """The last record of a table's stream, by its one shard; nothing where it holds none."""
    table = backend.tables.get(arn.partition(":table/")[2].split("/")[0])
    shard = table and table.stream_shard
    if not shard or not shard.items:
        return {}
    return {shard.id: str(shard.starting_sequence_number + len(shard.items) - 1)}


def oldest(shard: Any) -> int:
    """How many of a shard's records are older than a day, and gone."""
    horizon = time.time() - RETENTION_SECONDS
    gone: int = getattr(shard, "trimmed", 0)
    while gone < len(shard.items) and written(shard.items[gone]) < horizon:
        gone += 1
    shard.trimmed = gone
    return gone


def written(record: Any) -> float:
    """When a record was written."""
    from moto.core.utils import unix_time

    return float(unix_time(record.record["dynamodb"]["ApproximateCreationDateTime"]))


def trimmed() -> Exception:
    """What the service says of records that are gone."""
    message = "The requested data has been trimmed from the stream."
    return refuse("TrimmedDataAccessException", message)
