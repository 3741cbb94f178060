"""Invoking the function behind a route, in the integration's time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, TypeVar

from serverless_app.local.functions import LambdaError
from serverless_app.local.gateway.errors import GatewayError

if TYPE_CHECKING:
    from serverless_app.local.functions import Invocation, LambdaService, Permission

T = TypeVar("T")
LONG_SECONDS = 20.0


async def within(seconds: float, work: Awaitable[T]) -> T:
    """The result of `work`, or GatewayError (504) once its time is over.

    A function works on: API Gateway stops waiting, it does not stop anybody.
    """
    try:
        async with asyncio.timeout(seconds) as scope:
            return await work
    except TimeoutError:
        if scope.expired():
            raise GatewayError("INTEGRATION_TIMEOUT") from None
        raise


async def invoke(
    functions: LambdaService,
    function: str,
    payload: bytes,
    *,
    permission: Permission | None,
    trace_id: str,
    seconds: float,
) -> Invocation:
    """One synchronous invocation.

    Raises GatewayError where Lambda refuses it, or takes too long (504).
    """
    work: Awaitable[Invocation] = functions.invoke(
        function,
        payload,
        source="apigateway",
        trace_id=trace_id,
        permission=permission,
        answer_first=True,
    )
    if seconds < LONG_SECONDS:
        # A short time may end in the middle of a cold start, which must go on. With a long one
        # that cannot happen (INIT has 10 s), and a task of its own would cost each call 35 µs.
        work = asyncio.shield(asyncio.ensure_future(work))
    try:
        return await within(seconds, work)
    except LambdaError as error:
        raise refused(error) from error


def refused(error: LambdaError) -> GatewayError:
    """AWS page "Handling Lambda errors with an API Gateway API": a refusal is a 500."""
    if error.status == 413:
        return GatewayError("REQUEST_TOO_LARGE")
    return GatewayError("API_CONFIGURATION_ERROR")
