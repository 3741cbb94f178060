"""One lane of a shard: its records, batch after batch, each settled before the next begins."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from serverless_app.local.clock import Clock
from serverless_app.local.event_sources.batches import PAYLOAD_LIMIT, cut
from serverless_app.local.event_sources.mapping import Mapping
from serverless_app.local.event_sources.progress import Progress
from serverless_app.local.event_sources.records import Record

# Brings a batch to its end; calls back when that may take for ever.
Settle = Callable[[Sequence[Record], Callable[[], None]], Awaitable[None]]


class Lane:
    """A shard has `ParallelizationFactor` lanes; records of one key stay in one of them."""

    def __init__(self, mapping: Mapping, *, clock: Clock, progress: Progress, settle: Settle):
        self._mapping = mapping
        self._clock = clock
        self._progress = progress
        self._settle = settle
        self._waiting: deque[Record] = deque()
        self._bytes = 0
        self._stuck = False
        self.busy = False
        self.hurry = False  # batching windows close at once

    @property
    def settled(self) -> bool:
        """Nothing waits and nothing is being settled."""
        return not self._waiting and not self.busy

    @property
    def idle(self) -> bool:
        """Settled; or at work on a batch that may take for ever."""
        return self._stuck or self.settled

    @property
    def waiting(self) -> int:
        """Records that wait for their batch."""
        return len(self._waiting)

    def put(self, record: Record) -> None:
        """Queue a record."""
        self._waiting.append(record)
        self._bytes += record.size

    async def run(self) -> None:
        """Settle batch after batch, for as long as the task lives."""
        while True:
            await self._progress.until(lambda: bool(self._waiting))
            await self._gather()
            await self._next_batch()

    async def _next_batch(self) -> None:
        count = cut(list(self._waiting), self._mapping.batch_size)
        batch = [self._waiting.popleft() for _ in range(count)]
        self._bytes -= sum(record.size for record in batch)
        self.busy = True
        try:
            await self._settle(batch, self._get_stuck)
        finally:
            self.busy = self._stuck = False
            self._progress.moved()

    def _get_stuck(self) -> None:
        self._stuck = True
        self._progress.moved()

    def _full(self) -> bool:
        return (
            self.hurry
            or len(self._waiting) >= self._mapping.batch_size
            or self._bytes >= PAYLOAD_LIMIT
        )

    async def _gather(self) -> None:
        """Wait for a full batch until `MaximumBatchingWindowInSeconds` is over.

        "Batching behavior" in the developer guide: the window, the batch size or 6 MB.
        """
        if not self._mapping.window or self._full():
            return
        await self._progress.within(self._mapping.window, self._clock, self._full)
