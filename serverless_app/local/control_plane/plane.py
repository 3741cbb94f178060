"""The control plane: moto behind the laptop cloud's port, made to keep AWS's promises."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import (
    codes,
    dispatch,
    dynamodb_streams,
    kinesis,
    patches,
    snapshots,
    stacks,
)
from serverless_app.local.control_plane.calls import Call, identify
from serverless_app.local.control_plane.changes import Changes
from serverless_app.local.control_plane.clients import Clients
from serverless_app.local.control_plane.endpoint import Endpoint
from serverless_app.local.control_plane.errors import respond
from serverless_app.local.control_plane.journal import source_of
from serverless_app.local.control_plane.model import (
    ACCOUNT,
    REGION,
    Change,
    ConfirmationCode,
    Credentials,
    StackResource,
)
from serverless_app.local.control_plane.permissions import Permissions
from serverless_app.local.control_plane.policies import Ask
from serverless_app.local.control_plane.sessions import Sessions, role_caller
from serverless_app.local.faults import Faults
from serverless_app.local.http.messages import Request, Response
from serverless_app.local.trace import Trace


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
        self._changes = Changes()
        self._sessions = Sessions()
        self._permissions = Permissions(clock)
        self._endpoint = Endpoint(
            trace=trace,
            faults=faults,
            changes=self._changes,
            sessions=self._sessions,
            permissions=self._permissions,
            authority=lambda: self.authority,
        )
        self._clients = Clients(lambda request: self._endpoint.answer(request, in_process=True))

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
        return self._endpoint.claims(request)

    async def handle(self, request: Request) -> Response:
        """The answer of the AWS API that a request is for.

        Raises ConnectionLost where a fault took the service away.
        """
        return await self._endpoint.handle(request)

    def answer(self, request: Request) -> Response:
        """The same, on this thread."""
        return self._endpoint.answer(request)

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

    def last_sequence_numbers(self, stream_arn: str) -> dict[str, str]:
        """The last sequence number of each shard that holds records; of a queue, nothing."""
        if ":kinesis:" in stream_arn:
            return kinesis.last_sequence_numbers(self.backend("kinesis"), stream_arn)
        if ":dynamodb:" in stream_arn:
            return dynamodb_streams.last_sequence_numbers(self.backend("dynamodb"), stream_arn)
        return {}

    def revision(self, service: str) -> int:
        """Grows with every control-plane write of a service."""
        return self._endpoint.revisions.of(service)

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Hear of writes, on the thread that makes them; returns how to stop."""
        return self._changes.subscribe(listener)

    def trace_of(self, record_id: str) -> str | None:
        """The trace that wrote a stream record or a message."""
        return self._changes.trace_of(record_id)

    def confirmation_codes(self) -> list[ConfirmationCode]:
        """What Cognito would have sent by e-mail, the newest first."""
        return codes.confirmation_codes()

    def snapshot(self) -> bytes:
        """Every backend, as bytes that `restore` takes, in this process or another."""
        with self._endpoint.locks.everything():
            return snapshots.dump(self.authority)

    def restore(self, snapshot: bytes) -> None:
        """Every backend back to a snapshot; addresses in it become those of this authority."""
        with self._endpoint.locks.everything():
            snapshots.load(snapshot, self.authority)
            self._sessions.readmit()
        self._endpoint.revisions.note_all()
        self._endpoint.long_polls.wake()

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
        return self._endpoint.inside(lambda: stacks.outputs(stack))

    def resources(self, stack: str) -> list[StackResource]:
        """Every resource of a stack."""
        return self._endpoint.inside(lambda: stacks.resources(stack))

    def close(self) -> None:
        """Stop the threads."""
        self._endpoint.close()
