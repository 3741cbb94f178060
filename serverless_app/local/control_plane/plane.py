"""The control plane: moto behind the laptop cloud's port, made to keep AWS's promises."""

from __future__ import annotations

import asyncio
import contextvars
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import (
    cognito,
    cors,
    dispatch,
    patches,
    snapshots,
    stacks,
)
from serverless_app.local.control_plane.calls import Call, bucket_call, identify
from serverless_app.local.control_plane.changes import Changes, Serving, serving
from serverless_app.local.control_plane.clients import Clients
from serverless_app.local.control_plane.errors import Refusal, respond, throttled
from serverless_app.local.control_plane.journal import Journal, Revisions, source_of
from serverless_app.local.control_plane.locks import Locks
from serverless_app.local.control_plane.long_poll import LongPolls, is_long_poll
from serverless_app.local.control_plane.model import (
    ACCOUNT,
    REGION,
    Change,
    ConfirmationCode,
    ConnectionLost,
    Credentials,
    StackResource,
)
from serverless_app.local.control_plane.permissions import Permissions
from serverless_app.local.control_plane.policies import Ask
from serverless_app.local.control_plane.sessions import Caller, Sessions, role_caller
from serverless_app.local.control_plane.targets import label
from serverless_app.local.faults import Faults
from serverless_app.local.http.messages import Request, Response
from serverless_app.local.trace import Trace, current_trace, new_trace_id, root_of

THREADS = 4
LONG_POLLS = 32


