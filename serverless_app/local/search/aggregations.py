"""Counting hits by a field's values: the terms aggregation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from serverless_app.local.search.errors import IllegalArgument, ParsingError
from serverless_app.local.search.fields import Field, Value
from serverless_app.local.search.segments import Segment


@dataclass(frozen=True)
class Terms:
    """The most frequent values of a field, at most `size` of them."""

    field: str
    size: int = 10


def parse_aggregations(body: Any) -> dict[str, Terms]:
    """The `aggs` part of a search: terms, one level."""
    if not isinstance(body, dict):
        raise ParsingError("[aggs] must be an object")
    return {name: _parse(name, definition) for name, definition in body.items()}


def _parse(name: str, definition: Any) -> Terms:
    if not isinstance(definition, dict) or len(definition) != 1:
        raise ParsingError(f"[aggs] [{name}] takes one aggregation")
    ((kind, options),) = definition.items()
    if kind != "terms":
        raise IllegalArgument(f"aggregation [{kind}] is not supported by this search engine")
    if not isinstance(options, dict) or options.keys() - {"field", "size"}:
        raise ParsingError(f"[terms] aggregation [{name}] takes field and size only")
    field, size = options.get("field"), options.get("size", 10)
    if not isinstance(field, str):
        raise IllegalArgument("Required one of fields [field], but none were specified.")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= 65_535:
        raise IllegalArgument(f"[size] must be greater than 0 and at most 65535. Found [{size}]")
    return Terms(field, size)


def buckets(
    terms: Terms, kind: str, found: Iterable[tuple[Segment, Iterable[int]]]
) -> dict[str, Any]:
    """How many hits have each value, the most frequent first, ties by value."""
    counts: Counter[Value] = Counter()
    for segment, docs in found:
        column = segment.columns.get(terms.field, {})
        for doc in docs:
            counts.update(set(column.get(doc, ())))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = ordered[: terms.size]
    return {
        "doc_count_error_upper_bound": 0,
        "sum_other_doc_count": counts.total() - sum(number for _, number in shown),
        "buckets": [{**_key(value, kind), "doc_count": number} for value, number in shown],
    }


def _key(value: Value, kind: str) -> dict[str, Any]:
    if kind == "boolean":
        return {"key": int(value), "key_as_string": str(value).lower()}
    if kind == "date":
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(value))
        text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"key": value, "key_as_string": text}
    return {"key": value}


def kind_of(terms: Terms, fields: Iterable[Field | None]) -> str:
    """The type of the field in the indices searched. Refuses to count the words of a text."""
    kinds = {field.type for field in fields if field is not None}
    if "text" in kinds:
        raise IllegalArgument(
            "Text fields are not optimised for operations that require per-document field data "
            "like aggregations and sorting, so these operations are disabled by default. Please "
            f"use a keyword field instead: [{terms.field}]"
        )
    if len(kinds) > 1:
        raise IllegalArgument(f"[{terms.field}] has another type in each index")
    return kinds.pop() if kinds else "keyword"
