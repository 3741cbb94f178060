"""Item collections: the items of one partition key, kept in the order of their sort key.

That is how DynamoDB stores a table and each of its indexes (developer guide, "Core components":
"all items with the same partition key value are stored together, in sorted order by sort key
value"), and why a Query costs what it returns. moto has dictionaries by primary key instead, and
gathers, filters and sorts the whole table each time it is asked.

Here a table, and each of its indexes, has one sorted dictionary: (partition key, sort key, and
then the table's own keys, so that no two are equal) → item. A collection is a run in it. It is
made at the first Query, follows every write, is left out of copies and snapshots, and made anew
where an index is.

Two things stay as moto has them: binary keys are compared by their base64 text (AWS: by their
bytes), and a Scan sorts the whole table for each of its pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sortedcontainers import SortedDict

Key = tuple[Any, ...]


class _Last:
    """Greater than every text and number: the end of a run of keys."""

    def __lt__(self, other: object) -> bool:
        return False

    def __gt__(self, other: object) -> bool:
        return True


LAST: Any = _Last()


class Unusual(Exception):
    """What moto takes and AWS would refuse, or what few ask for: left to moto's own way."""


class ItemCollections:
    """The items of a table or an index by partition key, each collection in order."""

    def __init__(self, table: Any, index: Any | None) -> None:
        self.schema = table.schema if index is None else index.schema
        self.of_index = index is not None
        self.sort_attribute = next(iter(key_attributes(self.schema, "RANGE")), None)
        kinds = key_kinds(table)
        self.attributes = {name: kinds[name] for name in order_of(table, index)}
        self._keys: dict[Key, Key] = {}  # where an item is, by its primary key
        self._unordered: set[Key] = set()
        items = {key: item for item in every_item(table) if (key := self._note(item)) is not None}
        self._items: SortedDict[Key, Any] = SortedDict(items)

    @property
    def partition_attribute(self) -> str:
        """The attribute that says which collection an item is in."""
        return next(iter(self.attributes))

    @property
    def ordered(self) -> bool:
        """Whether every item has its place."""
        return not self._unordered

    def place(self, item: Any) -> None:
        """Put an item where its attributes say, and nowhere else."""
        self.forget((item.hash_key, item.range_key))
        key = self._note(item)
        if key is not None:
            self._items[key] = item

    def forget(self, primary_key: Key) -> None:
        """Take an item out."""
        self._unordered.discard(primary_key)
        key = self._keys.pop(primary_key, None)
        if key is not None:
            del self._items[key]

    def walk(self, low: Key, high: Key, *, forward: bool = True) -> Iterator[tuple[Key, Any]]:
        """The items from `low` to before `high`, or backwards, with their keys."""
        for key in self._items.irange(low, high, inclusive=(True, False), reverse=not forward):
            yield key, self._items[key]

    def key_value(self, attribute: str, value: Any) -> Any:
        """What a value of a key attribute is compared by."""
        if value.type != self.attributes[attribute]:
            raise Unusual(attribute)
        compared = value.cast_value
        if compared != compared:  # NaN
            raise Unusual(attribute)
        return compared

    def _note(self, item: Any) -> Key | None:
        """Remember an item's place; None where it has none, for an index is sparse."""
        primary_key = (item.hash_key, item.range_key)
        try:
            key = self._key_of(item)
        except (Unusual, ArithmeticError):
            self._unordered.add(primary_key)
            return None
        if key is not None:
            self._keys[primary_key] = key
        return key

    def _key_of(self, item: Any) -> Key | None:
        if not self.of_index:
            values = [value for value in (item.hash_key, item.range_key) if value is not None]
        else:
            values = [item.attrs.get(name) for name in self.attributes]
            if any(value is None for value in values):
                return None
        pairs = zip(self.attributes, values, strict=True)
        return tuple(self.key_value(name, value) for name, value in pairs)


def every_item(table: Any) -> Iterator[Any]:
    """The items of a table, in no order."""
    for under_key in list(table.items.values()):
        yield from under_key.values() if table.range_key_attr else (under_key,)


def key_attributes(schema: list[dict[str, str]], kind: str) -> list[str]:
    """The HASH or RANGE attributes of a key schema."""
    return [key["AttributeName"] for key in schema if key["KeyType"] == kind]


def order_of(table: Any, index: Any | None) -> list[str]:
    """The attributes that items are sorted by, as moto's Query sorts them.

    Items of an index may have the same keys there: AWS leaves their order open, moto goes on with
    the table's keys (the sort key first, where the index has none).
    """
    if index is None:
        return list(table.table_key_attrs)
    sort = key_attributes(index.schema, "RANGE")
    if not sort and index in table.global_indexes and table.range_key_attr:
        sort = [table.range_key_attr]
    hash_attributes = key_attributes(index.schema, "HASH")
    return list(dict.fromkeys([*hash_attributes, *sort, *table.table_key_attrs]))


def collections_of(table: Any, index_name: str | None) -> ItemCollections | None:
    """The collections of a table or an index; None where there are none.

    That is where there is no such index, where an item has no place, where a key has several
    attributes, or an attribute of it is not defined (any more).
    """
    index = None
    if index_name is not None:
        index = next((one for one in table.all_indexes() if one.name == index_name), None)
        if index is None:
            return None
    schema = table.schema if index is None else index.schema
    known: dict[str | None, ItemCollections] = table.__dict__.setdefault("_collections", {})
    found = known.get(index_name)
    if found is None or found.schema is not schema:
        if not _is_usual(table, index, schema):
            known.pop(index_name, None)
            return None
        found = known[index_name] = ItemCollections(table, index)
    return found if found.ordered else None


def _is_usual(table: Any, index: Any | None, schema: list[dict[str, str]]) -> bool:
    single = len(key_attributes(schema, "HASH")) == 1 and len(key_attributes(schema, "RANGE")) < 2
    return single and key_kinds(table).keys() >= set(order_of(table, index))


def key_kinds(table: Any) -> dict[str, str]:
    """The types of key attributes; UpdateTable may define only those of the index that it makes."""
    own = {table.hash_key_attr: table.hash_key_type, table.range_key_attr: table.range_key_type}
    return own | {one["AttributeName"]: one["AttributeType"] for one in table.attr}


def kept(table: Any) -> list[ItemCollections]:
    """The collections that a write has to be told to."""
    return list(table.__dict__.get("_collections", {}).values())
