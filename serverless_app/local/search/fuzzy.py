"""Words with a typo: which words of an index are within one or two edits of the one asked for.

An edit inserts, drops or changes a letter, or swaps two neighbours (optimal string alignment).
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from serverless_app.local.search.postings import FieldIndex, letters


@dataclass(frozen=True)
class Fuzziness:
    """How much a word may differ. `low` and `high` are the lengths where AUTO allows more."""

    edits: int | None = None  # None is AUTO
    low: int = 3
    high: int = 6
    prefix_length: int = 0
    max_expansions: int = 50
    transpositions: bool = True

    def allowed(self, word: str) -> int:
        """The edits allowed for a word; AUTO gives short words none, long words two."""
        if self.edits is not None:
            return self.edits
        return 0 if len(word) < self.low else 1 if len(word) < self.high else 2


def expand(index: FieldIndex, word: str, fuzziness: Fuzziness) -> dict[str, float]:
    """The words of a field that are close to `word`, with the boost each gets.

    Lucene's TopTermsRewrite: the best by boost, 1 − edits / length of the shorter word, ties in
    code point order.
    """
    edits = fuzziness.allowed(word)
    if edits == 0:
        return {word: 1.0} if word in index.words else {}
    distance = OSA.distance if fuzziness.transpositions else Levenshtein.distance
    near = process.extract(
        word, _candidates(index, word, edits), scorer=distance, score_cutoff=edits, limit=None
    )
    prefix = word[: fuzziness.prefix_length]
    boosts = [
        (1 - far / min(len(word), len(other)), other)
        for other, far, _ in near
        if other.startswith(prefix)
    ]
    best = sorted((-boost, other) for boost, other in boosts if boost > 0)
    return {other: -loss for loss, other in best[: fuzziness.max_expansions]}


def _candidates(index: FieldIndex, word: str, edits: int) -> list[str]:
    """Words whose length and letters do not rule them out: cheap, and few are left.

    An insertion or a deletion changes the length and one bit of the letters, a change two bits.
    """
    mine, found = letters(word), []
    for longer in range(-edits, edits + 1):
        limit = 2 * edits - abs(longer)
        for theirs, words in index.families.get(len(word) + longer, {}).items():
            if (mine ^ theirs).bit_count() <= limit:
                found += words
    return found
