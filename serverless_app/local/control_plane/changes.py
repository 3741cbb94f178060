"""Who is told of a write, and under which trace it was made."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Literal

from serverless_app.local.control_plane.model import Change
from serverless_app.local.trace import current_trace, new_trace_id

TRACES_KEPT = 20_000

Listener = Callable[[Change], None]
Kind = Literal["table", "stream", "queue", "object", "delivery"]


class Changes:
    """The listeners, and the last `TRACES_KEPT` record ids with the trace that wrote them."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._traces: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` at every write, on its thread; returns how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(
        self, kind: Kind, arn: str, *, record_id: str | None = None, detail: Any = None
    ) -> None:
        """A write happened in the current trace."""
        trace_id = current_trace.get() or new_trace_id()
        if record_id is not None:
            self.remember(record_id, trace_id)
        change = Change(kind, arn, trace_id, detail)
        for listener in list(self._listeners):
            listener(change)

    def remember(self, record_id: str, trace_id: str) -> None:
        """Keep the trace of a record; the oldest are forgotten."""
        with self._lock:
            self._traces[record_id] = trace_id
            while len(self._traces) > TRACES_KEPT:
                self._traces.popitem(last=False)

    def trace_of(self, record_id: str) -> str | None:
        """The trace that wrote a record, while it is remembered."""
        return self._traces.get(record_id)


class Serving:
    """What the hooks in moto need to know of the request that is being answered."""

    def __init__(
        self, changes: Changes, *, authority: str, principal: str, source_ip: str, request_id: str
    ) -> None:
        self.changes = changes
        self.authority = authority
        self.principal = principal
        self.source_ip = source_ip
        self.request_id = request_id


# None outside a control plane: there every hook leaves moto as it is.
serving: ContextVar[Serving | None] = ContextVar("serving", default=None)
