"""Query reads one partition, not the table."""

from __future__ import annotations

import functools
import threading
from typing import Any

from serverless_app.local.control_plane.speed import indexes

_chosen = threading.local()


def install() -> None:
    """Patch moto's Table: Query sees only the partition that its key names."""
    from moto.dynamodb.models.table import Table

    stock_query = Table.query
    Table.all_items = all_items

    @functools.wraps(stock_query)
    def query(self: Any, hash_key: Any, *more: Any, **named: Any) -> Any:
        index = named.get("index_name", more[6] if len(more) > 6 else None)
        if index is None:
            _chosen.items = partition(self, hash_key)
        else:
            _chosen.items = indexes.partition(self, index, named.get("hash_key_conditions"))
        try:
            return stock_query(self, hash_key, *more, **named)
        finally:
            _chosen.items = None

    Table.query = query


def partition(table: Any, hash_key: Any) -> list[Any]:
    """The items under a partition key."""
    found = table.items.get(hash_key)
    if found is None:
        return []
    return list(found.values()) if table.range_key_attr else [found]


def all_items(self: Any) -> list[Any]:
    """Every item in order of its key, or those that a Query has chosen."""
    chosen: list[Any] | None = getattr(_chosen, "items", None)
    if chosen is not None:
        return chosen
    found: list[Any] = []
    for under_key in list(self.items.values()):
        if self.range_key_attr:
            found.extend(under_key.values())
        else:
            found.append(under_key)
    return sorted(found, key=key_order(self))


def key_order(table: Any) -> Any:
    """Compares keys by value, once an item instead of once a comparison."""
    if table.range_key_attr:
        return lambda item: (item.hash_key.cast_value, item.range_key.cast_value)
    return lambda item: item.hash_key.cast_value
