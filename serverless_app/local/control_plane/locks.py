"""One call of a service at a time: what is one step on AWS (a conditional write, a receive) is

one step here. Deployments and snapshots, which reach into every service, have all to themselves.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

EVERYTHING = frozenset({"cloudformation"})


class Locks:
    """A re-entrant lock a service, and one that excludes them all."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._inside: Counter[int] = Counter()  # threads, and how deep they are in a service
        self._whole: int | None = None  # the thread that has everything
        self._depth = 0
        self._services: dict[str, threading.RLock] = {}

    @contextmanager
    def service(self, name: str) -> Iterator[None]:
        """Hold one service."""
        if name in EVERYTHING:
            with self.everything():
                yield
            return
        me = threading.get_ident()
        with self._condition:
            self._condition.wait_for(lambda: self._whole in (None, me) or self._inside[me] > 0)
            self._inside[me] += 1
            lock = self._services.setdefault(name, threading.RLock())
        try:
            with lock:
                yield
        finally:
            self._leave(me)

    @contextmanager
    def everything(self) -> Iterator[None]:
        """Hold all of them: once every call of other threads has ended."""
        me = threading.get_ident()
        with self._condition:
            self._condition.wait_for(lambda: self._whole in (None, me))
            self._whole = me
            self._depth += 1
            self._condition.wait_for(lambda: not any(n for t, n in self._inside.items() if t != me))
        try:
            yield
        finally:
            with self._condition:
                self._depth -= 1
                if not self._depth:
                    self._whole = None
                self._condition.notify_all()

    def _leave(self, me: int) -> None:
        with self._condition:
            self._inside[me] -= 1
            if not self._inside[me]:
                del self._inside[me]
            self._condition.notify_all()
