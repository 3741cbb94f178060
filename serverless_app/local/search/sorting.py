"""The order of hits by the values of fields, and the place in that order to go on from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from serverless_app.local.search.errors import IllegalArgument, ParsingError, QueryShardError
from serverless_app.local.search.scoring import single
from serverless_app.local.search.segments import Column

if TYPE_CHECKING:
    from serverless_app.local.search.searching import Hit, Part


@dataclass(frozen=True)
class Key:
    """One key of the order: a field, `_score`, or `_doc` (the order of indexing)."""

    field: str
    descending: bool = False
    missing_first: bool = False

    def bound(self, parts: Sequence[Part]) -> BoundKey:
        """This key over the columns of some shards. Raises where a field cannot be sorted by."""
        if self.field in ("_score", "_doc"):
            return BoundKey(self, [])
        return BoundKey(self, [self._column(part) for part in parts])

    def _column(self, part: Part) -> Column:
        field = part.index.mapping.fields.get(self.field)
        if field is None:
            reason = f"No mapping found for [{self.field}] in order to sort on"
            raise QueryShardError(reason, index=part.index.name)
        if field.is_text:
            reason = (
                "Text fields are not optimised for operations that require per-document field data "
                "like aggregations and sorting, so these operations are disabled by default. "
                f"Please use a keyword field instead: [{self.field}]"
            )
            raise QueryShardError(reason, index=part.index.name, kind=IllegalArgument.type)
        return part.reader.segment.columns.get(self.field, {})


@dataclass(frozen=True)
class BoundKey:
    """A key that can say a hit's value."""

    key: Key
    columns: list[Column]

    def value(self, hit: Hit) -> Any:
        """The value to sort by: of several the lowest, or the highest when descending."""
        if self.key.field == "_score":
            return single(hit.score)
        if self.key.field == "_doc":
            return hit.doc
        values = self.columns[hit.part].get(hit.doc)
        return None if values is None else values[-1 if self.key.descending else 0]

    def rank(self, value: Any) -> tuple[Any, ...]:
        """Comparable: hits without a value come last, or first where that is asked for."""
        last = self.key.missing_first == self.key.descending
        if value is None:
            return (last,)
        return (not last, value)


def sort_hits(hits: list[Hit], keys: list[BoundKey]) -> list[Hit]:
    """Sorted by the first key, ties by the next; what is equal stays in its order."""
    try:
        for key in reversed(keys):
            hits = sorted(
                hits, key=lambda hit: key.rank(key.value(hit)), reverse=key.key.descending
            )
    except TypeError:
        raise IllegalArgument("Can't sort a field that has another type in each index") from None
    return hits


def after(hits: list[Hit], keys: list[BoundKey], values: list[Any]) -> list[Hit]:
    """The hits that come after the one whose sort values these are."""
    if len(values) != len(keys):
        raise IllegalArgument(f"search_after has {len(values)} value(s) but sort has {len(keys)}.")
    try:
        return [hit for hit in hits if _comes_after(hit, keys, values)]
    except TypeError:
        raise IllegalArgument("Failed to parse search_after value: another type of field") from None


def _comes_after(hit: Hit, keys: list[BoundKey], values: list[Any]) -> bool:
    for key, value in zip(keys, values, strict=True):
        mine, other = key.rank(key.value(hit)), key.rank(value)
        if mine != other:
            return bool(mine < other) if key.key.descending else bool(mine > other)
    return False


def parse_sort(body: Any) -> tuple[Key, ...]:
    """The `sort` part of a search."""
    given = body if isinstance(body, list) else [body]
    keys = tuple(_parse_key(each) for each in given)
    return () if keys == (Key("_score", descending=True),) else keys


def _parse_key(body: Any) -> Key:
    if isinstance(body, str):
        return Key(body, descending=body == "_score")
    if not isinstance(body, dict) or len(body) != 1:
        raise ParsingError("[sort] takes names, or objects with one name")
    ((name, options),) = body.items()
    if isinstance(options, str):
        options = {"order": options}
    if not isinstance(options, dict) or options.keys() - {"order", "missing"}:
        raise ParsingError(f"[sort] of [{name}] takes order and missing only")
    order = options.get("order", "desc" if name == "_score" else "asc")
    missing = options.get("missing", "_last")
    if order not in ("asc", "desc") or missing not in ("_last", "_first"):
        raise IllegalArgument(f"[sort] of [{name}]: order is asc or desc, missing _last or _first")
    return Key(name, order == "desc", missing == "_first")
