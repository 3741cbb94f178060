"""The nouns of the Lambda service."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permission:
    """Which service wants to invoke, for which of its resources."""

    principal: str  # "apigateway.amazonaws.com"
    source_arn: str


@dataclass(frozen=True, slots=True)
class Invocation:
    """What came of one invocation. `function_error` None: the function answered `payload`."""

    request_id: str
    payload: bytes
    function_error: str | None
    log_tail: str
    version: str
    cold: bool
    duration_ms: float
    init_ms: float | None


@dataclass(frozen=True, slots=True)
class EnvironmentView:
    """An execution environment, to look at."""

    function: str
    version: str
    pid: int
    state: str
    invocations: int
    memory_mb: float
    log_stream: str


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """An event in the asynchronous queue. `attempt` is the next or present one."""

    function: str
    request_id: str
    attempt: int
    source: str


class Activity:
    """Counts what is under way, and lets somebody wait until nothing is."""

    def __init__(self) -> None:
        self._count = 0
        self._settled = asyncio.Event()
        self._settled.set()

    def begin(self) -> None:
        """One more."""
        self._count += 1
        self._settled.clear()

    def end(self) -> None:
        """One less."""
        self._count -= 1
        if not self._count:
            self._settled.set()

    async def settled(self) -> None:
        """Return when nothing is under way."""
        await self._settled.wait()
