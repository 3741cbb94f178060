"""The pollers of one stream mapping: one a shard, parents before their children."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from serverless_app.local.clock import Clock
from serverless_app.local.event_sources.batches import Policy
from serverless_app.local.event_sources.checkpoints import (
    Checkpoints,
    Frontier,
    starting_position,
)
from serverless_app.local.event_sources.delivery import Delivery
from serverless_app.local.event_sources.mapping import Mapping
from serverless_app.local.event_sources.records import Shard
from serverless_app.local.event_sources.settling import Discard, Settling
from serverless_app.local.event_sources.shard_poller import Call, ShardPoller
from serverless_app.local.event_sources.streams import Position, StreamReader


@dataclass(frozen=True)
class Means:
    """What a poller works with, besides its mapping."""

    clock: Clock
    call: Call  # run a blocking AWS call on a thread
    delivery: Delivery
    give_up: Callable[[Mapping, str, Discard], Awaitable[None]]
    refused: Callable[[Mapping, Exception], None]
    revision: Callable[[str], int]  # of a service: it grows when shards may have changed


class StreamPoller:
    """Polls every shard of a stream whose parents are drained."""

    def __init__(
        self, mapping: Mapping, reader: StreamReader, checkpoints: Checkpoints, means: Means
    ) -> None:
        self.mapping = mapping
        self._reader = reader
        self._checkpoints = checkpoints
        self._means = means
        self._pollers: dict[str, ShardPoller] = {}
        self._originals: set[str] = set()  # the shards of the first listing: not born since
        self._listed = -1  # the service's revision when the shards were listed
        self._stale = True
        self._listing = asyncio.Lock()
        self._refreshing: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin to poll."""
        self._look_again()

    def wake(self) -> None:
        """A record was written: every shard looks whether it is theirs."""
        for poller in self._pollers.values():
            poller.wake()
        self._look_again()

    async def caught_up(self) -> None:
        """Wait until nothing is left in any shard, children that appear meanwhile included."""
        seen = -1
        while len(self._pollers) != seen:
            await self._refresh()
            seen = len(self._pollers)
            await asyncio.gather(*(poller.caught_up() for poller in self._pollers.values()))
            await self._refresh()

    async def finish(self) -> None:
        """Stop when what is under way has ended."""
        self._stop_looking()
        await asyncio.gather(*(poller.finish() for poller in self._pollers.values()))

    async def cancel(self) -> None:
        """Stop at once."""
        self._stop_looking()
        await asyncio.gather(*(poller.cancel() for poller in self._pollers.values()))

    def _stop_looking(self) -> None:
        self._stopping = True
        if self._refreshing:
            self._refreshing.cancel()

    def _look_again(self) -> None:
        """Refresh soon, if need be; many writes in a row need it once."""
        if self._stopping or not self._outdated():
            return
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh())

    def _shard_ended(self) -> None:
        self._stale = True  # its children may begin
        self._look_again()

    def _outdated(self) -> bool:
        return self._stale or self._listed != self._means.revision(self.mapping.source)

    async def _refresh(self) -> None:
        """List the stream's shards, if they may have changed: a split or merge brings new ones."""
        async with self._listing:
            while self._outdated():
                self._stale, self._listed = False, self._means.revision(self.mapping.source)
                try:
                    await self._list()
                except Exception as error:  # of any kind: a poller goes on polling
                    self._stale = True
                    self._means.refused(self.mapping, error)
                    return

    async def _list(self) -> None:
        shards = await self._means.call(self._reader.shards)
        listed = {shard.shard_id for shard in shards}
        self._originals = self._originals or listed
        for shard in shards:
            poller = self._pollers.get(shard.shard_id)
            if poller is None and self._ready(shard, listed):
                await self._begin(shard)
            elif poller and shard.closed and not poller.closed:
                poller.closed = True
                poller.wake()

    def _ready(self, shard: Shard, listed: set[str]) -> bool:
        """Whether all parents that are still listed are drained: so a key's order is kept."""
        parents = [self._pollers.get(parent) for parent in shard.parents if parent in listed]
        return all(parent is not None and parent.drained for parent in parents)

    async def _begin(self, shard: Shard) -> None:
        retention = await self._means.call(self._reader.retention)
        if self._stopping:
            return
        frontier = Frontier(self._checkpoints, shard.shard_id)
        poller = ShardPoller(
            shard.shard_id,
            self._position(shard),
            mapping=self.mapping,
            reader=self._reader,
            settler=self._settling(shard, frontier, retention),
            frontier=frontier,
            clock=self._means.clock,
            call=self._means.call,
            refused=lambda error: self._means.refused(self.mapping, error),
            ended=self._shard_ended,
        )
        poller.closed = shard.closed
        self._pollers[shard.shard_id] = poller
        poller.start()

    def _position(self, shard: Shard) -> Position:
        known = shard.shard_id in self._originals
        continued = any(self._checkpoints.of(parent) for parent in shard.parents)
        return starting_position(
            self._checkpoints,
            shard.shard_id,
            self.mapping.starting_position,
            self.mapping.starting_timestamp,
            child=continued or not known,
        )

    def _settling(self, shard: Shard, frontier: Frontier, retention: float) -> Settling:
        mapping, means = self.mapping, self._means

        async def give_up(discard: Discard) -> None:
            await means.give_up(mapping, shard.shard_id, discard)

        return Settling(
            Policy(
                mapping.maximum_retry_attempts,
                mapping.maximum_record_age,
                mapping.bisect,
                retention,
            ),
            delivery=means.delivery,
            clock=means.clock,
            done=frontier.done,
            give_up=give_up,
            stopping=lambda: self._stopping,
        )
