"""Lambda's event sources: what invokes a function without being asked by a client."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import Change, ControlPlane
from serverless_app.local.event_sources.mappings import Mappings
from serverless_app.local.event_sources.notifications import Notifications
from serverless_app.local.event_sources.schedules import Schedules
from serverless_app.local.event_sources.targets import Targets
from serverless_app.local.faults import Faults
from serverless_app.local.functions import LambdaService
from serverless_app.local.trace import Hop, Trace, current_trace

THREADS = 4
# A write to the control plane shows in the trace; this look is for those that leave no hop.
LOOK_AGAIN = 1.0
WATCHED = ("lambda", "events", "s3", "cloudformation")


class EventSources:
    """Pollers for streams and queues, notifications of S3, deliveries of SNS and EventBridge,

    schedules. Nothing runs while nothing happens: a write wakes whoever waits for it.
    """

    def __init__(
        self,
        *,
        control_plane: ControlPlane,
        functions: LambdaService,
        trace: Trace,
        clock: Clock,
        faults: Faults,
    ) -> None:
        self._control_plane = control_plane
        self._functions = functions
        self._trace = trace
        self._clock = clock
        tools: dict[str, Any] = {
            "control_plane": control_plane,
            "functions": functions,
            "trace": trace,
        }
        self._mappings = Mappings(
            **tools, clock=clock, faults=faults, call=self._call, delivered=self._count
        )
        self._notifications = Notifications(**tools, clock=clock, faults=faults, send=self._send)
        self._targets = Targets(**tools, send=self._send)
        self._schedules = Schedules(
            control_plane=control_plane,
            clock=clock,
            fire=self._fire,
            refuse=self._targets.refuse,
            settled=functions.drain,
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pool: ThreadPoolExecutor | None = None  # while started
        self._tasks: set[asyncio.Task[Any]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._unsubscribe: list[Callable[[], None]] = []
        self._revisions: tuple[int, ...] = ()
        self._happened = 0  # writes seen and deliveries made: unchanged means quiet

    async def start(self) -> None:
        """Begin: subscribe to writes, start a poller for each mapping, watch the schedules."""
        self._loop = asyncio.get_running_loop()
        self._pool = ThreadPoolExecutor(THREADS, "event-sources")
        self._unsubscribe = [
            self._control_plane.subscribe(self._on_change),
            self._trace.listen(self._on_hop),
        ]
        self._schedules.start()
        self._look()
        self._looking = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        """End everything at once; records not processed stay in their streams and queues."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        await self._halt()
        if self._looking:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await self._schedules.stop()
        if self._pool:
            await asyncio.to_thread(self._pool.shutdown)  # calls under way are short

    async def drain(self) -> None:
        """Wait until every source is caught up with and no function works on an event.

        An open batching window is closed early. Not waited for: messages that a queue hides or
        delays, and a batch that failed six times in a row though its retries have no limit near.
        """
        before = -1
        while before != self._happened:
            await asyncio.sleep(0)  # writes of other threads that are on their way to this loop
            before = self._happened
            self._look()
            self._schedules.fire_due()
            await self._schedules.fired()
            await self._mappings.caught_up()
            self._notifications.release()
            await asyncio.gather(*self._tasks)
            await self._functions.drain()

    async def reset(self) -> None:
        """Begin again on a restored control plane: nothing that it holds is delivered again."""
        await self._halt()
        self._mappings.skip_what_is_there()
        self._schedules.restart()
        self._look(always=True)

    async def _halt(self) -> None:
        self._notifications.forget()
        await self._mappings.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- hearing of writes, on any thread ---------------------------------------------------

    def _on_change(self, change: Change) -> None:
        self._hand_over(self._changed, change)

    def _on_hop(self, hop: Hop) -> None:
        if hop.target in WATCHED and hop.outcome != "running":
            self._hand_over(self._look)

    def _hand_over(self, action: Callable[..., None], *args: Any) -> None:
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(action, *args)

    # -- acting on them, on the event loop --------------------------------------------------

    def _changed(self, change: Change) -> None:
        self._count()
        self._look()
        if change.kind == "object":
            self._notifications.object_changed(change)
        elif change.kind == "delivery":
            self._notifications.delivered(change)
        else:
            self._mappings.wake(change)

    def _count(self) -> None:
        self._happened += 1

    def _look(self, *, always: bool = False) -> None:
        """See what changed in the control plane: mappings, bucket notifications, rules."""
        revisions = tuple(self._control_plane.revision(service) for service in WATCHED)
        if revisions == self._revisions and not always:
            return
        self._revisions = revisions
        self._mappings.refresh()
        self._notifications.send_test_events()
        self._schedules.rules_changed()

    async def _keep_looking(self) -> None:
        while True:
            await self._clock.sleep(LOOK_AGAIN)
            self._look()

    def _fire(self, rule: Any, target: dict[str, Any], event: dict[str, Any]) -> None:
        self._count()
        self._targets.fire(rule, target, event)

    # -- AWS calls, which block ----------------------------------------------------------------

    async def _call(self, function: Callable[..., Any], *args: Any) -> Any:
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()
        return await loop.run_in_executor(self._pool, context.run, function, *args)

    def _send(self, action: Callable[[], Any], source: str, target: str, trace_id: str) -> None:
        """Run an AWS call in the background, as an event hop of a trace."""
        task = asyncio.create_task(self._sent(action, source, target, trace_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _sent(
        self, action: Callable[[], Any], source: str, target: str, trace_id: str
    ) -> None:
        current_trace.set(trace_id)
        hop = self._trace.begin(source, target, "Deliver", kind="event")
        try:
            await self._call(action)
        except Exception as error:  # of any service: the sender is told nothing, as on AWS
            self._trace.end(hop, "error", str(error))
        else:
            self._trace.end(hop)
