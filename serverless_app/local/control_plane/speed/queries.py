"""A Query walks what it returns: from the first item of its key range to the end of its page.

moto's Query asks its table for all items, and then filters, sorts and pages them. It still does,
and so all its answers and errors are its own; but it is shown only the items that it would reach:
those of the page, and the one after, by which it knows that there is more.

It is shown the whole item collection where that cannot be told: with QueryFilter, or with values of
another type than the key's, also in an ExclusiveStartKey; and all items where there are no
collections (`item_collections.collections_of`).

One answer is AWS's instead of moto's: after the last item of its key range a Query has no
LastEvaluatedKey. moto goes on through the partition, and gives one if it meets an item there that
would not have fitted into the megabyte.
"""

from __future__ import annotations

import functools
import inspect
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from serverless_app.local.control_plane.speed.item_collections import (
    LAST,
    ItemCollections,
    Key,
    Unusual,
    collections_of,
    every_item,
)

_chosen = threading.local()
LEFT_TO_MOTO = (Unusual, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def text_after(prefix: str) -> Any:
    """The first text that sorts after all that begin with a prefix."""
    rest = prefix.rstrip("\U0010ffff")
    return rest[:-1] + chr(ord(rest[-1]) + 1) if rest else LAST


# A condition on the sort key: from which key on, and before which (developer guide,
# "Key condition expressions for the Query operation").
RANGES: dict[str | None, Callable[..., tuple[Key, Key]]] = {
    None: lambda: ((), (LAST,)),
    "=": lambda value: ((value,), (value, LAST)),
    "<": lambda value: ((), (value,)),
    "<=": lambda value: ((), (value, LAST)),
    ">": lambda value: ((value, LAST), (LAST,)),
    ">=": lambda value: ((value,), (LAST,)),
    "BETWEEN": lambda first, last: ((first,), (last, LAST)),
    "BEGINS_WITH": lambda prefix: ((prefix,), (text_after(prefix),)),
}


@dataclass(frozen=True)
class Page:
    """What a request reads: the items of a key range, in one direction, from a start."""

    whole: Key  # the beginning of every key of the collection
    low: Key
    high: Key
    forward: bool
    limit: float

    def items(self, collections: ItemCollections, start: Key | None) -> list[Any]:
        """The page's items and the next, in ascending order."""
        from moto.dynamodb.models.table import RESULT_SIZE_LIMIT

        found: list[Any] = []
        size = 0
        for key, item in self._walk(collections, start):
            inside = key < self.high if self.forward else key >= self.low
            if not inside and len(found) < self.limit:
                break
            found.append(item)
            size += item.size()
            if not inside or len(found) > self.limit or size > RESULT_SIZE_LIMIT:
                break
        return found if self.forward else found[::-1]

    def _walk(self, collections: ItemCollections, start: Key | None) -> Any:
        """From the range's beginning, or after the start, to the collection's end."""
        if self.forward:
            first = self.low if start is None else max(self.low, (*start, LAST))
            return collections.walk(first, (*self.whole, LAST))
        last = self.high if start is None else min(self.high, start)
        return collections.walk(self.whole, last, forward=False)


def install() -> None:
    """Patch moto's Table: a Query sees what it reaches."""
    from moto.dynamodb.models.table import Table

    stock_query = Table.query
    signature = inspect.signature(stock_query)
    Table.all_items = functools.wraps(Table.all_items)(all_items)

    @functools.wraps(stock_query)
    def query(self: Any, *arguments: Any, **named: Any) -> Any:
        asked = signature.bind(self, *arguments, **named).arguments
        _chosen.items = reached(self, asked)
        try:
            return stock_query(self, *arguments, **named)
        finally:
            _chosen.items = None

    Table.query = query


def reached(table: Any, asked: dict[str, Any]) -> list[Any] | None:
    """The items that a Query will look at; None: all of them."""
    collections = collections_of(table, asked.get("index_name"))
    if collections is None:
        return None
    try:
        partition = partition_value(collections, asked)
    except LEFT_TO_MOTO:
        return None
    try:
        return items_of_page(collections, partition, asked)
    except LEFT_TO_MOTO:
        return [item for _, item in collections.walk((partition,), (partition, LAST))]


def items_of_page(collections: ItemCollections, partition: Any, asked: dict[str, Any]) -> list[Any]:
    """The items of a page of a collection, and the one after."""
    start = start_key(collections, asked["exclusive_start_key"])
    if asked.get("filter_kwargs") or len(asked.get("range_key_conditions") or ()) > 1:
        raise Unusual
    return page_of(collections, partition, asked).items(collections, start)


def partition_value(collections: ItemCollections, asked: dict[str, Any]) -> Any:
    """Which collection a Query reads."""
    attribute = collections.partition_attribute
    if not collections.of_index:
        return collections.key_value(attribute, asked["hash_key"])
    ((name, value),) = list(asked.get("hash_key_conditions") or [])
    if name != attribute:
        raise Unusual(name)
    return collections.key_value(attribute, value)


def page_of(collections: ItemCollections, partition: Any, asked: dict[str, Any]) -> Page:
    """The key range of a Query, and how far it may go."""
    comparison = asked["range_comparison"]
    limit = math.inf if asked["limit"] is None else asked["limit"]
    values = [] if comparison is None else asked["range_objs"]
    compared = [collections.key_value(str(collections.sort_attribute), one) for one in values]
    low, high = RANGES[comparison](*compared)
    if limit < 1:
        raise Unusual(limit)
    whole = (partition,)
    forward = asked["scan_index_forward"] is not False
    return Page(whole, whole + low, whole + high, forward, limit)


def start_key(collections: ItemCollections, exclusive: dict[str, Any] | None) -> Key | None:
    """The place of an ExclusiveStartKey; KeyError where it lacks an attribute."""
    from moto.dynamodb.models.dynamo_type import DynamoType

    if exclusive is None:
        return None
    return tuple(
        collections.key_value(name, DynamoType(exclusive[name])) for name in collections.attributes
    )


def all_items(self: Any) -> list[Any]:
    """Every item in order of its key, or those that a Query reaches."""
    chosen: list[Any] | None = getattr(_chosen, "items", None)
    return sorted(every_item(self), key=key_order(self)) if chosen is None else chosen


def key_order(table: Any) -> Any:
    """Compares keys by value, once an item instead of once a comparison."""
    if table.range_key_attr:
        return lambda item: (item.hash_key.cast_value, item.range_key.cast_value)
    return lambda item: item.hash_key.cast_value
