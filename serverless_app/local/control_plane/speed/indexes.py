"""Partitions of secondary indexes, kept up to date by every write.

moto walks the whole table for each Query of an index. Here a table remembers, an index, which
items have which partition key; it is built at the first such Query, and each put, update and
delete moves one item.
"""

from __future__ import annotations

import functools
from typing import Any

Key = tuple[Any, Any]  # an item's primary key


class Partitions:
    """The items of one table by index and partition key."""

    def __init__(self, table: Any) -> None:
        self.source = table.items  # another object means that the table was restored
        self.attributes = partition_attributes(table)
        self._items: dict[str, dict[Any, dict[Key, Any]]] = {n: {} for n in self.attributes}
        self._places: dict[Key, dict[str, Any]] = {}
        for under_key in list(table.items.values()):
            for item in under_key.values() if table.range_key_attr else (under_key,):
                self.place(item)

    def place(self, item: Any) -> None:
        """Put an item where its attributes say, and nowhere else."""
        key = (item.hash_key, item.range_key)
        self.forget(key)
        places = self._places[key] = {}
        for index, attribute in self.attributes.items():
            value = partition_key(item.attrs.get(attribute))
            if value is not None:
                places[index] = value
                self._items[index].setdefault(value, {})[key] = item

    def forget(self, key: Key) -> None:
        """Take an item out of every index."""
        for index, value in self._places.pop(key, {}).items():
            under = self._items[index][value]
            del under[key]
            if not under:
                del self._items[index][value]

    def find(self, index: str, value: Any) -> list[Any]:
        """The items under a partition key of an index."""
        return list(self._items[index].get(value, {}).values())


def partition_key(attribute: Any) -> Any:
    """An attribute's value as a key; None where there is none, or none that can be a key."""
    if attribute is None or attribute.type not in ("S", "N", "B"):
        return None
    return attribute.type, attribute.cast_value


def partition_attributes(table: Any) -> dict[str, str]:
    """Each index's partition attribute (the first one, where it has several)."""
    return {
        index.name: next(k["AttributeName"] for k in index.schema if k["KeyType"] == "HASH")
        for index in table.all_indexes()
    }


def partitions_of(table: Any) -> Partitions:
    """The partitions of a table, built anew when its items or indexes are others."""
    found: Partitions | None = table.__dict__.get("_partitions")
    if (
        found is None
        or found.source is not table.items
        or found.attributes != partition_attributes(table)
    ):
        found = table._partitions = Partitions(table)
    return found


def partition(table: Any, index: str, conditions: Any) -> list[Any] | None:
    """The items that a Query of an index may find, in key order; None: look at all of them."""
    from serverless_app.local.control_plane.speed.queries import key_order

    attribute = partition_attributes(table).get(index)
    value = partition_key(dict(conditions or ()).get(attribute))
    if attribute is None or value is None:
        return None
    return sorted(partitions_of(table).find(index, value), key=key_order(table))


def install() -> None:
    """Patch moto's writes: each moves its item."""
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table

    put, delete, update = Table.put_item, Table.delete_item, DynamoDBBackend.update_item
    init_state = getattr(Table, "__getstate__", None)

    @functools.wraps(put)
    def put_item(self: Any, *arguments: Any, **named: Any) -> Any:
        item = put(self, *arguments, **named)
        if "_partitions" in self.__dict__:
            partitions_of(self).place(item)
        return item

    @functools.wraps(delete)
    def delete_item(self: Any, hash_key: Any, range_key: Any) -> Any:
        item = delete(self, hash_key, range_key)
        if item is not None and "_partitions" in self.__dict__:
            partitions_of(self).forget((item.hash_key, item.range_key))
        return item

    @functools.wraps(update)
    def update_item(self: Any, table_name: str, key: Any, *arguments: Any, **named: Any) -> Any:
        table = self.tables.get(table_name)
        try:
            return update(self, table_name, key, *arguments, **named)
        finally:
            # Also after a failure: it may have created the item before it failed.
            if table is not None and "_partitions" in table.__dict__:
                _place_again(self, table, key)

    def getstate(self: Any) -> dict[str, Any]:
        """Copies and snapshots leave the partitions out."""
        state = dict(init_state(self) if init_state else self.__dict__)
        state.pop("_partitions", None)
        return state

    Table.put_item, Table.delete_item = put_item, delete_item
    Table.__getstate__ = getstate
    DynamoDBBackend.update_item = update_item


def _place_again(backend: Any, table: Any, key: Any) -> None:
    try:
        item = table.get_item(*backend.get_keys_value(table, key))
    except Exception:
        return  # the key was refused: nothing was written
    if item is not None:
        partitions_of(table).place(item)
