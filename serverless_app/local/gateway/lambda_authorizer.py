"""Lambda authorizers, of REST and WebSocket APIs: ask the function, judge by its policy.

AWS page "Use API Gateway Lambda authorizers".
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from serverless_app.local.functions import LambdaError, Permission
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.json_text import dumps
from serverless_app.local.gateway.policy import Verdict, evaluate

if TYPE_CHECKING:
    from serverless_app.local.functions import LambdaService

PRINCIPAL = "apigateway.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Decision:
    """What an authorizer's function answered; a policy may cover more than one method."""

    principal_id: str
    policy: Any
    context: dict[str, str]
    usage_identifier_key: str | None
    latency_ms: int

    def admit(self, method_arn: str) -> dict[str, Any]:
        """`requestContext.authorizer` of an allowed method. Raises GatewayError (403)."""
        try:
            verdict = evaluate(self.policy, method_arn)
        except ValueError as error:
            raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR") from error
        if verdict is Verdict.EXPLICITLY_DENIED:
            text = "User is not authorized to access this resource with an explicit deny"
            raise GatewayError("ACCESS_DENIED", text)
        if verdict is Verdict.IMPLICITLY_DENIED:
            raise GatewayError("ACCESS_DENIED")
        return {
            **self.context,
            "principalId": self.principal_id,
            "integrationLatency": self.latency_ms,
        }


async def ask(
    functions: LambdaService,
    function: str,
    event: dict[str, Any],
    *,
    source_arn: str,
    trace_id: str,
) -> Decision:
    """Invoke an authorizer's function. Raises GatewayError: 401 when it says "Unauthorized"."""
    started = time.perf_counter()
    try:
        invocation = await functions.invoke(
            function,
            dumps(event),
            source="apigateway",
            trace_id=trace_id,
            permission=Permission(PRINCIPAL, source_arn),
        )
    except LambdaError as error:
        raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR") from error
    if invocation.function_error:
        if error_message(invocation.payload) == "Unauthorized":
            raise GatewayError("UNAUTHORIZED")
        raise GatewayError("AUTHORIZER_FAILURE")
    return _decision(invocation.payload, int((time.perf_counter() - started) * 1000))


def error_message(payload: bytes) -> str:
    """`errorMessage` of a failed function; empty where it gave none."""
    try:
        return str(json.loads(payload).get("errorMessage") or "")
    except (ValueError, AttributeError):
        return ""


def _decision(payload: bytes, latency_ms: int) -> Decision:
    try:
        answer = json.loads(payload)
        context = answer.get("context") or {}
        usage = answer.get("usageIdentifierKey")
        return Decision(
            principal_id=str(answer["principalId"]),
            policy=answer["policyDocument"],
            context={name: _scalar(value) for name, value in context.items()},
            usage_identifier_key=usage if isinstance(usage, str) else None,
            latency_ms=latency_ms,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR") from error


def _scalar(value: Any) -> str:
    """A context value as text. Lists and objects are not allowed."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise TypeError("context values are strings, numbers or booleans")
