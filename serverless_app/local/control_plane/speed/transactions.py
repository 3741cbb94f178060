"""TransactWriteItems keeps a way back: containers and the items it touches, not whole tables."""

from __future__ import annotations

import copy
import functools
import threading
import types
from collections import defaultdict
from typing import Any

_running = threading.local()


def install() -> None:
    """Patch the backend's `copy`, for the time of a transaction."""
    from moto.dynamodb import models
    from moto.dynamodb.models.table import Table

    stock = models.DynamoDBBackend.transact_write_items

    @functools.wraps(stock)
    def transact_write_items(self: Any, transact_items: list[dict[str, Any]]) -> None:
        _running.operations = [op for item in transact_items for op in item.values()]
        try:
            stock(self, transact_items)
        finally:
            _running.operations = None

    def deepcopy(thing: Any, memo: Any = None) -> Any:
        if type(thing) is Table and getattr(_running, "operations", None) is not None:
            return backup(thing, _running.operations)
        return copy.deepcopy(thing, memo)

    models.DynamoDBBackend.transact_write_items = transact_write_items
    # Only the module's name `copy` changes: everybody else keeps the real one.
    models.copy = types.SimpleNamespace(copy=copy.copy, deepcopy=deepcopy)


def backup(table: Any, operations: list[dict[str, Any]]) -> Any:
    """A table to go back to, should the operations be refused."""
    twin = copy.copy(table)
    twin.items = defaultdict(dict)
    for hash_key, under_key in table.items.items():
        twin.items[hash_key] = dict(under_key) if table.range_key_attr else under_key
    for operation in operations:
        key = operation.get("Key") or operation.get("Item") or {}
        if operation.get("TableName") in (table.name, table.table_arn):
            _copy_touched(twin, key)
    if table.stream_shard is not None:
        twin.stream_shard = copy.copy(table.stream_shard)
        twin.stream_shard.items = list(table.stream_shard.items)
        twin.stream_shard.table = twin
    return twin


def _copy_touched(table: Any, key: dict[str, Any]) -> None:
    from moto.dynamodb.models.dynamo_type import DynamoType

    if table.hash_key_attr not in key:
        return
    hash_key = DynamoType(key[table.hash_key_attr])
    if hash_key not in table.items:
        return
    if not table.range_key_attr:
        table.items[hash_key] = copy.deepcopy(table.items[hash_key])
    elif table.range_key_attr in key:
        range_key = DynamoType(key[table.range_key_attr])
        if range_key in table.items[hash_key]:
            table.items[hash_key][range_key] = copy.deepcopy(table.items[hash_key][range_key])
