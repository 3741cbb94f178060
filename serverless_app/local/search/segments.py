"""What a shard can find: the inverted indices and columns of the documents as last refreshed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from serverless_app.local.search.fields import Value, text_of
from serverless_app.local.search.mappings import Mapping, Values
from serverless_app.local.search.postings import FieldIndex
from serverless_app.local.search.words import Token

Column = dict[int, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Document:
    """One version of a document; `source` is the JSON as it came."""

    id: str
    source: bytes
    version: int
    seq_no: int
    routing: str | None = None

    def json(self) -> dict[str, Any]:
        """The source, parsed."""
        source: dict[str, Any] = json.loads(self.source)
        return source


class Segment:
    """The searchable side of one shard. Numbers grow, so new documents go to the lists' ends."""

    def __init__(self) -> None:
        self.documents: dict[int, Document] = {}
        self.numbers: dict[str, int] = {}
        self.fields: dict[str, FieldIndex] = {}  # of text, keyword and boolean fields
        self.columns: dict[str, Column] = {}  # of every field but text
        self._next = 0

    def add(self, document: Document, values: Values, mapping: Mapping) -> None:
        """Make a document searchable, in the place of an earlier version."""
        self.remove(document.id, mapping)
        number = self._next
        self._next += 1
        self.documents[number] = document
        self.numbers[document.id] = number
        for path, found in values.items():
            field = mapping.fields[path]
            if found and not field.is_text:
                self.columns.setdefault(path, {})[number] = tuple(sorted(found))
            if field.type in ("text", "keyword", "boolean"):
                index = self.fields.setdefault(path, FieldIndex())
                index.add(number, tokens(mapping, path, found))

    def remove(self, document_id: str, mapping: Mapping) -> None:
        """Forget a document, if it is there."""
        number = self.numbers.pop(document_id, None)
        if number is None:
            return
        source = self.documents.pop(number).json()
        for path, index in self.fields.items():
            if index.has(number):
                index.remove(
                    number, tokens(mapping, path, self._indexed(mapping, path, number, source))
                )
        for column in self.columns.values():
            column.pop(number, None)

    def _indexed(
        self, mapping: Mapping, path: str, number: int, source: dict[str, Any]
    ) -> list[Value]:
        """What a document put into a field's index: the words are found again from it."""
        if mapping.fields[path].is_text:
            return [*texts_at(source, mapping.source_of(path))]
        return list(self.columns[path][number])


def texts_at(source: dict[str, Any], path: str) -> Iterator[str]:
    """The values of a field in a document, as text: through objects, arrays and dotted names."""
    for name, value in source.items():
        if name == path or path.startswith(f"{name}."):
            rest = path[len(name) + 1 :]
            for item in flat(value):
                if isinstance(item, dict) and rest:
                    yield from texts_at(item, rest)
                elif not rest and item is not None and not isinstance(item, dict):
                    yield text_of(item)


def flat(value: Any) -> Iterator[Any]:
    """A value, or the values of an array, of arrays in arrays too."""
    if isinstance(value, list):
        for item in value:
            yield from flat(item)
    else:
        yield value


def tokens(mapping: Mapping, path: str, values: list[Value]) -> list[Token]:
    """The words under which a field's values are found: exact ones but for text."""
    field = mapping.fields[path]
    if field.is_text:
        return field.tokens(values)
    return [Token(exact(value), 0, 0, 0) for value in dict.fromkeys(values)]


def exact(value: Value) -> str:
    """A keyword or boolean as a word of the index."""
    return value if isinstance(value, str) else str(value).lower()
