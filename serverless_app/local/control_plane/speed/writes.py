"""Every write moves its item in the collections that somebody has asked for."""

from __future__ import annotations

import contextlib
import functools
from typing import Any

from serverless_app.local.control_plane.speed.item_collections import kept


def install() -> None:
    """Patch moto's put, delete and update; copies and snapshots leave the collections out."""
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table

    put, delete, update = Table.put_item, Table.delete_item, DynamoDBBackend.update_item
    stock_state = getattr(Table, "__getstate__", None)

    @functools.wraps(put)
    def put_item(self: Any, *arguments: Any, **named: Any) -> Any:
        item = put(self, *arguments, **named)
        place(self, item)
        return item

    @functools.wraps(delete)
    def delete_item(self: Any, hash_key: Any, range_key: Any) -> Any:
        item = delete(self, hash_key, range_key)
        if item is not None:
            forget(self, item.hash_key, item.range_key)
        return item

    @functools.wraps(update)
    def update_item(self: Any, table_name: str, key: Any, *arguments: Any, **named: Any) -> Any:
        try:
            return update(self, table_name, key, *arguments, **named)
        finally:
            # Also after a failure: it may have created the item before it failed.
            place_again(self, table_name, key)

    def getstate(self: Any) -> dict[str, Any]:
        state = dict(stock_state(self) if stock_state else self.__dict__)
        state.pop("_collections", None)
        return state

    Table.put_item, Table.delete_item = put_item, delete_item
    Table.__getstate__ = getstate
    DynamoDBBackend.update_item = update_item


def place(table: Any, item: Any) -> None:
    """An item was written."""
    for collections in kept(table):
        collections.place(item)


def forget(table: Any, hash_key: Any, range_key: Any) -> None:
    """An item is gone."""
    for collections in kept(table):
        collections.forget((hash_key, range_key))


def place_again(backend: Any, table_name: str, key: Any) -> None:
    """An item was changed in place."""
    with contextlib.suppress(Exception):  # no such table or key: nothing was written
        table = backend.get_table(table_name)
        item = table.get_item(*backend.get_keys_value(table, key))
        if item is not None:
            place(table, item)
