"""The poller of one shard: reads it in order and fills its lanes."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from botocore.exceptions import ClientError

from serverless_app.local.clock import Clock
from serverless_app.local.event_sources.checkpoints import Frontier
from serverless_app.local.event_sources.filters import passes
from serverless_app.local.event_sources.lanes import Lane
from serverless_app.local.event_sources.mapping import Mapping
from serverless_app.local.event_sources.progress import Progress
from serverless_app.local.event_sources.records import Record
from serverless_app.local.event_sources.streams import Position, StreamReader, is_outdated

# After a refused or failed read; a write to the stream or to the mapping ends the wait early.
RETRY_READ = 5.0

Call = Callable[..., Awaitable[Any]]


class Settler(Protocol):
    """Brings a batch to its end."""

    async def settle(self, batch: Sequence[Record], stuck: Callable[[], None]) -> None:
        """Return when every record is done with; call `stuck` when that may take for ever."""


class ShardPoller:
    """Reads a shard from its position on, until the shard ends or the mapping stops."""

    def __init__(
        self,
        shard_id: str,
        position: Position,
        *,
        mapping: Mapping,
        reader: StreamReader,
        settler: Settler,
        frontier: Frontier,
        clock: Clock,
        call: Call,
        refused: Callable[[Exception], None],
        ended: Callable[[], None],
    ) -> None:
        self.shard_id = shard_id
        self.closed = False  # no more records will be written to it
        self.drained = False  # closed, and everything in it is done with
        self._position = position
        self._mapping = mapping
        self._reader = reader
        self._frontier = frontier
        self._clock = clock
        self._call = call
        self._refused = refused
        self._when_ended = ended
        self._progress = Progress()
        self._wanted = False
        self._reads = 0
        self._empty_read = 0
        self._at_end = False
        self._lanes = [
            Lane(mapping, clock=clock, progress=self._progress, settle=settler.settle)
            for _ in range(mapping.parallelization_factor)
        ]
        self._tasks: list[asyncio.Task[None]] = []
        self._ended = False

    def start(self) -> None:
        """Begin to poll."""
        self._tasks = [asyncio.create_task(self._poll())]
        self._tasks += [asyncio.create_task(lane.run()) for lane in self._lanes]

    def wake(self) -> None:
        """Something was written, or the shard was closed: read on."""
        self._wanted = True
        self._progress.moved()

    async def caught_up(self) -> None:
        """Wait until a read that begins after this call finds nothing, and all lanes are idle.

        A lane that is stuck is not waited for, and neither is what piles up behind it.
        """
        begun = self._reads
        self._hurry(True)
        self.wake()
        await self._progress.until(lambda: self._ended or (self._idle and self._all_read(begun)))
        self._hurry(False)

    async def finish(self) -> None:
        """Stop reading; let a delivery that is under way end."""
        self._tasks[0].cancel()
        await self._progress.until(lambda: not any(lane.busy for lane in self._lanes))
        await self.cancel()

    async def cancel(self) -> None:
        """Stop at once."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._end()

    @property
    def _idle(self) -> bool:
        return all(lane.idle for lane in self._lanes)

    def _all_read(self, begun: int) -> bool:
        """Whether a read after that one found nothing, or no more can be read for now."""
        return self._at_end or self._empty_read > begun or not self._room()

    def _hurry(self, hurry: bool) -> None:
        for lane in self._lanes:
            lane.hurry = hurry

    def _end(self) -> None:
        self._ended = True
        self._progress.moved()

    async def _poll(self) -> None:
        iterator = ""
        while not self.drained:
            await self._progress.until(self._room)
            self._wanted = False
            self._reads += 1
            number, ending = self._reads, self.closed
            try:
                found, iterator = await self._read(iterator)
            except Exception as error:  # of any kind: a poller goes on polling
                iterator = ""
                self._refused(error)
                await self._rest(number, RETRY_READ)
                continue
            if found:
                self._take(found)
            elif ending or not iterator:
                await self._finish_reading()
            else:
                await self._rest(number)
        self._end()
        self._when_ended()

    async def _finish_reading(self) -> None:
        """The shard has ended: it is drained when its last batch is settled."""
        self._at_end = True
        self._progress.moved()
        await self._progress.until(lambda: all(lane.settled for lane in self._lanes))
        self.drained = True

    async def _rest(self, number: int, seconds: float | None = None) -> None:
        """Read no more until something is written; after an error, for some seconds at most."""
        self._empty_read = number
        self._progress.moved()
        if seconds is None:
            await self._progress.until(lambda: self._wanted)
        else:
            await self._progress.within(seconds, self._clock, lambda: self._wanted)

    async def _read(self, iterator: str) -> tuple[list[Record], str]:
        """The next records; from a new iterator where there is none, or it counts no longer."""
        if iterator:
            try:
                return await self._records(iterator)
            except ClientError as error:
                if not is_outdated(error):
                    raise
        return await self._records(await self._iterator())

    async def _records(self, iterator: str) -> tuple[list[Record], str]:
        limit = self._mapping.batch_size
        found, following = await self._call(self._reader.read, self.shard_id, iterator, limit)
        self.closed = self.closed or not following
        return found, following

    async def _iterator(self) -> str:
        """After what was read last; from the oldest record where that is gone already."""
        last = self._frontier.last_read
        position = Position("AFTER_SEQUENCE_NUMBER", last) if last else self._position
        try:
            return str(await self._call(self._reader.iterator, self.shard_id, position))
        except ClientError as error:
            if not is_outdated(error):
                raise
            horizon = Position("TRIM_HORIZON")
            return str(await self._call(self._reader.iterator, self.shard_id, horizon))

    def _room(self) -> bool:
        """Read ahead by one batch a lane, no further."""
        waiting = sum(lane.waiting for lane in self._lanes)
        return waiting < self._mapping.batch_size * len(self._lanes)

    def _take(self, found: list[Record]) -> None:
        self._frontier.read(found)
        skipped = [record for record in found if not self._wants(record)]
        self._frontier.done(skipped)
        unwanted = {record.identifier for record in skipped}
        for record in found:
            if record.identifier not in unwanted:
                self._lane_of(record).put(record)
        self._progress.moved()

    def _wants(self, record: Record) -> bool:
        early = self._position.kind == "AT_TIMESTAMP" and record.arrived < self._position.moment
        return not early and passes(self._mapping.patterns, record.filterable)

    def _lane_of(self, record: Record) -> Lane:
        return self._lanes[zlib.crc32(record.key.encode()) % len(self._lanes)]
