"""Asynchronous invocation: the queue, its retries, and where events go in the end.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from serverless_app.local.clock import Clock
from serverless_app.local.functions.catalog import Catalog, Target
from serverless_app.local.functions.destinations import Destinations, Result
from serverless_app.local.functions.errors import LambdaError, ResourceNotFound, TooManyRequests
from serverless_app.local.functions.model import Activity, Invocation, PendingEvent
from serverless_app.local.trace import current_trace

# "Lambda retries … two more times"; "keeps an event for up to six hours".
RETRIES = 2
EVENT_AGE_SECONDS = 21_600
# Throttles: "exponentially from 1 second after the first attempt to a maximum of 5 minutes".
THROTTLE_SECONDS, THROTTLE_MAXIMUM = 1.0, 300.0
# AWS reads a function's events with as many pollers as it takes; a laptop has fewer processors.
DELIVERIES = 10


@dataclass(slots=True)
class QueuedEvent:
    """An event that was accepted."""

    function: str
    payload: bytes
    request_id: str
    source: str
    trace_id: str
    accepted: float  # on the clock's monotonic scale
    attempt: int = 1
    deliveries: int = 0
    last: Invocation | None = field(default=None)
    refusal: LambdaError | None = field(default=None)


Deliver = Callable[[QueuedEvent], Awaitable[Invocation]]


class EventQueue:
    """Delivers events until they succeed, run out of tries, or grow too old."""

    def __init__(
        self,
        *,
        deliver: Deliver,
        catalog: Catalog,
        destinations: Destinations,
        clock: Clock,
        retry_waits: tuple[float, ...],
        activity: Activity,
    ) -> None:
        self._deliver = deliver
        self._catalog = catalog
        self._destinations = destinations
        self._clock = clock
        self._retry_waits = retry_waits
        self._activity = activity
        self._tasks: dict[asyncio.Task[None], QueuedEvent] = {}
        self._places: dict[str, asyncio.Semaphore] = {}

    def put(self, event: QueuedEvent) -> None:
        """Accept an event."""
        self._activity.begin()
        task = asyncio.get_running_loop().create_task(self._process(event))
        self._tasks[task] = event
        task.add_done_callback(self._done)

    def pending(self) -> list[PendingEvent]:
        """What was accepted and is not finished."""
        return [
            PendingEvent(event.function, event.request_id, event.attempt, event.source)
            for event in self._tasks.values()
        ]

    async def clear(self) -> None:
        """Forget every event."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        self._activity.end()
        if not task.cancelled() and (error := task.exception()):
            context = {"message": "Unhandled error in the event queue", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)

    async def _process(self, event: QueuedEvent) -> None:
        current_trace.set(event.trace_id)
        throttle = THROTTLE_SECONDS
        while True:
            try:
                target = self._catalog.find(event.function)
                condition = await self._try(event, target)
            except ResourceNotFound:
                return  # the function was deleted meanwhile, and its events with it
            if condition:
                await self._finish(event, target, condition)
                return
            if event.refusal:
                wait, throttle = throttle, min(throttle * 2, THROTTLE_MAXIMUM)
            else:
                wait = self._retry_waits[min(event.attempt, len(self._retry_waits)) - 1]
                event.attempt += 1
            await self._clock.sleep(wait)

    async def _try(self, event: QueuedEvent, target: Target) -> str:
        """Deliver once: the condition that ends the event's way, or nothing: once more."""
        settings = settings_of(target)
        age = self._clock.monotonic() - event.accepted
        if age > settings.get("MaximumEventAgeInSeconds", EVENT_AGE_SECONDS):
            return "EventAgeExceeded"
        if self._catalog.reserved_concurrency().get(target.configuration.name) == 0:
            return "ZeroReservedConcurrency"
        place = self._places.setdefault(event.function, asyncio.Semaphore(DELIVERIES))
        try:
            async with place:
                event.last = await self._deliver(event)
                event.deliveries += 1
        except TooManyRequests as error:
            event.refusal = error
            return ""
        event.refusal = None
        if event.last.function_error is None:
            return "Success"
        if event.attempt > settings.get("MaximumRetryAttempts", RETRIES):
            return "RetriesExhausted"
        return ""

    async def _finish(self, event: QueuedEvent, target: Target, condition: str) -> None:
        result = Result(
            condition=condition,
            request_id=event.request_id,
            payload=event.payload,
            deliveries=event.deliveries,
            invocation=event.last,
            now=self._clock.now(),
        )
        await self._destinations.send(target, settings_of(target), result)


def settings_of(target: Target) -> dict[str, Any]:
    """The function's EventInvokeConfig; empty without one."""
    given = target.latest.event_invoke_config
    return dict(given[-1].config) if given else {}
