"""Queries that only ask whether: every document that matches has the same score."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from serverless_app.local.search.fields import Value
from serverless_app.local.search.queries import Mark, Scores
from serverless_app.local.search.reader import Reader
from serverless_app.local.search.scoring import Explanation
from serverless_app.local.search.segments import exact


@dataclass(frozen=True)
class Filter:
    """What all of them share: a constant score for what `matches` finds."""

    boost: float = 1.0

    def matches(self, reader: Reader) -> Collection[int]:
        """The numbers of the documents that match."""
        raise NotImplementedError

    def scores(self, reader: Reader, boost: float = 1.0) -> Scores:
        return dict.fromkeys(self.matches(reader), boost * self.boost)

    def explain(self, reader: Reader, doc: int, boost: float = 1.0) -> Explanation | None:
        if doc not in self.matches(reader):
            return None
        return Explanation(boost * self.boost, f"ConstantScore({self})")

    def marks(self, reader: Reader) -> Iterator[Mark]:
        yield from ()


@dataclass(frozen=True)
class Exactly(Filter):
    """One of some values in a field that is not text; or some words of a text, unscored."""

    field: str = ""
    values: tuple[Value, ...] = ()

    def __str__(self) -> str:
        return f"{self.field}:{' '.join(map(exact, self.values))}"

    def matches(self, reader: Reader) -> Collection[int]:
        index = reader.segment.fields.get(self.field)
        if index is not None:
            lists = [index.words[word] for word in map(exact, self.values) if word in index.words]
            return {doc for postings in lists for doc in postings.docs}
        column = reader.segment.columns.get(self.field, {})
        wanted = set(self.values)
        return {doc for doc, values in column.items() if not wanted.isdisjoint(values)}

    def marks(self, reader: Reader) -> Iterator[Mark]:
        yield Mark(self.field, frozenset(map(exact, self.values)))


@dataclass(frozen=True)
class Range(Filter):
    """Values between two bounds; None is open."""

    field: str = ""
    low: Value | None = None
    high: Value | None = None
    with_low: bool = True
    with_high: bool = True

    def __str__(self) -> str:
        low, high = ("*" if end is None else exact(end) for end in (self.low, self.high))
        left, right = "[" if self.with_low else "{", "]" if self.with_high else "}"
        return f"{self.field}:{left}{low} TO {high}{right}"

    def matches(self, reader: Reader) -> Collection[int]:
        column = reader.segment.columns.get(self.field)
        if column is not None:
            return [doc for doc, values in column.items() if any(map(self._holds, values))]
        index = reader.segment.fields.get(self.field)
        words = index.words.items() if index else ()
        return {doc for word, postings in words if self._holds(word) for doc in postings.docs}

    def _holds(self, value: Value) -> bool:
        if self.low is not None and not (
            value > self.low or (self.with_low and value == self.low)  # type: ignore[operator]
        ):
            return False
        return self.high is None or bool(
            value < self.high or (self.with_high and value == self.high)  # type: ignore[operator]
        )


@dataclass(frozen=True)
class Prefix(Filter):
    """Words, or keywords, that begin with a text; the text itself is not analysed."""

    field: str = ""
    prefix: str = ""

    def __str__(self) -> str:
        return f"{self.field}:{self.prefix}*"

    def matches(self, reader: Reader) -> Collection[int]:
        index = reader.segment.fields.get(self.field)
        words = self._words(reader)
        return {doc for word in words for doc in index.words[word].docs} if index else ()

    def marks(self, reader: Reader) -> Iterator[Mark]:
        yield Mark(self.field, frozenset(self._words(reader)))

    def _words(self, reader: Reader) -> list[str]:
        index = reader.segment.fields.get(self.field)
        return [word for word in index.words if word.startswith(self.prefix)] if index else []


@dataclass(frozen=True)
class Ids(Filter):
    """Documents by their ids."""

    ids: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"_id:({' '.join(self.ids)})"

    def matches(self, reader: Reader) -> Collection[int]:
        numbers = reader.segment.numbers
        return {numbers[document_id] for document_id in self.ids if document_id in numbers}


@dataclass(frozen=True)
class Exists(Filter):
    """Documents that have any of some fields: one, or those below an object."""

    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"FieldExistsQuery [field={' '.join(self.fields)}]"

    def matches(self, reader: Reader) -> Collection[int]:
        found: set[int] = set()
        for path in self.fields:
            found.update(reader.segment.columns.get(path, ()))
            index = reader.segment.fields.get(path)
            if index is not None:
                found.update(doc for doc, length in enumerate(index.norms) if length)
        return found
