"""Waiting for a state of affairs on the event loop, without asking again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from serverless_app.local.clock import Clock


class Progress:
    """Tells waiters that something moved; they look whether it is what they wait for."""

    def __init__(self) -> None:
        self._waiters: list[asyncio.Future[None]] = []

    def moved(self) -> None:
        """Let everybody who waits look again."""
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait until `reached()` is true; it is asked after each `moved`."""
        while not reached():
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter

    async def within(self, seconds: float, clock: Clock, reached: Callable[[], bool]) -> None:
        """Wait until `reached()` is true, or until the clock has run on by `seconds`."""
        pause = asyncio.ensure_future(clock.sleep(seconds))
        pause.add_done_callback(lambda _: self.moved())
        try:
            await self.until(lambda: reached() or pause.done())
        finally:
            pause.cancel()
