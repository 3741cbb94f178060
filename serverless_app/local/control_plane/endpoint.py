"""The endpoint: an HTTP request in, the answer of the AWS API that it is for out."""

from __future__ import annotations

import asyncio
import contextvars
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from serverless_app.local.control_plane import cors, dispatch, post_object
from serverless_app.local.control_plane.calls import Call, bucket_call, identify
from serverless_app.local.control_plane.changes import Changes, Serving, serving
from serverless_app.local.control_plane.errors import Refusal, respond, throttled
from serverless_app.local.control_plane.journal import Journal, Revisions
from serverless_app.local.control_plane.locks import Locks
from serverless_app.local.control_plane.long_poll import LongPolls, is_long_poll
from serverless_app.local.control_plane.model import ConnectionLost
from serverless_app.local.control_plane.permissions import Permissions
from serverless_app.local.control_plane.sessions import Caller, Sessions
from serverless_app.local.control_plane.targets import label
from serverless_app.local.faults import Faults
from serverless_app.local.http.messages import Request, Response
from serverless_app.local.trace import Trace, current_trace, new_trace_id, root_of

Answer = TypeVar("Answer")
THREADS = 4
LONG_POLLS = 32


class Endpoint:
    """Identifies, traces, refuses, dispatches. `authority` says where it answers just now."""

    def __init__(
        self,
        *,
        trace: Trace,
        faults: Faults,
        changes: Changes,
        sessions: Sessions,
        permissions: Permissions,
        authority: Callable[[], str],
    ) -> None:
        self.locks = Locks()
        self.revisions = Revisions()
        self.long_polls = LongPolls()
        self._journal = Journal(trace)
        self._faults, self._changes = faults, changes
        self._sessions, self._permissions = sessions, permissions
        self._authority = authority
        changes.subscribe(self.long_polls.on_change)
        self._pool = ThreadPoolExecutor(THREADS, "control-plane")
        self._waiting_room = ThreadPoolExecutor(LONG_POLLS, "long-poll")

    def claims(self, request: Request) -> bool:
        """Whether a request is for an AWS API."""
        return cors.is_api_preflight(request) or self._call(request) is not None

    async def handle(self, request: Request) -> Response:
        """The answer of the AWS API that a request is for.

        Raises ConnectionLost where a fault took the service away.
        """
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()
        call = self._call(request)
        pool = self._waiting_room if call and is_long_poll(call) else self._pool
        return await loop.run_in_executor(pool, context.run, self.answer, request)

    def answer(self, request: Request, *, in_process: bool = False) -> Response:
        """The same, on this thread."""
        if cors.is_api_preflight(request):
            return cors.answer_api_preflight(request)
        call = self._call(request)
        if call is None:
            return Response(404, b'{"message": "This is no request to an AWS API."}')
        if cors.is_preflight(request):
            return cors.answer_bucket_preflight(request, self._bucket(call))
        trace_id = root_of(request.header("x-amzn-trace-id")) or current_trace.get()
        context = contextvars.copy_context()
        return context.run(self._serve, call, trace_id or new_trace_id(), in_process)

    def _serve(self, call: Call, trace_id: str, in_process: bool) -> Response:
        current_trace.set(trace_id)
        caller = self._sessions.holder(call.access_key_id)
        hop = self._journal.begin(call, caller, in_process=in_process)
        try:
            refusal = self._strike(call) or self._refuse(call, caller)
        except ConnectionLost:
            self._journal.lost(hop)
            raise
        response = refusal or self._dispatch(call, caller)
        response = cors.with_headers(call, response, self._bucket(call))
        self._journal.end(hop, response, refused=refusal is not None)
        return response

    def _strike(self, call: Call) -> Response | None:
        """The fault that waits for this call, if there is one."""
        if not self._faults.waiting():
            return None
        place = {"service": call.service, "operation": call.operation, "resource": label(call)}
        if self._faults.take("lose", **place):
            raise ConnectionLost(f"{call.service} is out of reach")
        return throttled(call) if self._faults.take("throttle", **place) else None

    def _refuse(self, call: Call, caller: Caller | None) -> Response | None:
        if call.upload and call.upload.problem:
            return respond(call, Refusal(*call.upload.problem, 400))
        refusal = self._permissions.refuse(call, caller)
        return respond(call, refusal) if refusal else None

    def _dispatch(self, call: Call, caller: Caller | None) -> Response:
        self._enter(caller.arn if caller else "anonymous", call.request.peer)
        ask = self._locked
        response = self.long_polls.receive(call, ask) if is_long_poll(call) else ask(call)
        self.revisions.note(call)
        return self._hide_missing_key(call, caller, response)

    def _locked(self, call: Call) -> Response:
        # A table and its stream are one: nobody reads the records of half a transaction.
        with self.locks.service(call.service.removesuffix("streams")):
            return post_object.answer(call) if call.upload else dispatch.dispatch(call)

    def inside(self, question: Callable[[], Answer]) -> Answer:
        """What `question` finds out, as if a request of the administrator's asked it."""

        def ask() -> Answer:
            self._enter("administrator", "127.0.0.1")
            return question()

        return contextvars.copy_context().run(ask)

    def _enter(self, principal: str, source_ip: str) -> None:
        serving.set(
            Serving(
                self._changes,
                authority=self._authority(),
                principal=principal,
                source_ip=source_ip,
                request_id=uuid.uuid4().hex.upper()[:16],
            )
        )

    def _hide_missing_key(self, call: Call, caller: Caller | None, response: Response) -> Response:
        """Who may not list a bucket is not told that a key is missing: 403 instead of 404

        (S3 API reference, GetObject, "Permissions").
        """
        if response.status != 404 or call.operation not in ("GetObject", "HeadObject"):
            return response
        bucket = f"arn:aws:s3:::{call.path[0]}"
        if self._bucket(call) is None:
            return response
        refusal = self._permissions.refuse_action(call, caller, "s3:ListBucket", bucket)
        return respond(call, refusal) if refusal else response

    def _call(self, request: Request) -> Call | None:
        call = identify(request)
        if call is None:
            candidate = bucket_call(request)
            return candidate if self._bucket(candidate) is not None else None
        return call

    def _bucket(self, call: Call) -> Any:
        if call.service != "s3" or not call.path:
            return None
        return dispatch.backend("s3").buckets.get(call.path[0])

    def close(self) -> None:
        """Stop the threads."""
        self.long_polls.close()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._waiting_room.shutdown(wait=False, cancel_futures=True)
