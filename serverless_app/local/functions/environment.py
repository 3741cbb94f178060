"""An execution environment: one process of one function, one invocation at a time.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from serverless_app.local.functions.catalog import Configuration
from serverless_app.local.functions.code import Code, SourceWatch
from serverless_app.local.functions.outcome import Outcome
from serverless_app.local.functions.process import (
    FunctionProcess,
    connected_pair,
    explain,
    processors,
)
from serverless_app.local.functions.runtime_api import RuntimeConnection

State = Literal["starting", "idle", "busy", "ended"]
# Shorter invocations are not measured at their end: that would take as long as some of them.
MEASURED_SECONDS = 0.005
REAP_SECONDS = 2.0
# Waking a core that sleeps takes some 50 µs, which is longer than many a function works: with a
# second core to spare, the event loop looks for the answer that long before it sleeps itself.
AWAKE_SECONDS = 0.00015 if processors() > 1 else 0.0


@dataclass(slots=True)
class Work:
    """The invocation that an environment has in hand."""

    request_id: str
    head: bytes
    payload: bytes
    done: asyncio.Future[Outcome]
    started: float
    timeout: float
    timer: asyncio.TimerHandle | None = None
    given: bool = False
    orphaned: Callable[[Outcome], object] | None = None


class ExecutionEnvironment:
    """Starts a process, hands it invocations, and ends it. All calls on the event loop."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        log_stream: str,
        watch_pause: float,
        on_end: Callable[[ExecutionEnvironment], None],
    ) -> None:
        self.configuration = configuration
        self.code: Code | None = None
        self.log_stream = log_stream
        self.state: State = "starting"
        self.invocations = 0
        self.memory = 0
        self.init_ms: float | None = None
        self.idle_since = 0.0
        self._watch = SourceWatch(watch_pause)
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._server: asyncio.Server | None = None
        self._process: FunctionProcess | None = None
        self._asking: RuntimeConnection | None = None
        self._connections: set[RuntimeConnection] = set()
        self._started: asyncio.Future[Outcome | None] = self._loop.create_future()
        self._work: Work | None = None
        self._began = 0.0

    @property
    def pid(self) -> int:
        """The process's number; 0 before it starts."""
        return self._process.pid if self._process else 0

    @property
    def stale(self) -> bool:
        """Whether the process is going or gone, or source that it has imported was edited."""
        # A closed connection may not have been heard of yet: the process itself is asked too.
        return not self._connections or not self._alive() or self._watch.changed()

    # -- start, work, end -------------------------------------------------------------------

    async def start(
        self, runtime: str, code: Code, variables: dict[str, str], limit: float
    ) -> Outcome | None:
        """Run the INIT phase: None when the process asks for work, otherwise what went wrong."""
        self.code = code
        self._began = time.perf_counter()
        try:
            await self._launch(runtime, code, variables)
        except OSError as error:
            self.end()
            return Outcome("exit", reason=f"Runtime could not be started: {error}")
        try:
            async with asyncio.timeout(limit):
                outcome = await asyncio.shield(self._started)
        except TimeoutError:
            outcome = Outcome("timeout")
        self.init_ms = (time.perf_counter() - self._began) * 1000
        if outcome is None:
            self.state = "busy"
        else:
            self.end()
        return outcome

    async def _launch(self, runtime: str, code: Code, variables: dict[str, str]) -> None:
        """Start the process, unless the environment ends before there is one."""
        server = await self._loop.create_server(lambda: RuntimeConnection(self), "127.0.0.1", 0)
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        variables = {**variables, "AWS_LAMBDA_RUNTIME_API": address}
        ours, theirs = connected_pair() if runtime == "own" else (None, None)
        try:
            if ours:
                await self._loop.connect_accepted_socket(lambda: RuntimeConnection(self), ours)
            if self.state == "ended":
                server.close()
                return
            self._server, handler = server, self.configuration.handler
            self._process = FunctionProcess(runtime, handler, code.folder, variables, theirs)
        finally:
            if theirs:
                theirs.close()

    def begin(
        self, request_id: str, head: bytes, payload: bytes, timeout: float
    ) -> asyncio.Future[Outcome]:
        """Hand over an invocation; the future has its outcome."""
        done: asyncio.Future[Outcome] = self._loop.create_future()
        self._work = Work(request_id, head, payload, done, time.perf_counter(), timeout)
        self.invocations += 1
        if self._asking:
            self._hand_over(self._asking)
        return done

    def when_finished(self, tell: Callable[[Outcome], object]) -> None:
        """Whoever waited for the invocation under way has gone: tell its outcome here instead."""
        if self._work:
            self._work.orphaned = tell

    def end(self) -> None:
        """End the process and everything that belongs to it; harmless when repeated."""
        if self.state == "ended":
            return
        self.state = "ended"
        if self._server:
            self._server.close()
        for connection in list(self._connections):
            connection.abort()
        if self._process:
            self.memory = max(self.memory, self._process.memory())
            self._process.kill()
        self._on_end(self)

    def kill(self) -> None:
        """End it as a crash would: whoever waits is told."""
        self._crash(Outcome("exit", reason=explain(-9)))

    def output(self) -> bytes:
        """What the function has written since the last call."""
        return self._process.output() if self._process else b""

    def tick(self) -> None:
        """A look at a process that is starting or at work for a while: output, memory, life."""
        if self._process is None or self.state == "ended":
            return
        self._process.collect()
        status = self._process.ended()
        if status is not None:
            self._crash(Outcome("exit", reason=explain(status)))
        elif self._over_memory():
            self._crash(Outcome("memory", reason=explain(-9)))
        elif self._work and not self._work.timer:
            # Most invocations are over before the first look: they never need a timer.
            left = self._work.started + self._work.timeout - time.perf_counter()
            self._work.timer = self._loop.call_later(left, self._time_out)

    # -- the Runtime API's side ---------------------------------------------------------------

    def connected(self, connection: RuntimeConnection) -> None:
        """The process has come; one whose time was over when it came is sent away."""
        if self.state == "ended":
            connection.abort()
        else:
            self._connections.add(connection)

    def asks(self, connection: RuntimeConnection) -> None:
        """The process waits for work."""
        self._asking = connection
        if not self._started.done():
            self._started.set_result(None)
        elif self._work and not self._work.given:
            self._hand_over(connection)

    def imported(self, files: list[str]) -> None:
        """The files to watch."""
        if self.code and self.code.live:
            self._watch.imported(files)

    def answers(self, request_id: str, body: bytes, failed: bool) -> bool:
        """The result of the invocation under way."""
        work = self._work
        if work is None or work.request_id != request_id:
            return False
        worth_measuring = time.perf_counter() - work.started > MEASURED_SECONDS or not self.memory
        if worth_measuring and self._over_memory():
            self._loop.call_soon(self._crash, Outcome("memory", reason=explain(-9)))
            return True
        self._finish(Outcome("error" if failed else "answer", body))
        return True

    def fails_to_start(self, body: bytes) -> None:
        """The handler could not be imported."""
        if not self._started.done():
            self._started.set_result(Outcome("error", body))

    def lost(self, connection: RuntimeConnection) -> None:
        """A connection closed: if it was the one for work, the process is going."""
        self._connections.discard(connection)
        if self.state != "ended" and not self._connections:
            self._reap(time.perf_counter() + REAP_SECONDS)

    # -- inside -------------------------------------------------------------------------------

    def _alive(self) -> bool:
        return self._process is not None and self._process.ended() is None

    def _hand_over(self, connection: RuntimeConnection) -> None:
        work = self._work
        if work:
            self._asking = None
            work.given = True
            connection.give(work.head, work.payload)
            self._stay_awake(work, time.perf_counter() + AWAKE_SECONDS)

    def _stay_awake(self, work: Work, until: float) -> None:
        if self._work is work and time.perf_counter() < until:
            self._loop.call_soon(self._stay_awake, work, until)

    def _finish(self, outcome: Outcome) -> None:
        work, self._work = self._work, None
        if work is None:
            return
        if work.timer:
            work.timer.cancel()
        if work.orphaned:
            work.orphaned(outcome)
        elif not work.done.done():
            work.done.set_result(outcome)

    def _time_out(self) -> None:
        self._crash(Outcome("timeout"))

    def _crash(self, outcome: Outcome) -> None:
        self.end()
        if not self._started.done():
            self._started.set_result(outcome)
        self._finish(outcome)

    def _reap(self, until: float) -> None:
        """Wait a little for the exit status: the connection closes just before the process ends."""
        if self.state == "ended" or self._connections or self._process is None:
            return
        status = self._process.ended()
        if status is not None:
            self._crash(Outcome("exit", reason=explain(status)))
        elif time.perf_counter() > until:
            self.kill()
        else:
            self._loop.call_later(0.001, self._reap, until)

    def _over_memory(self) -> bool:
        if self._process is None:
            return False
        self.memory = max(self.memory, self._process.memory())
        return self.memory > self.configuration.memory_mb * 1024 * 1024
