"""A shard: the newest version of each document, and what a search sees of them.

A write is answered from here at once (a GET is real-time); a search sees it after a refresh.
https://docs.opensearch.org/latest/api-reference/index-apis/refresh/
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from serverless_app.local.search.mappings import Mapping, Values
from serverless_app.local.search.segments import Document, Segment

NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A deletion is remembered, so that a write that is older and comes later is refused."""

    version: int
    seq_no: int
    deleted_at: float


@dataclass(frozen=True, slots=True)
class Pending:
    """A write that no search has seen yet. `hold` keeps it back longer than any refresh."""

    values: Values | None  # None: a deletion
    hold: float = 0.0


class Shard:
    """One primary shard of an index."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.documents: dict[str, Document] = {}
        self.tombstones: dict[str, Tombstone] = {}
        self.segment = Segment()
        self.next_seq_no = 0
        self._pending: dict[str, Pending] = {}
        self._due = NEVER

    def version_of(self, document_id: str, now: float, gc_deletes: float) -> int | None:
        """The newest version, a deletion's too until `gc_deletes` seconds have passed."""
        document = self.documents.get(document_id)
        if document is not None:
            return document.version
        tombstone = self.tombstones.get(document_id)
        if tombstone is None:
            return None
        if now - tombstone.deleted_at > gc_deletes:
            del self.tombstones[document_id]
            return None
        return tombstone.version

    def put(self, document: Document, values: Values, *, due: float, hold: float = 0.0) -> None:
        """Write a document; `due` is when the next refresh by itself would show it."""
        self.tombstones.pop(document.id, None)
        self.documents[document.id] = document
        self._wait(document.id, Pending(values, hold), due)

    def delete(self, document_id: str, grave: Tombstone, *, due: float, hold: float = 0.0) -> None:
        """Delete a document, there or not: the tombstone stays."""
        self.documents.pop(document_id, None)
        self.tombstones[document_id] = grave
        self._wait(document_id, Pending(None, hold), due)

    def _wait(self, document_id: str, write: Pending, due: float) -> None:
        self.next_seq_no += 1
        self._pending.pop(document_id, None)
        self._pending[document_id] = write
        self._due = min(self._due, due)

    def refresh_if_due(self, now: float, mapping: Mapping) -> None:
        """What the refresh every `refresh_interval` would have done by now."""
        if now >= self._due:
            self.refresh(now, mapping)

    def refresh(self, now: float, mapping: Mapping) -> None:
        """Show every write so far to searches, but those that are held back."""
        held: dict[str, Pending] = {}
        for document_id, write in self._pending.items():
            if write.hold > now:
                held[document_id] = write
            elif write.values is None:
                self.segment.remove(document_id, mapping)
            else:
                self.segment.add(self.documents[document_id], write.values, mapping)
        self._pending = held
        self._due = min((write.hold for write in held.values()), default=NEVER)


def shard_of(routing: str, shards: int, routing_shards: int) -> int:
    """Which shard a document lives on: by a hash of its id, or of `routing` where one is given.

    https://docs.opensearch.org/latest/field-types/metadata-fields/routing/
    """
    return murmur3(routing) % routing_shards // (routing_shards // shards)


def default_routing_shards(shards: int) -> int:
    """The number of hash slots: shards · 2^k, about 1,024, so that an index can be split later."""
    return shards << max(1, 10 - (shards - 1).bit_length())


def murmur3(text: str) -> int:
    """MurmurHash3 (x86, 32 bits, seed 0) over UTF-16, as OpenSearch's routing has it; signed."""
    data = text.encode("utf-16-le")
    whole = len(data) // 4 * 4
    value = 0
    for (block,) in struct.iter_unpack("<I", data[:whole]):
        value = (_rotate(value ^ _scramble(block), 13) * 5 + 0xE6546B64) & _MASK
    if data[whole:]:
        value ^= _scramble(int.from_bytes(data[whole:], "little"))
    value ^= len(data)
    value = ((value ^ value >> 16) * 0x85EBCA6B) & _MASK
    value = ((value ^ value >> 13) * 0xC2B2AE35) & _MASK
    value ^= value >> 16
    return value - (1 << 32) if value >> 31 else value


_MASK = 0xFFFFFFFF


def _scramble(block: int) -> int:
    return _rotate(block * 0xCC9E2D51 & _MASK, 15) * 0x1B873593 & _MASK


def _rotate(value: int, bits: int) -> int:
    return (value << bits | value >> (32 - bits)) & _MASK