class ControlPlane:
    """Every AWS API of the laptop cloud, and the state behind them.

    moto keeps its state in the process, so there is one control plane a process: a new one
    starts empty.
    """

    region = REGION
    account_id = ACCOUNT

    def __init__(self, *, trace: Trace, clock: Clock, faults: Faults, authority: str) -> None:
        patches.install()
        dispatch.reset()
        self.authority = authority
        self._faults = faults
        self._journal = Journal(trace)
        self._changes = Changes()
        self._sessions = Sessions()
        self._permissions = Permissions(clock)
        self._locks = Locks()
        self._revisions = Revisions()
        self._long_polls = LongPolls()
        self._changes.subscribe(self._long_polls.on_change)
        self._clients = Clients(lambda request: self.answer(request, in_process=True))
        self._pool = ThreadPoolExecutor(THREADS, "control-plane")
        self._waiting_room = ThreadPoolExecutor(LONG_POLLS, "long-poll")

    @property
    def endpoint_url(self) -> str:
        """Where every AWS API answers."""
        return f"http://{self.authority}"

    @property
    def administrator(self) -> Credentials:
        """Keys of this laptop cloud alone, that may do everything."""
        return self._sessions.administrator

    # -- requests ---------------------------------------------------------------------------

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
        if self._faults.take("lose", service=call.service):
            raise ConnectionLost(f"{call.service} is out of reach")
        place = {"service": call.service, "operation": call.operation, "resource": label(call)}
        return throttled(call) if self._faults.take("throttle", **place) else None

    def _refuse(self, call: Call, caller: Caller | None) -> Response | None:
        refusal = self._permissions.refuse(call, caller)
        return respond(call, refusal) if refusal else None

    def _dispatch(self, call: Call, caller: Caller | None) -> Response:
        self._enter(call, caller)
        ask = self._locked
        response = self._long_polls.receive(call, ask) if is_long_poll(call) else ask(call)
        self._revisions.note(call)
        return self._hide_missing_key(call, caller, response)

    def _locked(self, call: Call) -> Response:
        # A table and its stream are one: nobody reads the records of half a transaction.
        with self._locks.service(call.service.removesuffix("streams")):
            return dispatch.dispatch(call)

    def _enter(self, call: Call, caller: Caller | None) -> None:
        serving.set(
            Serving(
                self._changes,
                authority=self.authority,
                principal=caller.arn if caller else "anonymous",
                source_ip=call.request.peer,
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
        return self.backend("s3").buckets.get(call.path[0])

    # -- identities -------------------------------------------------------------------------

    def client(
        self,
        service: str,
        *,
        role_arn: str | None = None,
        session_name: str = "laptop-cloud",
        region: str | None = None,
    ) -> Any:
        """A boto3 client that is answered in this process."""
        held = self.credentials_for(role_arn, session_name) if role_arn else self.administrator
        return self._clients.client(service, self.endpoint_url, region or REGION, held)

    def credentials_for(self, role_arn: str, session_name: str) -> Credentials:
        """Temporary credentials of a role: what a function's process gets."""
        return self._sessions.credentials_for(role_arn, session_name)

    def authorize(self, request: Request, action: str, resource: str) -> Response | None:
        """The refusal of a request to a data plane; None when it is allowed."""
        if not self._permissions.enforced:
            return None
        service = {"es": "opensearch"}.get(action.partition(":")[0], action.partition(":")[0])
        call = identify(request) or Call(request, service, REGION, None)
        caller = self._sessions.holder(call.access_key_id)
        refusal = self._permissions.identify(call, caller)
        if refusal is None:
            refusal = self._permissions.refuse_action(call, caller, action, resource)
        return respond(Call(request, "lambda", REGION, None), refusal) if refusal else None

    def caller(self, request: Request) -> str:
        """Who signed a request to a data plane, as the trace names it: a function, or a client."""
        call = identify(request) or Call(request, "", REGION, None)
        return source_of(call, self._sessions.holder(call.access_key_id))

    def allows(self, role_arn: str, action: str, resource: str) -> bool:
        """Whether a role's policies let it do `action` to `resource`."""
        if not self._permissions.enforced:
            return True
        caller = role_caller(role_arn)
        return self._permissions.verdict(caller, Ask(action, resource, caller.arn)) == "allow"

    @property
    def enforcing(self) -> bool:
        """Whether signatures and policies count."""
        return self._permissions.enforced

    def enforce_permissions(self) -> None:
        """From now on signatures and policies count."""
        self._permissions.enforced = True

    # -- state ------------------------------------------------------------------------------

    def backend(self, service: str) -> Any:
        """moto's backend. Look it up on every use: a restore replaces it."""
        return dispatch.backend(service)

    def revision(self, service: str) -> int:
        """Grows with every control-plane write of a service."""
        return self._revisions.of(service)

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Hear of writes, on the thread that makes them; returns how to stop."""
        return self._changes.subscribe(listener)

    def trace_of(self, record_id: str) -> str | None:
        """The trace that wrote a stream record or a message."""
        return self._changes.trace_of(record_id)

    def confirmation_codes(self) -> list[ConfirmationCode]:
        """What Cognito would have sent by e-mail, the newest first."""
        return cognito.confirmation_codes()

    def snapshot(self) -> bytes:
        """Every backend, as bytes that `restore` takes, in this process or another."""
        with self._locks.everything():
            return snapshots.dump(self.authority)

    def restore(self, snapshot: bytes) -> None:
        """Every backend back to a snapshot; addresses in it become those of this authority."""
        with self._locks.everything():
            snapshots.load(snapshot, self.authority)
            self._sessions.readmit()
        self._revisions.note_all()
        self._long_polls.wake()

    # -- stacks -----------------------------------------------------------------------------

    def deploy(
        self,
        template: dict[str, Any],
        *,
        stack: str,
        parameters: dict[str, str] | None = None,
        source: Path,
    ) -> None:
        """Create or update a stack; functions of the template's package run from `source`.

        Raises DeploymentFailed, after a rollback.
        """
        stacks.deploy(self, template, stack, parameters or {}, source)

    def outputs(self, stack: str) -> dict[str, str]:
        """The outputs of a stack."""
        return stacks.outputs(stack)

    def resources(self, stack: str) -> list[StackResource]:
        """Every resource of a stack."""
        return stacks.resources(stack)

    def close(self) -> None:
        """Stop the threads."""
        self._long_polls.close()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._waiting_room.shutdown(wait=False, cancel_futures=True)


__all__ = ["ControlPlane", "Refusal"]
