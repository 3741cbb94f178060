"""The inverted index of one field: for each word, the documents that have it, and where.

Documents are numbered in the order in which they came, so every list is sorted by itself.
A document that goes is taken out at once: the statistics are those of a fully merged index.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from serverless_app.local.search.words import Token


class Postings:
    """One word's list: document numbers, how often each has the word, and at which positions."""

    __slots__ = ("docs", "freqs", "positions")

    def __init__(self) -> None:
        self.docs = array("I")
        self.freqs = array("I")
        self.positions = array("I")  # of all documents, one after the other

    def add(self, doc: int, positions: list[int]) -> None:
        """Append a document, whose number is higher than every one before."""
        self.docs.append(doc)
        self.freqs.append(len(positions))
        self.positions.extend(positions)

    def remove(self, doc: int) -> int:
        """Take a document out; how often it had the word."""
        place = bisect_left(self.docs, doc)
        if place == len(self.docs) or self.docs[place] != doc:
            return 0
        freq, start = self.freqs[place], sum(self.freqs[:place])
        del self.docs[place], self.freqs[place], self.positions[start : start + freq]
        return freq

    def frequency(self, doc: int) -> int:
        """How often a document has the word."""
        place = bisect_left(self.docs, doc)
        found = place < len(self.docs) and self.docs[place] == doc
        return self.freqs[place] if found else 0

    def places(self, wanted: set[int]) -> dict[int, array[int]]:
        """The positions of the word in each of the wanted documents that have it."""
        places, start = {}, 0
        for doc, freq in zip(self.docs, self.freqs, strict=True):
            if doc in wanted:
                places[doc] = self.positions[start : start + freq]
            start += freq
        return places


class FieldIndex:
    """All the words of one field in one shard, and how long each document's field is."""

    def __init__(self) -> None:
        self.words: dict[str, Postings] = {}
        self.families: dict[int, dict[int, list[str]]] = {}  # length -> letters -> words
        self.norms = bytearray()  # document number -> encoded length, 0 where there is none
        self.document_count = 0
        self.total_length = 0

    def add(self, doc: int, tokens: list[Token]) -> None:
        """Take in one document's field."""
        if not tokens:
            return
        places: dict[str, list[int]] = defaultdict(list)
        for token in tokens:
            places[token.text].append(token.position)
        for word, positions in places.items():
            if word not in self.words:
                self.words[word] = Postings()
                family = self.families.setdefault(len(word), {})
                family.setdefault(letters(word), []).append(word)
            self.words[word].add(doc, positions)
        self.norms.extend(bytes(doc + 1 - len(self.norms)))
        self.norms[doc] = encode_length(len(tokens))
        self.document_count += 1
        self.total_length += len(tokens)

    def remove(self, doc: int, tokens: Iterable[Token]) -> None:
        """Forget one document's field; words that nobody else has go with it."""
        if doc >= len(self.norms) or not self.norms[doc]:
            return
        for word in {token.text for token in tokens}:
            postings = self.words.get(word)
            if postings is None:
                continue
            self.total_length -= postings.remove(doc)
            if not postings.docs:
                del self.words[word]
                self.families[len(word)][letters(word)].remove(word)
        self.norms[doc] = 0
        self.document_count -= 1

    def has(self, doc: int) -> bool:
        """Whether a document has this field."""
        return doc < len(self.norms) and self.norms[doc] > 0


def letters(word: str) -> int:
    """Which letters a word has, as twelve bits: changing one letter changes at most two of them."""
    bits = 0
    for letter in word:
        bits |= 1 << ord(letter) % 12
    return bits


def encode_length(length: int) -> int:
    """A length as one byte, as Lucene's `SmallFloat.intToByte4` does.

    Exact up to 40, then four significant bits: 41 is stored as 40, 57 as 56.
    """
    if length < 24:
        return length
    rest = length - 24
    if rest < 8:
        return length
    shift = rest.bit_length() - 4
    return 24 + (((shift + 1) << 3) | ((rest >> shift) & 7))


def decode_length(byte: int) -> int:
    """The length that a byte stands for."""
    if byte < 24:
        return byte
    code = byte - 24
    if code < 8:
        return byte
    return 24 + (((code & 7) | 8) << ((code >> 3) - 1))


LENGTHS = [decode_length(byte) for byte in range(256)]
