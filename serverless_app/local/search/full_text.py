"""Queries that split their text into words, as the field was split when it was indexed."""

from __future__ import annotations

from typing import Any

from serverless_app.local.search.compound import Bool, DisMax
from serverless_app.local.search.errors import IllegalArgument, QueryShardError
from serverless_app.local.search.fields import Field, Value, convert
from serverless_app.local.search.filters import Exactly, Ids
from serverless_app.local.search.mappings import Mapping
from serverless_app.local.search.options import (
    all_required,
    boost_of,
    field_and_options,
    fuzziness_of,
    is_field_name,
    minimum_should_match,
    name_and_boost,
    only,
    query_text,
)
from serverless_app.local.search.queries import (
    FuzzyWord,
    MatchNone,
    Phrase,
    Query,
    Word,
)
from serverless_app.local.search.words import Token

MAX_CLAUSES = 1_024
FUZZY_OPTIONS = {"fuzziness", "prefix_length", "max_expansions", "fuzzy_transpositions"}
MATCH_OPTIONS = {"query", "operator", "minimum_should_match", "boost", "analyzer", *FUZZY_OPTIONS}


class FullTextParser:
    """Parses match, multi_match and match_phrase; a field that is not text is matched exactly."""

    def __init__(self, mapping: Mapping, index: str) -> None:
        self._mapping = mapping
        self._index = index

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
        boosts, boost = [name_and_boost(name) for name in fields], boost_of(clause)
        return DisMax(tuple(self._match(path, clause, own * boost) for path, own in boosts))

    def match_phrase(self, clause: dict[str, Any]) -> Query:
        path, options = field_and_options("match_phrase", clause, "query")
        only("match_phrase", options, {"query", "boost", "analyzer"})
        boost, field = boost_of(options), self._mapping.fields.get(path)
        text = query_text("match_phrase", options)
        if field is None or not field.is_text:
            return self._exact(path, [text], boost)
        tokens = self._words(field, text, options)
        if not tokens:
            return MatchNone("the text has no words")
        if len(tokens) == 1:
            return Word(path, tokens[0].text, boost)
        words = tuple((t.position - tokens[0].position, t.text) for t in tokens)
        return Phrase(path, words, boost)

    def _match(self, path: str, options: dict[str, Any], boost: float) -> Query:
        field, text = self._mapping.fields.get(path), query_text("match", options)
        fuzziness, required = fuzziness_of(options), all_required(options)
        if field is None:
            return MatchNone(f"unmapped field [{path}]")
        if not field.is_text:
            if fuzziness is None or field.type != "keyword":
                return self._exact(path, [text], boost)
            return FuzzyWord(path, text, fuzziness, boost)
        words = [token.text for token in self._words(field, text, options)]
        clauses: tuple[Query, ...] = tuple(
            FuzzyWord(path, word, fuzziness, boost) if fuzziness else Word(path, word, boost)
            for word in words
        )
        needed = minimum_should_match(options.get("minimum_should_match"), len(clauses), 1)
        if not clauses:
            return MatchNone("the text has no words")
        if len(clauses) == 1 and needed <= 1:
            return clauses[0]
        return Bool(must=clauses) if required else Bool(should=clauses, needed=max(needed, 1))

    def _words(self, field: Field, text: str, options: dict[str, Any]) -> list[Token]:
        name = options.get("analyzer", field.search_analyzer.name)
        if not isinstance(name, str) or name not in self._mapping.analyzers:
            raise QueryShardError(f"[match] analyzer [{name}] not found", index=self._index)
        tokens = self._mapping.analyzers[name].tokens(text)
        if len(tokens) > MAX_CLAUSES:
            reason = f"maxClauseCount is set to {MAX_CLAUSES}"
            raise QueryShardError(reason, index=self._index, kind="too_many_clauses")
        return tokens

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
