"""Read and write units of DynamoDB, and the sizes of items, by AWS's documented rules.

A read unit is one strongly consistent read of up to 4 KB a second, a write unit one write of up to
1 KB. (A KB is 1,024 bytes here.) Sizes are rounded up per item or, for Query and Scan, per request.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html

Items are written as boto3's resources take them: str, int, Decimal, bytes, bool, None, list, dict,
set.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

KB = 1_024
READ_UNIT = 4 * KB
WRITE_UNIT = 1 * KB
INDEX_OVERHEAD = 100  # bytes an entry, for storage only


class Read(Enum):
    """How consistent a read is, and what a unit of 4 KB of it costs."""

    STRONG = 1.0
    EVENTUAL = 0.5
    TRANSACTIONAL = 2.0


class Write(Enum):
    """What a unit of 1 KB of a write costs."""

    PLAIN = 1
    TRANSACTIONAL = 2


# -- sizes ----------------------------------------------------------------------------------------


def item_size(item: Mapping[str, Any]) -> int:
    """An item's bytes: each name, in UTF-8, and each value."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Any) -> int:
    """The bytes of a value. Those of a number are approximate, by AWS's own word."""
    match value:
        case bool() | None:
            return 1
        case str():
            return len(value.encode())
        case bytes() | bytearray():
            return len(value)
        case int() | Decimal():
            return number_size(Decimal(value))
        case Mapping():
            return 3 + sum(len(k.encode()) + value_size(v) + 1 for k, v in value.items())
        case list() | tuple():
            return 3 + sum(value_size(element) + 1 for element in value)
        case set() | frozenset():
            return sum(value_size(element) for element in value)
    raise TypeError(f"DynamoDB stores no {type(value).__name__}")


def number_size(number: Decimal) -> int:
    """About a byte for two significant digits, and one; outer zeros do not count."""
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    return math.ceil(len(digits) / 2) + 1


# -- reads ----------------------------------------------------------------------------------------


def read_units(size: int, how: Read = Read.EVENTUAL) -> float:
    """Reading one item (GetItem): its size rounded up to 4 KB; a missing item costs one unit."""
    return max(1, math.ceil(size / READ_UNIT)) * how.value


def batch_read_units(sizes: Iterable[int], how: Read = Read.EVENTUAL) -> float:
    """Several items by their keys (BatchGetItem, TransactGetItems): each rounded up."""
    return sum(read_units(size, how) for size in sizes)


def query_units(sizes: Iterable[int], how: Read = Read.EVENTUAL) -> float:
    """A Query or Scan: the sizes of all that was looked at, summed, then rounded up.

    A filter, a projection or COUNT takes nothing off: what was looked at was read.
    """
    return read_units(sum(sizes), how)


def local_index_query_units(
    entries: Iterable[int], fetched: Iterable[int] = (), how: Read = Read.EVENTUAL
) -> float:
    """A Query of an LSI that fetches, from the table, attributes that are not in the index.

    Each fetched item is rounded up by itself.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
    """
    fetched = list(fetched)
    return query_units(entries, how) + (batch_read_units(fetched, how) if fetched else 0)


# -- writes ---------------------------------------------------------------------------------------


def write_units(size: int, how: Write = Write.PLAIN) -> int:
    """Writing one item: its size rounded up to 1 KB, one unit at least."""
    return max(1, math.ceil(size / WRITE_UNIT)) * how.value


def put_units(before: int | None, after: int, how: Write = Write.PLAIN) -> int:
    """PutItem and UpdateItem: the larger of the item before and after, the whole of it."""
    return write_units(max(before or 0, after), how)


def delete_units(before: int | None, how: Write = Write.PLAIN) -> int:
    """DeleteItem: by the size of what was deleted; one unit when nothing was there."""
    return write_units(before or 0, how)


def failed_condition_units(before: int | None, how: Write = Write.PLAIN) -> int:
    """A conditional write that fails: by the size of the item there, one unit if none is."""
    return write_units(before or 0, how)


def batch_write_units(sizes: Iterable[int], how: Write = Write.PLAIN) -> int:
    """BatchWriteItem and TransactWriteItems: each item rounded up."""
    return sum(write_units(size, how) for size in sizes)


def index_write_units(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, keys: Iterable[str]
) -> int:
    """What a write costs in one index, given the index's entry before and after (None: not in it).

    A changed key is a deletion and an insertion; an entry that stays the same costs nothing.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
    """
    if before is None and after is None:
        return 0
    if before is None or after is None:
        return write_units(item_size(before or after or {}))
    if any(before[key] != after[key] for key in keys):
        return write_units(item_size(before)) + write_units(item_size(after))
    return 0 if before == after else put_units(item_size(before), item_size(after))


def index_entry_storage(entry: Mapping[str, Any]) -> int:
    """The bytes that an index stores for an entry: its keys and what is projected, and 100."""
    return item_size(entry) + INDEX_OVERHEAD


# -- rates ----------------------------------------------------------------------------------------


def read_units_a_second(reads: float, size: int, how: Read = Read.STRONG) -> int:
    """The provisioned read units for so many reads a second of items of this size."""
    return math.ceil(reads * read_units(size, how))


def write_units_a_second(writes: float, size: int, how: Write = Write.PLAIN) -> int:
    """The provisioned write units for so many writes a second of items of this size."""
    return math.ceil(writes * write_units(size, how))


def readable_bytes(units: int, how: Read = Read.STRONG) -> int:
    """How many bytes a second so many read units let through, read in whole 4 KB."""
    return math.floor(units / how.value) * READ_UNIT


def writable_bytes(units: int, how: Write = Write.PLAIN) -> int:
    """How many bytes a second so many write units let through, written in whole 1 KB."""
    return units // how.value * WRITE_UNIT
