"""From JSON to the tree of a query. What this engine does not have is refused by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from serverless_app.local.search.compound import Bool
from serverless_app.local.search.errors import IllegalArgument, ParsingError, QueryShardError
from serverless_app.local.search.fields import Field, Value
from serverless_app.local.search.filters import Exactly, Exists, Ids, Prefix, Range
from serverless_app.local.search.full_text import MAX_CLAUSES, FullTextParser
from serverless_app.local.search.mappings import Mapping
from serverless_app.local.search.options import (
    boost_of,
    field_and_options,
    minimum_should_match,
    only,
    scalar,
)
from serverless_app.local.search.queries import (
    MatchAll,
    MatchNone,
    Query,
)

MAX_NESTED_DEPTH = 30
FUZZY_OPTIONS = {"fuzziness", "prefix_length", "max_expansions", "fuzzy_transpositions"}
MATCH_OPTIONS = {"query", "operator", "minimum_should_match", "boost", "analyzer", *FUZZY_OPTIONS}


class QueryParser(FullTextParser):
    """Parses queries against one index's mapping."""

    def __init__(self, mapping: Mapping, index: str) -> None:
        super().__init__(mapping, index)
        self._depth = 0

    def parse(self, body: Any) -> Query:
        """The tree of one query clause: an object with one name."""
        if not isinstance(body, dict):
            raise ParsingError("[_na] query malformed, must start with start_object")
        if len(body) != 1:
            problem = "empty clause found" if not body else "no field or more than one found"
            raise IllegalArgument(f"query malformed, {problem}")
        ((name, clause),) = body.items()
        parser = PARSERS.get(name)
        if parser is None:
            raise ParsingError(f"unknown query [{name}]")
        if not isinstance(clause, dict):
            raise ParsingError(f"[{name}] query malformed, no start_object after query name")
        self._depth += 1
        if self._depth > MAX_NESTED_DEPTH:
            raise IllegalArgument(
                "The nested depth of the query exceeds the maximum nested depth for queries set "
                f"in [indices.query.bool.max_nested_depth]: [{MAX_NESTED_DEPTH}]"
            )
        query = parser(self, clause)
        self._depth -= 1
        return query

    def term(self, clause: dict[str, Any]) -> Query:
        path, options = field_and_options("term", clause, "value")
        only("term", options, {"value", "boost"})
        return self._exact(path, [scalar("term", options.get("value"))], boost_of(options))

    def terms(self, clause: dict[str, Any]) -> Query:
        options = dict(clause)
        boost = boost_of(options)
        options.pop("boost", None)
        if len(options) != 1:
            raise ParsingError("[terms] query requires one field")
        ((path, values),) = options.items()
        if not isinstance(values, list):
            raise ParsingError("[terms] query requires a list of values")
        found = [scalar("terms", value) for value in values]
        field = self._mapping.fields.get(path)
        if field is not None and field.is_text:
            return Exactly(boost, path, tuple(str(value) for value in found))
        return self._exact(path, found, boost) if found else MatchNone("no terms")

    def range(self, clause: dict[str, Any]) -> Query:
        path, options = field_and_options("range", clause, None)
        only("range", options, {"gte", "gt", "lte", "lt", "boost"})
        field = self._mapping.fields.get(path)
        if field is None:
            return MatchNone(f"unmapped field [{path}]")
        low, with_low = self._bound(field, options, "gte", "gt")
        high, with_high = self._bound(field, options, "lte", "lt")
        return Range(boost_of(options), path, low, high, with_low, with_high)

    def _bound(
        self, field: Field, options: dict[str, Any], closed: str, opened: str
    ) -> tuple[Value | None, bool]:
        if closed in options and opened in options:
            raise IllegalArgument(f"[range] takes one of [{closed}] and [{opened}]")
        name = opened if opened in options else closed
        value = options.get(name)
        if value is None:
            return None, True
        if field.is_text:
            return str(scalar("range", value)), name == closed
        bound = self._convert(field, scalar("range", value), round_up=name in ("lte", "gt"))
        return bound, name == closed

    def prefix(self, clause: dict[str, Any]) -> Query:
        path, options = field_and_options("prefix", clause, "value")
        only("prefix", options, {"value", "boost"})
        field, value = self._mapping.fields.get(path), scalar("prefix", options.get("value"))
        if field is None:
            return MatchNone(f"unmapped field [{path}]")
        if field.type not in ("text", "keyword"):
            raise QueryShardError(
                "Can only use prefix queries on keyword, text and wildcard fields - not on "
                f"[{path}] which is of type [{field.type}]",
                index=self._index,
            )
        return Prefix(boost_of(options), path, str(value))

    def ids(self, clause: dict[str, Any]) -> Query:
        only("ids", clause, {"values", "boost"})
        values = clause.get("values")
        if not isinstance(values, list):
            raise ParsingError("[ids] requires values, a list of ids")
        return Ids(boost_of(clause), tuple(str(scalar("ids", value)) for value in values))

    def exists(self, clause: dict[str, Any]) -> Query:
        only("exists", clause, {"field", "boost"})
        path = clause.get("field")
        if not isinstance(path, str):
            raise IllegalArgument("[exists] must be provided with a [field]")
        below = f"{path}."
        known = self._mapping.fields
        names = (path,) if path in known else tuple(n for n in known if n.startswith(below))
        return Exists(boost_of(clause), names)

    def bool(self, clause: dict[str, Any]) -> Query:
        kinds = ("must", "filter", "should", "must_not")
        only("bool", clause, {*kinds, "minimum_should_match", "boost"})
        parts = {kind: tuple(self._clauses(clause.get(kind))) for kind in kinds}
        if not any(parts.values()):
            return MatchAll(boost_of(clause))
        default = 0 if parts["must"] or parts["filter"] or not parts["should"] else 1
        needed = minimum_should_match(
            clause.get("minimum_should_match"), len(parts["should"]), default
        )
        return Bool(**parts, needed=needed, boost=boost_of(clause))

    def _clauses(self, body: Any) -> Iterator[Query]:
        clauses = [] if body is None else body if isinstance(body, list) else [body]
        if len(clauses) > MAX_CLAUSES:
            raise IllegalArgument(f"too many clauses: maxClauseCount is set to {MAX_CLAUSES}")
        for inner in clauses:
            yield self.parse(inner)

    def match_all(self, clause: dict[str, Any]) -> Query:
        only("match_all", clause, {"boost"})
        return MatchAll(boost_of(clause))


PARSERS: dict[str, Callable[[QueryParser, dict[str, Any]], Query]] = {
    "match": QueryParser.match,
    "multi_match": QueryParser.multi_match,
    "match_phrase": QueryParser.match_phrase,
    "term": QueryParser.term,
    "terms": QueryParser.terms,
    "range": QueryParser.range,
    "prefix": QueryParser.prefix,
    "ids": QueryParser.ids,
    "exists": QueryParser.exists,
    "bool": QueryParser.bool,
    "match_all": QueryParser.match_all,
}
