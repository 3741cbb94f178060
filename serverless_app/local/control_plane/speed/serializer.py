"""Answers of DynamoDB: attribute values are in wire format already."""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterator
from typing import Any


def install() -> None:
    """Patch moto's JSON serializer and its search for attribute names."""
    from moto.core.serialize import (
        DEFAULT_ALIAS_PROVIDERS,
        BaseJSONSerializer,
        XFormedAttributePicker,
    )

    structure = BaseJSONSerializer._serialize_type_structure

    @functools.wraps(structure)
    def serialize_structure(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        ours = shape.name == "AttributeValue" and type(value) is dict and len(value) == 1
        if ours and key and self.service_model.service_name in ("dynamodb", "dynamodbstreams"):
            serialized[key] = attribute_value(value)
        else:
            structure(self, serialized, value, shape, key)

    BaseJSONSerializer._serialize_type_structure = serialize_structure
    search = XFormedAttributePicker.get_possible_keys
    known: dict[Any, tuple[str, ...]] = {}

    @functools.wraps(search)
    def get_possible_keys(self: Any, context: Any) -> Iterator[str]:
        """They depend on the class of the object and the shape alone."""
        if hasattr(context.obj, "Meta") or self.alias_providers is not DEFAULT_ALIAS_PROVIDERS:
            yield from search(self, context)
            return
        parent = getattr(context.shape, "parent", None)
        place = (type(context.obj), context.shape, parent, context.key)
        if place not in known:
            known[place] = tuple(dict.fromkeys(search(self, context)))
        yield from known[place]

    XFormedAttributePicker.get_possible_keys = get_possible_keys


def attribute_value(value: dict[str, Any]) -> dict[str, Any]:
    """An attribute value as JSON has it: bytes as base64, numbers as text."""
    ((kind, content),) = value.items()
    if kind in ("S", "N"):
        return value if type(content) is str else {kind: str(content)}
    if kind == "M":
        return {"M": {name: attribute_value(item) for name, item in content.items()}}
    if kind == "L":
        return {"L": [attribute_value(item) for item in content]}
    if kind == "B":
        return {"B": encoded(content)}
    if kind == "BS":
        return {"BS": [encoded(item) for item in content]}
    return value


def encoded(content: bytes | str) -> str:
    """Bytes as base64."""
    return base64.b64encode(content if isinstance(content, bytes) else content.encode()).decode()
