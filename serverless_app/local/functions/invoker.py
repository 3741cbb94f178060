"""One invocation from beginning to end: environment, faults, outcome, books."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from serverless_app.local.clock import Clock
from serverless_app.local.faults import Faults
from serverless_app.local.functions.books import Books
from serverless_app.local.functions.errors import LambdaError
from serverless_app.local.functions.model import Activity, Invocation
from serverless_app.local.functions.outcome import Outcome, answer_of
from serverless_app.local.functions.pool import Pool
from serverless_app.local.functions.process import explain
from serverless_app.local.functions.run import Order, Run
from serverless_app.local.trace import Hop, Trace

KILLED = explain(-9)
KILL_SECONDS = 0.02


class Invoker:
    """Carries out orders."""

    def __init__(
        self,
        *,
        pool: Pool,
        books: Books,
        trace: Trace,
        clock: Clock,
        faults: Faults,
        activity: Activity,
    ) -> None:
        self._pool = pool
        self._books = books
        self._trace = trace
        self._clock = clock
        self._faults = faults
        self._activity = activity
        self._open: deque[Callable[[], str]] = deque()

    async def run(self, order: Order) -> Invocation:
        """The invocation that comes of an order; TooManyRequests when it is throttled."""
        self._close_books()
        name = order.target.configuration.name
        hop = self._trace.begin(
            order.source,
            name,
            "Invoke",
            trace_id=order.trace_id,
            kind=order.kind,
            attempt=order.attempt,
            request=order.payload,
            request_id=order.request_id,
        )
        if fault := self._faults.take("fail", function=name):
            return self._fail(order, hop, fault.options)
        try:
            environment = self._pool.reserve(order.target)
        except LambdaError as error:
            self._trace.end(hop, "refused", error.message, code=error.code)
            raise
        self._activity.begin()
        run = Run(order, hop, environment, environment.state == "starting")
        return await self._carry_out(run)

    async def _carry_out(self, run: Run) -> Invocation:
        if run.cold:
            outcome = await self._initialize(run)
            if outcome is not None:
                return self._settle(run, outcome)
        done = self._work(run)
        try:
            outcome = await done
        except asyncio.CancelledError:
            # The caller no longer waits; the function works on, as it does on AWS.
            if done.cancelled():
                run.environment.when_finished(lambda outcome: self._settle(run, outcome))
            else:
                self._settle(run, done.result())
            raise
        if self._faults.waiting():
            try:
                outcome = await self._spoil(run, outcome)
            except asyncio.CancelledError:
                self._settle(run, outcome)
                raise
        return self._settle(run, outcome)

    async def _initialize(self, run: Run) -> Outcome | None:
        try:
            run.environment, outcome = await self._pool.initialize(
                run.environment, run.order.target
            )
        except BaseException as error:
            self._activity.end()
            self._trace.end(run.hop, "error", repr(error))
            raise
        run.init_output = run.environment.output()
        if outcome is None:
            run.began = time.perf_counter()
        return outcome

    def _work(self, run: Run) -> asyncio.Future[Outcome]:
        """Give the event to the process, unless a fault ends that first."""
        order, environment = run.order, run.environment
        name = order.target.configuration.name
        timeout = order.target.configuration.timeout
        if self._faults.take("kill", function=name, when="before"):
            run.hop.detail["fault"] = "kill"
            environment.kill()
            done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
            done.set_result(Outcome("exit", reason=KILLED))
            return done
        run.worked = True
        done = environment.begin(order.request_id, self._head(run), order.payload, timeout)
        if fault := self._faults.take("kill", function=name, when="during"):
            run.hop.detail["fault"] = "kill"
            after = float(fault.options.get("seconds", KILL_SECONDS))
            asyncio.get_running_loop().call_later(after, environment.kill)
        return done

    def _head(self, run: Run) -> bytes:
        """The head of the reply to `/next`, as the Runtime API documents it."""
        order, configuration = run.order, run.order.target.configuration
        deadline = int((self._clock.time() + configuration.timeout) * 1000)
        sampled = int(configuration.traced)
        more = ""
        if order.client_context:
            more = f"Lambda-Runtime-Client-Context: {order.client_context}\r\n"
        if self._clock.offset:
            more += f"Lambda-Local-Clock-Offset: {self._clock.offset!r}\r\n"
        return (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            f"Lambda-Runtime-Aws-Request-Id: {order.request_id}\r\n"
            f"Lambda-Runtime-Deadline-Ms: {deadline}\r\n"
            f"Lambda-Runtime-Invoked-Function-Arn: {order.target.invoked_arn}\r\n"
            f"Lambda-Runtime-Trace-Id: Root={run.hop.trace_id};Parent={run.hop.number:016x};"
            f"Sampled={sampled}\r\n{more}Content-Length: {len(order.payload)}\r\n\r\n"
        ).encode()

    async def _spoil(self, run: Run, outcome: Outcome) -> Outcome:
        """Let the faults that strike after the work change its outcome."""
        configuration = run.order.target.configuration
        name = configuration.name
        if fault := self._faults.take("delay", function=name):
            run.hop.detail["fault"] = "delay"
            left = configuration.timeout - (time.perf_counter() - run.began)
            seconds = float(fault.options.get("seconds", 1.0))
            await self._clock.sleep(min(seconds, left))
            if seconds >= left:
                run.environment.end()
                return Outcome("timeout")
        if self._faults.take("kill", function=name, when="after"):
            run.hop.detail["fault"] = "kill"
            run.environment.kill()
            return Outcome("exit", reason=KILLED)
        return outcome

    def _settle(self, run: Run, outcome: Outcome) -> Invocation:
        """What the caller gets; the books are closed before it or after, as the order says."""
        duration_ms = (time.perf_counter() - run.began) * 1000
        order, configuration = run.order, run.order.target.configuration
        payload, error_type = answer_of(outcome, order.request_id, configuration.timeout)
        invocation = Invocation(
            request_id=order.request_id,
            payload=payload,
            function_error="Unhandled" if error_type else None,
            log_tail="",
            version=configuration.version,
            cold=run.cold,
            duration_ms=duration_ms,
            init_ms=run.environment.init_ms if run.cold and run.worked else None,
        )
        close = partial(self._close, run, outcome, invocation, error_type)
        if not order.answer_first:
            return replace(invocation, log_tail=close())
        self._open.append(close)
        asyncio.get_running_loop().call_soon(self._close_books)
        return invocation

    def _close_books(self) -> None:
        """Close what is still open, before another invocation looks for a free environment."""
        while self._open:
            self._open.popleft()()

    def _close(self, run: Run, outcome: Outcome, invocation: Invocation, error_type: str) -> str:
        """Keep the books, then give the environment back, whose output is in them."""
        log_tail = self._books.keep(run, outcome, invocation, error_type)
        self._pool.release(run.environment)
        self._activity.end()
        return log_tail

    def _fail(self, order: Order, hop: Hop, options: dict[str, object]) -> Invocation:
        """The answer of a function that a fault makes fail: none of its code runs."""
        told = {
            "errorMessage": str(options.get("message", "This failure was asked for.")),
            "errorType": str(options.get("error_type", "InjectedFault")),
            "requestId": order.request_id,
            "stackTrace": [],
        }
        payload = json.dumps(told).encode()
        self._trace.end(hop, "error", payload, fault="fail", function_error="Unhandled")
        version = order.target.configuration.version
        return Invocation(order.request_id, payload, "Unhandled", "", version, False, 0.0, None)
