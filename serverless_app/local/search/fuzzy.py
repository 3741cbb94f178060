"""Words with a typo: which words of an index are within one or two edits of the one asked for.

An edit inserts, drops or changes a letter, or swaps two neighbours (optimal string alignment).
"""

from __future__ import annotations

from dataclasses import dataclass

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
    prefix = word[: fuzziness.prefix_length]
    boosts: dict[str, float] = {}
    for other in _candidates(index, word, edits):
        far = distance(word, other, score_cutoff=edits)
        shorter = min(len(word), len(other))
        if far <= edits and far < shorter and other.startswith(prefix):
            boosts[other] = 1 - far / shorter if far else 1.0
    best = sorted(boosts.items(), key=lambda item: (-item[1], item[0]))
    return dict(best[: fuzziness.max_expansions])


def _candidates(index: FieldIndex, word: str, edits: int) -> list[str]:
    """Words whose length and letters do not rule them out: cheap, and few are left.

    Each edit changes at most two bits of the letters' mask, an insertion or deletion one.
    """
    mask, found = letters(word), []
    for longer in range(-edits, edits + 1):
        limit = 2 * edits - abs(longer)
        bucket = index.by_length.get(len(word) + longer, {})
        found += [
            other for other, bits in bucket.items() if (mask ^ bits).bit_count() <= limit
        ]
    return found
