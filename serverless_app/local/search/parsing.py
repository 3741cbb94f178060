"""From JSON to the tree of a query. What this engine does not have is refused by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from serverless_app.local.search.compound import Bool, DisMax
from serverless_app.local.search.errors import IllegalArgument, ParsingError, QueryShardError
from serverless_app.local.search.fields import Field, Value, convert
from serverless_app.local.search.filters import Exactly, Exists, Ids, Prefix, Range
from serverless_app.local.search.mappings import Mapping
from serverless_app.local.search.options import (
    boost_of,
    field_and_options,
    fuzziness_of,
    is_field_name,
    minimum_should_match,
    name_and_boost,
    only,
    query_text,
    scalar,
)
from serverless_app.local.search.queries import (
    FuzzyWord,
    MatchAll,
    MatchNone,
    Phrase,
    Query,
    Word,
)

MAX_NESTED_DEPTH = 30
MAX_CLAUSES = 1_024
FUZZY_OPTIONS = {"fuzziness", "prefix_length", "max_expansions", "fuzzy_transpositions"}
MATCH_OPTIONS = {"query", "operator", "minimum_should_match", "boost", "analyzer", *FUZZY_OPTIONS}


class QueryParser:
    """Parses queries against one index's mapping."""

    def __init__(self, mapping: Mapping, index: str) -> None:
        self._mapping = mapping
        self._index = index
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

    # -- full text --------------------------------------------------------------------------

    def match(self, clause: dict[str, Any]) -> Query:
        path, options = field_and_options("match", clause, "query")
        only("match", options, MATCH_OPTIONS)
        return self._match(path, options, boost_of(options))

    def multi_match(self, clause: dict[str, Any]) -> Query:
        only("multi_match", clause, MATCH_OPTIONS | {"fields", "type", "tie_breaker"})
        if clause.get("type", "best_fields") != "best_fields":
            raise IllegalArgument(f"[multi_match] type [{clause['type']}] is not supported")
        if clause.get("tie_breaker", 0) != 0:
            raise IllegalArgument("[multi_match] tie_breaker other than 0 is not supported")
        fields = clause.get("fields")
        if not isinstance(fields, list) or not fields or not all(map(is_field_name, fields)):
            raise IllegalArgument("[multi_match] requires fields, a list of names")
        boosts = [name_and_boost(name) for name in fields]
        queries = tuple(self._match(path, clause, boost) for path, boost in boosts)
        return DisMax(queries, boost_of(clause))

    def match_phrase(self, clause: dict[str, Any]) -> Query:
        path, options = field_and_options("match_phrase", clause, "query")
        only("match_phrase", options, {"query", "boost", "analyzer"})
        field, text = self._mapping.fields.get(path), query_text("match_phrase", options)
        if field is None or not field.is_text:
            return self._exact(path, [text], boost_of(options))
        tokens = self._analyzer(field, options).tokens(text)
        if len(tokens) <= 1:
            return self._combine([Word(path, t.text) for t in tokens], options, boost_of(options))
        words = tuple((t.position - tokens[0].position, t.text) for t in tokens)
        return Phrase(path, words, boost_of(options))

    def _match(self, path: str, options: dict[str, Any], boost: float) -> Query:
        field, text = self._mapping.fields.get(path), query_text("match", options)
        fuzziness = fuzziness_of(options)
        if field is None:
            return MatchNone(f"unmapped field [{path}]")
        if not field.is_text:
            if fuzziness is None or field.type != "keyword":
                return self._exact(path, [text], boost)
            return FuzzyWord(path, text, fuzziness, boost)
        words = [token.text for token in self._analyzer(field, options).tokens(text)]
        if len(words) > MAX_CLAUSES:
            raise QueryShardError(
                f"maxClauseCount is set to {MAX_CLAUSES}",
                index=self._index,
                kind="too_many_clauses",
            )
        clauses: list[Query] = [
            FuzzyWord(path, word, fuzziness) if fuzziness else Word(path, word) for word in words
        ]
        return self._combine(clauses, options, boost)

    def _combine(self, clauses: Any, options: dict[str, Any], boost: float) -> Query:
        operator = str(options.get("operator", "or")).lower()
        if operator not in ("or", "and"):
            raise IllegalArgument(f"operator needs to be either and or or, but not [{operator}]")
        needed = minimum_should_match(options.get("minimum_should_match"), len(clauses), 1)
        if not clauses:
            return MatchNone("the text has no words")
        if operator == "and":
            return Bool(must=tuple(clauses), boost=boost)
        return Bool(should=tuple(clauses), needed=max(needed, 1), boost=boost)

    def _analyzer(self, field: Field, options: dict[str, Any]) -> Any:
        name = options.get("analyzer", field.search_analyzer.name)
        if name not in self._mapping.analyzers:
            raise QueryShardError(f"[match] analyzer [{name}] not found", index=self._index)
        return self._mapping.analyzers[name]

    # -- exact values -----------------------------------------------------------------------

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

    def _exact(self, path: str, values: list[Any], boost: float) -> Query:
        """A term: scored in a text or boolean field, all the same in the others."""
        if path == "_id":
            return Ids(boost, tuple(str(value) for value in values))
        field = self._mapping.fields.get(path)
        if field is None:
            return MatchNone(f"unmapped field [{path}]")
        if field.is_text:
            return Word(path, str(values[0]), boost)
        found = tuple(self._convert(field, value) for value in values)
        if field.type == "boolean" and len(found) == 1:
            return Word(path, str(found[0]).lower(), boost)
        return Exactly(boost, path, found)

    def _convert(self, field: Field, value: Any, *, round_up: bool = False) -> Value:
        try:
            return convert(field.type, value, round_up=round_up)
        except ValueError as error:
            reason = f"failed to create query: {error}"
            raise QueryShardError(reason, index=self._index) from error

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

    # -- compounds --------------------------------------------------------------------------

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
