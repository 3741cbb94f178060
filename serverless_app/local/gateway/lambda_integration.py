"""Invoking the function behind a route, in the integration's time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from serverless_app.local.functions import LambdaError, Permission
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.lambda_authorizer import PRINCIPAL

if TYPE_CHECKING:
    from serverless_app.local.functions import Invocation, LambdaService

T = TypeVar("T")
_left_running: set[asyncio.Task[Any]] = set()


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, or GatewayError (504) once its time is over.

    The work itself goes on: API Gateway stops waiting, it does not stop a function.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait((task,), timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if done:
        return task.result()
    _left_running.add(task)
    task.add_done_callback(_forget)
    raise GatewayError("INTEGRATION_TIMEOUT")


def _forget(task: asyncio.Task[Any]) -> None:
    _left_running.discard(task)
    if not task.cancelled():
        task.exception()  # nobody waits for it any more


async def invoke(
    functions: LambdaService,
    function: str,
    payload: bytes,
    *,
    source_arn: str,
    trace_id: str,
    seconds: float,
) -> Invocation:
    """One synchronous invocation.

    Raises GatewayError: 500 where Lambda refuses it, 413 where the event is too large for it.
    """
    work = functions.invoke(
        function,
        payload,
        source="apigateway",
        trace_id=trace_id,
        permission=Permission(PRINCIPAL, source_arn),
    )
    try:
        return await within(seconds, work)
    except LambdaError as error:
        raise refused(error) from error


def refused(error: LambdaError) -> GatewayError:
    """AWS page "Handling Lambda errors with an API Gateway API": a refusal is a 500."""
    if error.status == 413:
        return GatewayError("REQUEST_TOO_LARGE")
    return GatewayError("API_CONFIGURATION_ERROR")
