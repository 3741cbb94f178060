"""The Lambda service of the laptop cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serverless_app.local.clock import Clock
from serverless_app.local.faults import Faults
from serverless_app.local.functions import invoke_api, policy
from serverless_app.local.functions.asynchronous import EventQueue, QueuedEvent
from serverless_app.local.functions.books import Books
from serverless_app.local.functions.catalog import Catalog, Target
from serverless_app.local.functions.destinations import Destinations
from serverless_app.local.functions.errors import LambdaError, RequestTooLarge
from serverless_app.local.functions.invoker import Invoker
from serverless_app.local.functions.logs import LogWriter
from serverless_app.local.functions.model import (
    Activity,
    EnvironmentView,
    Invocation,
    PendingEvent,
    Permission,
)
from serverless_app.local.functions.pool import Limits, Pool
from serverless_app.local.functions.run import Order
from serverless_app.local.http.messages import Request, Response
from serverless_app.local.trace import (
    Kind,
    Trace,
    current_trace,
    new_request_id,
    new_trace_id,
    root_of,
)

if TYPE_CHECKING:
    from serverless_app.local.control_plane import ControlPlane

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
SYNCHRONOUS_LIMIT = 6_291_456
ASYNCHRONOUS_LIMIT = 1_048_576


class LambdaService:
    """Invokes the control plane's functions. Every method belongs to one event loop.

    `retry_waits`: seconds before the second and the third try of an asynchronous event (AWS: one
    and two minutes). `runtime`: "own" for our client of the Runtime API, or "awslambdaric", which
    does not follow a moved clock. Other than on AWS, a process is not frozen between invocations
    (a thread of it works on), /tmp is the machine's, an alias has no weights, and the memory limit
    is watched (every 20 ms and at the end): where there is no /proc, a short peak goes unseen.
    """

    def __init__(
        self,
        *,
        control_plane: ControlPlane,
        trace: Trace,
        clock: Clock,
        faults: Faults,
        retry_waits: tuple[float, float] = (1.0, 2.0),
        runtime: str = "own",
        limits: Limits | None = None,
    ) -> None:
        self._control_plane = control_plane
        self._trace = trace
        self._clock = clock
        self._activity = Activity()
        self._catalog = Catalog(control_plane)
        self._logs = LogWriter(control_plane, clock)
        self._pool = Pool(
            control_plane=control_plane,
            catalog=self._catalog,
            clock=clock,
            runtime=runtime,
            limits=limits or Limits(),
        )
        self._invoker = Invoker(
            pool=self._pool,
            books=Books(self._logs, trace, clock),
            trace=trace,
            clock=clock,
            faults=faults,
            activity=self._activity,
        )
        self._queue = EventQueue(
            deliver=self._deliver,
            catalog=self._catalog,
            destinations=Destinations(control_plane, trace, self.accept),
            clock=clock,
            retry_waits=retry_waits,
            activity=self._activity,
        )

    # -- life ---------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin; environments start when they are needed."""
        self._pool.start()

    async def stop(self) -> None:
        """Forget queued events, end every process, write the last log lines."""
        await self._queue.clear()
        self._pool.stop()
        self._logs.flush()

    async def drain(self) -> None:
        """Return when the asynchronous queue is empty, nothing runs, and the logs are written."""
        await self._activity.settled()
        self._logs.flush()

    async def reset(self) -> None:
        """Forget queued events; environments whose configuration is the same stay warm."""
        await self._queue.clear()
        self._logs.forget()
        self._pool.end_changed()

    # -- invocations --------------------------------------------------------------------------

    async def invoke(
        self,
        function: str,
        payload: bytes,
        *,
        source: str,
        trace_id: str | None = None,
        permission: Permission | None = None,
        attempt: int = 1,
        kind: Kind = "call",
        qualifier: str | None = None,
        client_context: str = "",
        answer_first: bool = False,
    ) -> Invocation:
        """Invoke and wait for the answer. Raises a LambdaError when the service refuses.

        `answer_first`: without the log, which is written once the caller has handed the answer on.
        """
        target = self._admit(function, qualifier, payload, permission, "RequestResponse")
        return await self._invoker.run(
            Order(
                target=target,
                payload=payload,
                request_id=new_request_id(),
                source=source,
                trace_id=trace_id,
                kind=kind,
                attempt=attempt,
                client_context=client_context,
                answer_first=answer_first,
            )
        )

    def accept(
        self,
        function: str,
        payload: bytes,
        *,
        source: str,
        trace_id: str | None = None,
        permission: Permission | None = None,
        qualifier: str | None = None,
    ) -> str:
        """Put an event into the asynchronous queue; its request id."""
        self._admit(function, qualifier, payload, permission, "Event")
        event = QueuedEvent(
            function=f"{function}:{qualifier}" if qualifier else function,
            payload=payload,
            request_id=new_request_id(),
            source=source,
            trace_id=trace_id or current_trace.get() or new_trace_id(),
            accepted=self._clock.monotonic(),
        )
        self._queue.put(event)
        return event.request_id

    def pending(self) -> list[PendingEvent]:
        """Events that were accepted and are not finished."""
        return self._queue.pending()

    def environments(self) -> list[EnvironmentView]:
        """The execution environments there are, busy ones first."""
        return [
            EnvironmentView(
                function=environment.configuration.name,
                version=environment.configuration.version,
                pid=environment.pid,
                state=environment.state,
                invocations=environment.invocations,
                memory_mb=round(environment.memory / 1_048_576, 1),
                log_stream=environment.log_stream,
            )
            for environment in self._pool.all()
        ]

    # -- the Invoke API -----------------------------------------------------------------------

    def claims(self, request: Request) -> bool:
        """Whether a request is for the Invoke API."""
        return invoke_api.is_invoke(request)

    async def http(self, request: Request) -> Response:
        """Answer an Invoke request."""
        try:
            call = invoke_api.read(request)
            target = self._catalog.find(call.function, call.qualifier)
            refusal = self._control_plane.authorize(request, policy.ACTION, target.invoked_arn)
            return refusal or await self._answer(call, request)
        except LambdaError as error:
            return invoke_api.refused(error)

    async def _answer(self, call: invoke_api.Call, request: Request) -> Response:
        source = self._source(request)
        trace_id = root_of(request.header("x-amzn-trace-id"))
        if call.kind == "DryRun":
            self._admit(call.function, call.qualifier, call.payload, None, "RequestResponse")
            return invoke_api.rehearsed()
        if call.kind == "Event":
            request_id = self.accept(
                call.function,
                call.payload,
                source=source,
                trace_id=trace_id,
                qualifier=call.qualifier,
            )
            return invoke_api.accepted(request_id)
        invocation = await self.invoke(
            call.function,
            call.payload,
            source=source,
            trace_id=trace_id,
            qualifier=call.qualifier,
            client_context=call.client_context,
        )
        return invoke_api.answered(invocation, call.wants_log)

    # -- inside -------------------------------------------------------------------------------

    def _admit(
        self,
        function: str,
        qualifier: str | None,
        payload: bytes,
        permission: Permission | None,
        kind: str,
    ) -> Target:
        """The target, if the function exists, the payload fits and the caller is allowed."""
        target = self._catalog.find(function, qualifier)
        limit = ASYNCHRONOUS_LIMIT if kind == "Event" else SYNCHRONOUS_LIMIT
        if len(payload) > limit:
            raise RequestTooLarge(
                f"{len(payload)} byte payload is too large for the {kind} invocation type "
                f"(limit {limit} bytes)"
            )
        if permission and self._control_plane.enforcing:
            policy.check(target, permission, self._control_plane.account_id)
        return target

    async def _deliver(self, event: QueuedEvent) -> Invocation:
        """One try of an asynchronous event."""
        return await self._invoker.run(
            Order(
                target=self._catalog.find(event.function),
                payload=event.payload,
                request_id=event.request_id,
                source=event.source,
                trace_id=event.trace_id,
                kind="event",
                attempt=event.attempt,
            )
        )

    def _source(self, request: Request) -> str:
        """Who calls, for the trace: the function whose credentials signed, or a client."""
        return self._pool.holder(invoke_api.access_key(request)) or "client"
