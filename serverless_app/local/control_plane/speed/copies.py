"""Sizes, plain-dict conversion and copies of items on the way out of a table."""

from __future__ import annotations

import copy
import types
from typing import Any

PLAIN = frozenset({"S", "N", "BOOL", "NULL", "SS", "NS"})


def install() -> None:
    """Patch moto's items and the table's own `copy`."""
    from moto.dynamodb import responses
    from moto.dynamodb.models import dynamo_type, table

    dynamo_type.Item.size = item_size
    responses.dynamo_to_dict = to_dict
    # Only the module's name `copy` changes: everybody else keeps the real one.
    table.copy = types.SimpleNamespace(copy=copy.copy, deepcopy=copy_results)


def item_size(self: Any) -> int:
    """Bytes of an item, as moto counts them."""
    total = 0
    for name, attribute in self.attrs.items():
        total += len(name) if name.isascii() else len(name.encode())
        value = attribute.value
        ascii_text = type(value) is str and value.isascii()
        total += len(value) if ascii_text else attribute.size()
    return total


def to_dict(thing: Any) -> Any:
    """moto's `dynamo_to_dict`, asking for the exact type first."""
    from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict
    from moto.dynamodb.models.utilities import dynamo_to_dict

    kind = type(thing)
    if kind is DynamoType:
        return {thing.type: thing.value} if thing.type in PLAIN else dynamo_to_dict(thing)
    if kind is dict or kind is LimitedSizeDict:
        return {name: to_dict(value) for name, value in thing.items()}
    if kind is list:
        return [to_dict(value) for value in thing]
    return dynamo_to_dict(thing)


def copy_results(thing: Any, memo: Any = None) -> Any:
    """deepcopy, but a list of items (which is only read afterwards) shares their plain values."""
    from moto.dynamodb.models.dynamo_type import Item

    if type(thing) is list and thing and type(thing[0]) is Item:
        return [copy_item(item) for item in thing]
    return copy.deepcopy(thing, memo)


def copy_item(item: Any) -> Any:
    """An item of its own, around the same text and numbers."""
    from moto.dynamodb.models.dynamo_type import Item, LimitedSizeDict

    twin = object.__new__(Item)
    twin.hash_key, twin.range_key = item.hash_key, item.range_key
    attributes = LimitedSizeDict()
    for name, value in item.attrs.items():
        shared = value if type(value.value) is str else copy.deepcopy(value)
        dict.__setitem__(attributes, name, shared)
    twin.attrs = attributes
    return twin
