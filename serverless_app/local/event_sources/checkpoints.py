"""How far a mapping has come in each shard."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Any

from serverless_app.local.event_sources.records import Record
from serverless_app.local.event_sources.streams import Position

_ATTRIBUTE = "checkpoints"
_CREATED = "created"


class Checkpoints:
    """Sequence numbers kept on the stored mapping itself, by shard.

    So they are part of a snapshot: after a restore, in this process or another, the pollers go on
    exactly where they were, and what the snapshot had delivered is not delivered again.
    """

    def __init__(self, stored: Any) -> None:
        self._stored = stored

    def of(self, shard_id: str) -> str | None:
        """The sequence number up to which everything in the shard is done with."""
        return self._all().get(shard_id)

    def set(self, shard_id: str, sequence: str) -> None:
        """Move on. A new dict each time: a snapshot in another thread sees one or the other."""
        setattr(self._stored, _ATTRIBUTE, {**self._all(), shard_id: sequence})

    @property
    def created(self) -> float | None:
        """When the mapping was made, in seconds since the epoch; the control plane notes it."""
        return getattr(self._stored, _CREATED, None)

    def _all(self) -> dict[str, str]:
        held: dict[str, str] = getattr(self._stored, _ATTRIBUTE, {})
        return held


class Frontier:
    """Records of one shard in reading order: the checkpoint is before the first unfinished one."""

    def __init__(self, checkpoints: Checkpoints, shard_id: str) -> None:
        self._checkpoints = checkpoints
        self._shard_id = shard_id
        self._order: deque[str] = deque()
        self._done: set[str] = set()
        self.last_read = ""

    def read(self, records: Sequence[Record]) -> None:
        """These were read, in this order."""
        self._order.extend(record.identifier for record in records)
        self.last_read = records[-1].identifier

    def done(self, records: Sequence[Record]) -> None:
        """These are processed, filtered out, or given up."""
        self._done.update(record.identifier for record in records)
        while self._order and self._order[0] in self._done:
            sequence = self._order.popleft()
            self._done.discard(sequence)
            self._checkpoints.set(self._shard_id, sequence)


def starting_position(
    checkpoints: Checkpoints, shard_id: str, position: str, timestamp: float | None, *, child: bool
) -> Position:
    """Where a poller begins: its checkpoint, a child shard's start, or the mapping's position."""
    sequence = checkpoints.of(shard_id)
    if sequence:
        return Position("AFTER_SEQUENCE_NUMBER", sequence)
    if child or position == "TRIM_HORIZON":
        return Position("TRIM_HORIZON")
    if position == "AT_TIMESTAMP" and timestamp is not None:
        return Position("AT_TIMESTAMP", moment=timestamp)
    if checkpoints.created is not None:
        # Records are dated to the millisecond: one of this very millisecond counts.
        return Position("AT_TIMESTAMP", moment=math.floor(checkpoints.created * 1000) / 1000)
    return Position("LATEST")
