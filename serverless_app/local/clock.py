"""The clock of the laptop cloud: it runs as the wall's does, until a lesson moves it.

Everything that AWS measures in minutes or hours (expiry of a presigned URL, idle WebSockets,
schedules, retry waits) asks this clock, so that a lesson need not wait.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from datetime import UTC, datetime
from typing import Any


class Clock:
    """Wall time plus an offset. `advance` moves this process's `time` and `datetime` with it,

    moto's included; `time.monotonic` stays, so measured durations remain true.
    """

    def __init__(self) -> None:
        self._offset = 0.0
        self._moves = [(0.0, 0.0)]  # since which wall time which offset holds
        self._travel: Any = None
        self._sleepers: dict[int, tuple[float, asyncio.Future[None]]] = {}
        self._numbers = itertools.count()

    @property
    def offset(self) -> float:
        """Seconds by which this clock is ahead of the wall."""
        return self._offset

    def least_offset(self, second: int) -> float:
        """The smallest offset that held during a second of the wall (whole, since the epoch)."""
        during = [offset for since, offset in self._moves if second <= since < second + 1]
        before = [offset for since, offset in self._moves if since < second]
        return min(during + before[-1:])

    def now(self) -> datetime:
        """The time of day, aware, in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds for intervals that a lesson may move: only differences mean anything."""
        return time.monotonic() + self._offset

    async def sleep(self, seconds: float) -> None:
        """Wait until this clock has run on by `seconds`: `advance` ends the wait early."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        loop = asyncio.get_running_loop()
        number, waiter = next(self._numbers), loop.create_future()
        self._sleepers[number] = (self.monotonic() + seconds, waiter)
        timer = loop.call_later(seconds, self._wake, number)
        try:
            await waiter
        finally:
            timer.cancel()
            self._sleepers.pop(number, None)

    def advance(self, seconds: float) -> None:
        """Move on by `seconds` (on the event loop's thread) and wake whoever that makes due."""
        self._set(self._offset + seconds)
        due = [n for n, (when, _) in self._sleepers.items() if when <= self.monotonic()]
        for number in sorted(due, key=lambda n: self._sleepers[n][0]):
            self._wake(number)

    def reset(self) -> None:
        """Back to the wall's time."""
        self._set(0.0)

    def _wake(self, number: int) -> None:
        sleeper = self._sleepers.get(number)
        if sleeper and not sleeper[1].done():
            sleeper[1].set_result(None)

    def _set(self, offset: float) -> None:
        if self._travel:
            self._travel.stop()
            self._travel = None
        self._offset = offset
        self._moves.append((time.time(), offset))
        if offset:
            import time_machine  # it imports pytest where that is installed: 80 ms of a start

            self._travel = time_machine.travel(time.time() + offset, tick=True)
            self._travel.start()
