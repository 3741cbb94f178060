"""Access logs: one line a request, in the stage's own format, to its log group.

AWS page "Set up CloudWatch logging for REST APIs in API Gateway".
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import uuid
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from serverless_app.local.gateway.parameters import lookup

if TYPE_CHECKING:
    from serverless_app.local.clock import Clock
    from serverless_app.local.control_plane import ControlPlane

_NAME = r"context\.([A-Za-z0-9_]+(?:[.:-][A-Za-z0-9_]+)*)"
_VARIABLE = re.compile(rf"\$(?:\{{{_NAME}\}}|{_NAME})")
_LIMIT = 10_000  # lines that may wait; beyond that the oldest are dropped


def line(template: str, context: Mapping[str, Any]) -> str:
    """One line; `-` where a variable has no value."""
    values = dict(context)
    return _VARIABLE.sub(lambda match: _text(lookup(values, match[1] or match[2])), template)


def _text(value: Any) -> str:
    return "-" if value is None or value == "" else str(value)


class AccessLog:
    """Lines are kept when they arise and written soon after, off the request's way."""

    def __init__(self, *, control_plane: ControlPlane, clock: Clock) -> None:
        self._control_plane, self._clock = control_plane, clock
        self._waiting: list[tuple[str, int, str]] = []
        self._streams: set[str] = set()
        self._name = uuid.uuid4().hex
        self._task: asyncio.Task[None] | None = None

    def write(self, destination: tuple[str, str], context: Mapping[str, Any]) -> None:
        """Note one request. `destination`: the log group's ARN, and the format."""
        arn, template = destination
        group = arn.partition(":log-group:")[2].removesuffix(":*")
        if not group:
            return
        stamp = int(self._clock.time() * 1000)
        self._waiting.append((group, stamp, line(template, context)))
        del self._waiting[:-_LIMIT]
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._write_all())

    async def flush(self) -> None:
        """Until every line is in its log group."""
        while self._task is not None and not self._task.done():
            await self._task

    def forget(self) -> None:
        """The log groups are new ones."""
        self._streams.clear()
        self._waiting.clear()

    async def _write_all(self) -> None:
        while self._waiting:
            lines, self._waiting = self._waiting, []
            await asyncio.to_thread(self._put, lines)

    def _put(self, lines: list[tuple[str, int, str]]) -> None:
        logs = self._control_plane.client("logs")
        groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for group, stamp, text in lines:
            groups[group].append({"timestamp": stamp, "message": text})
        for group, events in groups.items():
            # A group that is not there loses its lines, as on AWS: the request was answered.
            with contextlib.suppress(logs.exceptions.ResourceNotFoundException):
                self._make_stream(logs, group)
                for start in range(0, len(events), 1_000):
                    logs.put_log_events(
                        logGroupName=group,
                        logStreamName=self._name,
                        logEvents=events[start : start + 1_000],
                    )

    def _make_stream(self, logs: Any, group: str) -> None:
        if group in self._streams:
            return
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName=group, logStreamName=self._name)
        self._streams.add(group)
