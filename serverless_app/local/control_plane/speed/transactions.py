"""TransactWriteItems keeps a way back for the items it touches.

moto copies every table that a transaction names, whole, and puts the copies in the tables' place
when it is refused. Here the tables stay, and only the items and the end of the stream go back.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import threading
import types
from typing import Any

from serverless_app.local.control_plane.speed.writes import forget, place

_running = threading.local()


def install() -> None:
    """Patch the backend's `copy`, for the time of a transaction."""
    from moto.dynamodb import models
    from moto.dynamodb.models.table import Table

    stock = models.DynamoDBBackend.transact_write_items

    @functools.wraps(stock)
    def transact_write_items(self: Any, transact_items: list[dict[str, Any]]) -> None:
        way_back = WayBack(self, [op for item in transact_items for op in item.values()])
        _running.now = True
        try:
            stock(self, transact_items)
        except Exception:
            way_back.take()
            raise
        finally:
            _running.now = False

    def deepcopy(thing: Any, memo: Any = None) -> Any:
        if isinstance(thing, Table) and getattr(_running, "now", False):
            return thing  # what moto would put in its place, should it be refused
        return copy.deepcopy(thing, memo)

    models.DynamoDBBackend.transact_write_items = transact_write_items
    # Only the module's name `copy` changes: everybody else keeps the real one.
    models.copy = types.SimpleNamespace(copy=copy.copy, deepcopy=deepcopy)


class WayBack:
    """The items that operations touch, and the ends of their streams, as they were."""

    def __init__(self, backend: Any, operations: list[dict[str, Any]]) -> None:
        self._items: list[tuple[Any, Any, Any, Any]] = []
        self._streams: dict[int, tuple[Any, list[Any], int]] = {}
        for operation in operations:
            with contextlib.suppress(Exception):  # moto refuses it: it touches nothing
                self._remember(backend, operation)

    def _remember(self, backend: Any, operation: dict[str, Any]) -> None:
        table = backend.get_table(operation["TableName"])
        key = backend.get_keys_value(table, operation.get("Key") or operation["Item"])
        self._items.append((table, *key, copy.deepcopy(table.get_item(*key))))
        shard = table.stream_shard
        if shard is not None:
            self._streams[id(shard)] = (shard, shard.items, len(shard.items))

    def take(self) -> None:
        """Put everything back."""
        for table, hash_key, range_key, item in self._items:
            put_back(table, hash_key, range_key, item)
        for shard, items, length in self._streams.values():
            del items[length:]
            shard.items = items


def put_back(table: Any, hash_key: Any, range_key: Any, item: Any | None) -> None:
    """Make an item what it was: None where there was none."""
    under_key = table.items if range_key is None else table.items[hash_key]
    own_key = hash_key if range_key is None else range_key
    if item is None:
        under_key.pop(own_key, None)
        forget(table, hash_key, range_key)
    else:
        under_key[own_key] = item
        place(table, item)
