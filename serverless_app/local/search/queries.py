"""The tree of a query. Each node gives its documents a score, and can explain it.

`scores` answers {document number: score} for one shard; `boost` is what the nodes above multiply
it by. `marks` says which words a highlighter should look for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from serverless_app.local.search.fuzzy import Fuzziness
from serverless_app.local.search.reader import Reader
from serverless_app.local.search.scoring import (
    Explanation,
    bm25,
    explain_bm25,
    explain_idf,
    explain_tf,
    idf,
    tf,
)

Scores = dict[int, float]


@dataclass(frozen=True)
class Mark:
    """Words of a field to highlight: any of them, or one after the other (`phrase`)."""

    field: str
    words: frozenset[str] = frozenset()
    phrase: tuple[tuple[int, str], ...] = ()


class Query(Protocol):
    """One node of the tree."""

    def scores(self, reader: Reader, boost: float = 1.0) -> Scores:
        """The documents that match, each with its score."""

    def explain(self, reader: Reader, doc: int, boost: float = 1.0) -> Explanation | None:
        """How the score of a document came about; None where it does not match."""

    def marks(self, reader: Reader) -> Iterator[Mark]:
        """What there is to highlight."""


@dataclass(frozen=True)
class MatchAll:
    """Every document, the same score."""

    boost: float = 1.0

    def scores(self, reader: Reader, boost: float = 1.0) -> Scores:
        return dict.fromkeys(reader.segment.documents, boost * self.boost)

    def explain(self, reader: Reader, doc: int, boost: float = 1.0) -> Explanation | None:
        return Explanation(boost * self.boost, "*:*")

    def marks(self, reader: Reader) -> Iterator[Mark]:
        yield from ()


@dataclass(frozen=True)
class MatchNone:
    """No document: what is left of a query whose text has no word."""

    reason: str

    def scores(self, reader: Reader, boost: float = 1.0) -> Scores:
        return {}

    def explain(self, reader: Reader, doc: int, boost: float = 1.0) -> Explanation | None:
        return None

    def marks(self, reader: Reader) -> Iterator[Mark]:
        yield from ()


@dataclass(frozen=True)
class Word:
    """One word of one field, scored by BM25."""

    field: str
    word: str
    boost: float = 1.0

    def scores(self, reader: Reader, boost: float = 1.0) -> Scores:
        n = reader.document_frequency(self.field, self.word)
        return score_word(reader, self.field, self.word, boost * self.boost, n)

    def explain(self, reader: Reader, doc: int, boost: float = 1.0) -> Explanation | None:
        n = reader.document_frequency(self.field, self.word)
        return explain_word(reader, doc, self.field, self.word, boost * self.boost, n)

    def marks(self, reader: Reader) -> Iterator[Mark]:
        yield Mark(self.field, frozenset((self.word,)))


def score_word(reader: Reader, field: str, word: str, boost: float, n: int) -> Scores:
    """The BM25 score of every document that has a word; n documents count as having it."""
    index = reader.segment.fields.get(field)
    postings = index.words.get(word) if index else None
    if index is None or postings is None:
        return {}
    statistics = reader.statistics(field)
    return bm25(postings, index.norms, statistics, boost * idf(n, statistics.documents))


def explain_word(
    reader: Reader, doc: int, field: str, word: str, boost: float, n: int
) -> Explanation | None:
    """The same for one document, with the working."""
    index = reader.segment.fields.get(field)
    postings = index.words.get(word) if index else None
    freq = postings.frequency(doc) if postings else 0
    if index is None or not freq:
        return None
    statistics = reader.statistics(field)
    rarity = explain_idf(n, statistics.documents)
    return explain_bm25(
        f"{field}:{word} in {doc}", freq, boost, rarity, explain_tf(freq, index, doc, statistics)
    )


@dataclass(frozen=True)
class FuzzyWord:
    """A word with room for typos: the close words of the index, as if equally rare."""

    field: str
    word: str
    fuzziness: Fuzziness
    boost: float = 1.0

    def scores(self, reader: Reader, boost: float = 1.0) -> Scores:
        total: Scores = {}
        for word, (scale, n) in reader.expansions(self.field, self.word, self.fuzziness).items():
            found = score_word(reader, self.field, word, boost * self.boost * scale, n)
            add(total, found)
        return total

    def explain(self, reader: Reader, doc: int, boost: float = 1.0) -> Explanation | None:
        expansions = reader.expansions(self.field, self.word, self.fuzziness)
        return sum_of(
            explain_word(reader, doc, self.field, word, boost * self.boost * scale, n)
            for word, (scale, n) in expansions.items()
        )

    def marks(self, reader: Reader) -> Iterator[Mark]:
        words = frozenset(reader.expansions(self.field, self.word, self.fuzziness))
        yield Mark(self.field, words)


@dataclass(frozen=True)
class Phrase:
    """Words that stand one after the other; each comes with its place in the phrase."""

    field: str
    words: tuple[tuple[int, str], ...]
    boost: float = 1.0

    def scores(self, reader: Reader, boost: float = 1.0) -> Scores:
        freqs = self._frequencies(reader)
        if not freqs:
            return {}
        norms, statistics = reader.segment.fields[self.field].norms, reader.statistics(self.field)
        weight = boost * self.boost * self._rarity(reader).value
        return {doc: weight * tf(freq, norms[doc], statistics) for doc, freq in freqs.items()}

    def explain(self, reader: Reader, doc: int, boost: float = 1.0) -> Explanation | None:
        freq = self._frequencies(reader, only=doc).get(doc)
        if not freq:
            return None
        length = explain_tf(
            freq, reader.segment.fields[self.field], doc, reader.statistics(self.field)
        )
        text = " ".join(word for _, word in self.words)
        what = f'{self.field}:"{text}" in {doc}'
        return explain_bm25(what, freq, boost * self.boost, self._rarity(reader), length)

    def marks(self, reader: Reader) -> Iterator[Mark]:
        yield Mark(self.field, phrase=self.words)

    def _rarity(self, reader: Reader) -> Explanation:
        """The idf of a phrase is the sum of its words'."""
        total = reader.statistics(self.field).documents
        each = [
            explain_idf(reader.document_frequency(self.field, word), total)
            for _, word in self.words
        ]
        return Explanation(sum(part.value for part in each), "idf, sum of:", tuple(each))

    def _frequencies(self, reader: Reader, only: int | None = None) -> dict[int, int]:
        index = reader.segment.fields.get(self.field)
        lists = [index.words.get(word) for _, word in self.words] if index else []
        found = [postings for postings in lists if postings is not None]
        if not found or len(found) < len(self.words):
            return {}
        docs = set(found[0].docs).intersection(*(postings.docs for postings in found[1:]))
        docs = docs if only is None else docs & {only}
        places = [postings.places(docs) for postings in found]
        starts = {
            doc: set.intersection(
                *(
                    {place - shift for place in at[doc]}
                    for at, (shift, _) in zip(places, self.words, strict=True)
                )
            )
            for doc in sorted(docs)
        }
        return {doc: len(begin) for doc, begin in starts.items() if begin}


def add(total: Scores, found: Scores) -> None:
    """Add the scores of one clause to those of the others."""
    if not total:
        total.update(found)
        return
    for doc, score in found.items():
        total[doc] = total.get(doc, 0.0) + score


def sum_of(explanations: Iterator[Explanation | None]) -> Explanation | None:
    """The sum of those that match; one alone stands for itself."""
    parts = tuple(part for part in explanations if part is not None)
    if len(parts) <= 1:
        return parts[0] if parts else None
    return Explanation(sum(part.value for part in parts), "sum of:", parts)
