"""BM25: how well a document answers a word, and the working shown.

    score = boost · idf · tf
    idf   = ln(1 + (N − n + 0.5) / (n + 0.5))              rare words say more
    tf    = freq / (freq + k1 · (1 − b + b · dl / avgdl))  more is better, ever less so

N documents have the field, n of them the word; `dl` is the field's length in words, `avgdl` the
average length. Lucene keeps `dl` as one byte (see `postings.encode_length`).
https://docs.opensearch.org/latest/search-plugins/keyword-search/
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from serverless_app.local.search.postings import LENGTHS, FieldIndex, Postings

K1 = 1.2
B = 0.75
LARGEST = 3.4028234e38  # of the 32-bit floats that scores are


def idf(n: int, total: int) -> float:
    """How rare a word is: n of `total` documents have it."""
    return math.log(1 + (total - n + 0.5) / (n + 0.5))


@dataclass(frozen=True)
class Statistics:
    """What is known about a field as a whole: N and avgdl."""

    documents: int
    average_length: float

    @cached_property
    def saturation(self) -> list[float]:
        """k1 · (1 − b + b · dl / avgdl), for each of the 256 lengths that a byte can hold."""
        return [K1 * (1 - B + B * length / self.average_length) for length in LENGTHS]


def bm25(
    postings: Postings, norms: bytearray, statistics: Statistics, weight: float
) -> dict[int, float]:
    """The score of every document in a word's list; `weight` is boost · idf."""
    saturation = statistics.saturation
    return {
        doc: weight * freq / (freq + saturation[norms[doc]])
        for doc, freq in zip(postings.docs, postings.freqs, strict=True)
    }


def tf(freq: float, byte: int, statistics: Statistics) -> float:
    """The second factor, for one document whose length is encoded as `byte`."""
    return freq / (freq + statistics.saturation[byte])


@dataclass(frozen=True)
class Explanation:
    """A number, what it is, and the numbers it was made from."""

    value: float
    description: str
    details: tuple[Explanation, ...] = ()

    def body(self) -> dict[str, Any]:
        """As OpenSearch answers it."""
        details = [detail.body() for detail in self.details]
        value = self.value if isinstance(self.value, int) else single(self.value)
        return {"value": value, "description": self.description, "details": details}


def explain_bm25(
    what: str, freq: float, boost: float, rarity: Explanation, length: Explanation
) -> Explanation:
    """The whole tree of one word's (or phrase's) score; `length` is what `explain_tf` gives."""
    parts = (Explanation(boost, "boost"),) if boost != 1 else ()
    value = boost * rarity.value * length.value
    formula = f"score(freq={float(freq)}), computed as boost * idf * tf from:"
    score = Explanation(value, formula, (*parts, rarity, length))
    return Explanation(value, f"weight({what}) [PerFieldSimilarity], result of:", (score,))


def explain_idf(n: int, total: int) -> Explanation:
    """The first factor."""
    details = (
        Explanation(n, "n, number of documents containing term"),
        Explanation(total, "N, total number of documents with field"),
    )
    formula = "idf, computed as log(1 + (N - n + 0.5) / (n + 0.5)) from:"
    return Explanation(idf(n, total), formula, details)


def explain_tf(freq: float, index: FieldIndex, doc: int, statistics: Statistics) -> Explanation:
    """The second factor."""
    byte = index.norms[doc]
    about = " (approximate)" if LENGTHS[byte] >= 40 else ""
    details = (
        Explanation(float(freq), "freq, occurrences of term within document"),
        Explanation(K1, "k1, term saturation parameter"),
        Explanation(B, "b, length normalization parameter"),
        Explanation(float(LENGTHS[byte]), f"dl, length of field{about}"),
        Explanation(statistics.average_length, "avgdl, average length of field"),
    )
    formula = "tf, computed as freq / (freq + k1 * (1 - b + b * dl / avgdl)) from:"
    return Explanation(tf(freq, byte, statistics), formula, details)


def single(value: float) -> float:
    """A score as Lucene has it: the shortest decimal that means the same 32-bit float."""
    value = min(value, LARGEST)
    packed = struct.pack("f", value)
    for digits in range(6, 9):
        short = float(f"{value:.{digits}g}")
        if struct.pack("f", short) == packed:
            return short
    return float(f"{value:.9g}")
