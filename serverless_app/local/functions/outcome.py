"""How an invocation ended, and what its caller is told: the words are AWS's.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

# 6 MB and 100 bytes: gettingstarted-limits.html says 6 MB, the error itself the exact figure.
RESPONSE_LIMIT = 6_291_556

End = Literal["answer", "error", "exit", "timeout", "memory"]
KINDS = {
    "exit": "Runtime.ExitError",
    "timeout": "Sandbox.Timedout",
    "memory": "Runtime.OutOfMemory",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of an invocation, or of an INIT phase that failed, and what it left to say."""

    end: End
    body: bytes = b""
    reason: str = ""

    @property
    def status(self) -> str:
        """The word in the REPORT line where the service, not the function, ended it."""
        if self.end == "timeout":
            return "timeout"
        return "error" if self.end in KINDS else ""


def answer_of(outcome: Outcome, request_id: str, timeout: float) -> tuple[bytes, str]:
    """The payload that the caller gets, and the type of its error; empty where it is none."""
    if outcome.end == "answer":
        if len(outcome.body) <= RESPONSE_LIMIT:
            return outcome.body, ""
        return too_large()
    if outcome.end == "error":
        return error_answer(outcome.body, request_id)
    kind, why = KINDS[outcome.end], outcome.reason or timed_out(timeout)
    told = {"errorType": kind, "errorMessage": f"RequestId: {request_id} Error: {why}"}
    return json.dumps(told).encode(), kind


def error_answer(body: bytes, request_id: str) -> tuple[bytes, str]:
    """An error as the runtime reported it; one from the INIT phase does not know the request."""
    try:
        told = json.loads(body)
        kind = str(told.get("errorType") or "Error")
    except (ValueError, AttributeError):
        return body, "Error"
    if told.get("requestId"):
        return body, kind
    return json.dumps({**told, "requestId": request_id}).encode(), kind


def too_large() -> tuple[bytes, str]:
    """The error in place of an answer over the limit."""
    kind = "Function.ResponseSizeTooLarge"
    message = (
        f"Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes)."
    )
    return json.dumps({"errorMessage": message, "errorType": kind}).encode(), kind


def timed_out(seconds: float) -> str:
    """AWS's words for a timeout."""
    return f"Task timed out after {seconds:.2f} seconds"
