"""Every hop of every request: who called whom, with what, how long, which try, what came back."""

from __future__ import annotations

import contextvars
import itertools
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

PAYLOAD_LIMIT = 4_096
HOPS_KEPT = 5_000

Kind = Literal["call", "event"]
Outcome = Literal["running", "ok", "refused", "error"]

current_trace: contextvars.ContextVar[str] = contextvars.ContextVar("current_trace", default="")


def new_trace_id() -> str:
    """A fresh root, as X-Ray writes it: `1-<epoch, 8 hex>-<96 random bits>`."""
    return f"1-{int(time.time()):08x}-{os.urandom(12).hex()}"


def new_request_id() -> str:
    """A fresh UUID (version 4) as text: two a request, and `uuid.uuid4` takes thrice as long."""
    digits = os.urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def root_of(header: str | None) -> str | None:
    """The Root of an `X-Amzn-Trace-Id` header, or None."""
    for part in (header or "").split(";"):
        key, _, value = part.strip().partition("=")
        if key == "Root" and value:
            return value
    return None


@dataclass(slots=True)
class Hop:
    """One step. `kind` call: the caller waits; event: it comes later. Milliseconds, wall clock."""

    number: int
    trace_id: str
    source: str
    target: str
    operation: str
    kind: Kind = "call"
    attempt: int = 1
    started_ms: float = 0.0
    duration_ms: float | None = None
    outcome: Outcome = "running"
    detail: dict[str, Any] = field(default_factory=dict)
    request: str = ""
    answer: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The hop as JSON-ready data."""
        return asdict(self)


class Trace:
    """The last `HOPS_KEPT` hops, and whoever wants to hear of new ones. Safe from any thread."""

    def __init__(self, limit: int = HOPS_KEPT) -> None:
        self._hops: deque[Hop] = deque(maxlen=limit)
        self._numbers = itertools.count(1)
        self._listeners: list[Callable[[Hop], None]] = []

    def begin(
        self,
        source: str,
        target: str,
        operation: str,
        *,
        trace_id: str | None = None,
        kind: Kind = "call",
        attempt: int = 1,
        request: bytes | str = b"",
        **detail: Any,
    ) -> Hop:
        """Open a hop; `end` closes it. Without `trace_id` it belongs to the current trace."""
        hop = Hop(
            next(self._numbers),
            trace_id or current_trace.get() or new_trace_id(),
            source,
            target,
            operation,
            kind,
            attempt,
            time.time() * 1000,
            detail=detail,
            request=excerpt(request),
        )
        self._hops.append(hop)
        self._tell(hop)
        return hop

    def end(
        self, hop: Hop, outcome: Outcome = "ok", answer: bytes | str = b"", **detail: Any
    ) -> None:
        """Close a hop with its outcome and what came back."""
        hop.duration_ms = max(0.0, time.time() * 1000 - hop.started_ms)
        hop.outcome = outcome
        hop.answer = excerpt(answer)
        hop.detail.update(detail)
        self._tell(hop)

    @contextmanager
    def hop(self, source: str, target: str, operation: str, **more: Any) -> Iterator[Hop]:
        """A hop around a block: an exception makes it an error."""
        hop = self.begin(source, target, operation, **more)
        try:
            yield hop
        except BaseException as error:
            self.end(hop, "error", repr(error))
            raise
        if hop.outcome == "running":
            self.end(hop)

    def hops(self, trace_id: str | None = None, after: int = 0) -> list[Hop]:
        """Hops in the order they began, of one trace or of all, with numbers above `after`."""
        return [h for h in list(self._hops) if h.number > after and trace_id in (None, h.trace_id)]

    def listen(self, listener: Callable[[Hop], None]) -> Callable[[], None]:
        """Call `listener` at each begin and end (from any thread); returns how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def clear(self) -> None:
        """Forget every hop."""
        self._hops.clear()

    def _tell(self, hop: Hop) -> None:
        for listener in list(self._listeners):
            listener(hop)


def excerpt(payload: bytes | str) -> str:
    """The first `PAYLOAD_LIMIT` characters of a payload; bytes that are no text by their length."""
    if isinstance(payload, bytes):
        head = payload[: PAYLOAD_LIMIT * 4]
        try:
            payload_text = head.decode()
        except UnicodeDecodeError as error:
            if error.start < len(head) - 4:
                return f"({len(payload):,} bytes)"
            payload_text = head[: error.start].decode()
    else:
        payload_text = payload
    if len(payload_text) <= PAYLOAD_LIMIT:
        return payload_text
    return payload_text[:PAYLOAD_LIMIT] + "…"
