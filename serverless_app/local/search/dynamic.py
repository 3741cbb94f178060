"""Dynamic mapping: the field that a value makes, where the mapping knows none."""

from __future__ import annotations

from typing import Any

from serverless_app.local.search.errors import MapperParsing
from serverless_app.local.search.fields import looks_like_a_date

Properties = dict[str, Any]


def nested(additions: Properties) -> dict[str, Any]:
    """New fields by dotted path as a mapping that `learn` takes."""
    root: dict[str, Any] = {"properties": {}}
    for path, definition in additions.items():
        *parents, name = path.split(".")
        place = root
        for parent in parents:
            place = place["properties"].setdefault(parent, {"properties": {}})
            if "properties" not in place:
                raise MapperParsing(f"[{path}] is both a value and an object in one document")
        place["properties"][name] = definition
    return root


def guess(value: Any) -> Properties:
    """The definition of a new field, from its first value."""
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "long"}
    if isinstance(value, float):
        return {"type": "float"}
    if looks_like_a_date(value):
        return {"type": "date"}
    return {"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}
