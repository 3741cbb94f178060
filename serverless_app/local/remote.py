"""The trace, the faults and the clock of a cloud that runs in another process."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Literal

from serverless_app.local.console import SequenceDiagram, in_order_of_cause, named
from serverless_app.local.control import Control
from serverless_app.local.trace import Hop


class RemoteTrace:
    """Every hop of the cloud, as data and as a drawing; functions as serverless.yml names them."""

    def __init__(self, control: Control, stack: str) -> None:
        self._control = control
        self._stack = stack

    def hops(self, trace_id: str | None = None, after: int = 0) -> list[Hop]:
        """The hops in the order they began, of one trace or of all."""
        found = self._control.get("trace", trace_id=trace_id, after=after)["hops"]
        return [named(Hop(**hop), self._stack) for hop in found]

    def diagram(
        self,
        trace_id: str | None = None,
        title: str = "What called what",
        *,
        without: Collection[str] = (),
    ) -> SequenceDiagram:
        """The hops in order of cause, as a sequence diagram, which a notebook shows.

        `without` leaves out what these participants take part in.
        """
        kept = [hop for hop in self.hops(trace_id) if not {hop.source, hop.target} & {*without}]
        return SequenceDiagram(in_order_of_cause(kept), title)

    def clear(self) -> None:
        """Forget every hop."""
        self._control.delete("trace")


class RemoteClock:
    """The cloud's clock: it runs as the wall's does, until it is moved."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def now(self) -> datetime:
        """What time it is for the cloud."""
        return datetime.fromisoformat(self._control.get("clock")["now"])

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0) -> None:
        """Move the clock on; what falls due by that happens at once."""
        by = timedelta(seconds=seconds, minutes=minutes, hours=hours)
        self._control.post("clock", {"advance": by.total_seconds()})


class RemoteFaults:
    """Faults to ask for. A function is named as in serverless.yml."""

    def __init__(self, control: Control, stack: str) -> None:
        self._control = control
        self._stack = stack

    def throttle(
        self, service: str, operation: str, *, resource: str | None = None, times: int = 1
    ) -> None:
        """An AWS operation (`dynamodb`, `PutItem`) answers its throttling error."""
        where = {"service": service, "operation": operation}
        self._add("throttle", where | ({"resource": resource} if resource else {}), times)

    def fail(self, function: str, *, times: int = 1) -> None:
        """A function's next invocations end in an error."""
        self._add("fail", self._function(function), times)

    def delay(self, function: str, seconds: float, *, times: int = 1) -> None:
        """A function's next answers are held back."""
        self._add("delay", self._function(function), times, seconds=seconds)

    def kill(
        self,
        function: str,
        *,
        when: Literal["before", "during", "after"] = "during",
        times: int = 1,
    ) -> None:
        """A function's process dies before, during or after its work."""
        self._add("kill", self._function(function), times, when=when)

    def duplicate(self, function: str, *, times: int = 1) -> None:
        """An event is delivered to a function twice."""
        self._add("duplicate", self._function(function), times)

    def reorder(self, function: str, *, times: int = 1) -> None:
        """Two neighbouring events reach a function in the wrong order."""
        self._add("reorder", self._function(function), times)

    def poison(self, function: str, *, times: int = 1) -> None:
        """A record makes its consumer fail, however often it is tried."""
        self._add("poison", self._function(function), times)

    def drop(self, connection_id: str) -> None:
        """A WebSocket connection is cut, without a close frame."""
        self._add("drop", {"connection": connection_id}, 1)

    def delay_index(self, index: str, seconds: float, *, times: int = 1) -> None:
        """A search index shows what was written that much later."""
        self._add("delay_index", {"index": index}, times, seconds=seconds)

    def lose(self, service: str, *, times: int = 1) -> None:
        """No answer comes from a service."""
        self._add("lose", {"service": service}, times)

    def waiting(self) -> list[dict[str, Any]]:
        """The faults that have not struck yet."""
        found: list[dict[str, Any]] = self._control.get("faults")["faults"]
        return found

    def clear(self) -> None:
        """Undo those that have not struck yet."""
        self._control.delete("faults")

    def _function(self, name: str) -> dict[str, str]:
        whole = name if name.startswith(f"{self._stack}-") else f"{self._stack}-{name}"
        return {"function": whole}

    def _add(self, kind: str, where: dict[str, str], times: int, **options: Any) -> None:
        body = {"kind": kind, "where": where, "times": times, "options": options}
        self._control.post("faults", body)
