"""Faults on request: what AWS does on a bad day, done now, once, where a lesson asks for it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "throttle",  # an AWS operation answers its throttling error      service, operation, resource
    "fail",  # a function's invocation ends in an error                function
    "delay",  # a function's answer is held back by `seconds`          function
    "kill",  # a function's process dies `when` before|during|after    function
    "duplicate",  # an event is delivered twice                        source, function
    "reorder",  # two neighbouring events change places                source, function
    "poison",  # a record makes its consumer fail                      source, function, record
    "drop",  # a WebSocket connection is cut without a close frame     connection
    "delay_index",  # a search index shows a write later, by `seconds` index
    "lose",  # no answer from a service: the connection is cut         service
]


@dataclass(slots=True)
class Fault:
    """One fault that was asked for. `where` must agree in every name that both sides give."""

    kind: Kind
    times: int
    where: dict[str, str]
    options: dict[str, Any] = field(default_factory=dict)

    def meets(self, kind: Kind, place: dict[str, str]) -> bool:
        """Whether this fault strikes at `place`."""
        if kind != self.kind or self.times <= 0:
            return False
        return all(place.get(name) == value for name, value in self.where.items())


class Faults:
    """The faults in waiting. Rooms call `take` where they may strike; most often it finds none."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, kind: Kind, *, times: int = 1, where: dict[str, str], **options: Any) -> Fault:
        """Ask for a fault, `times` times."""
        fault = Fault(kind, times, where, options)
        with self._lock:
            self._waiting.append(fault)
        return fault

    def take(self, kind: Kind, **place: str) -> Fault | None:
        """Use up one strike of the first fault that meets this place; None when there is none."""
        if not self._waiting:
            return None
        with self._lock:
            for fault in self._waiting:
                if fault.meets(kind, place):
                    fault.times -= 1
                    if not fault.times:
                        self._waiting.remove(fault)
                    return fault
        return None

    def waiting(self) -> list[Fault]:
        """Those that have not struck yet."""
        return list(self._waiting)

    def clear(self) -> None:
        """Undo every fault that has not struck yet."""
        with self._lock:
            self._waiting.clear()
