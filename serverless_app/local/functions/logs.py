"""What an invocation leaves in CloudWatch Logs: its own lines between START, END and REPORT.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from serverless_app.local.clock import Clock
from serverless_app.local.functions.catalog import Configuration

if TYPE_CHECKING:
    from serverless_app.local.control_plane import ControlPlane

TAIL_BYTES = 4_096
FLUSH_SECONDS = 0.1
EVENTS_AT_ONCE, PAUSE_SECONDS = 100, 0.004
EVENTS_KEPT = 20_000  # a stream: CloudWatch keeps all of them, a laptop's memory does not


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one invocation."""

    request_id: str
    duration_ms: float
    memory_mb: int
    max_memory_mb: int
    init_ms: float | None = None
    status: str = ""  # "timeout", or "error" with the type of the error
    error_type: str = ""
    trace_id: str = ""

    @property
    def billed_ms(self) -> int:
        """Whole milliseconds; the INIT phase counts since 1 August 2025."""
        return math.ceil(self.duration_ms + (self.init_ms or 0.0))

    def line(self) -> str:
        """The REPORT line."""
        parts = [
            f"REPORT RequestId: {self.request_id}",
            f"Duration: {self.duration_ms:.2f} ms",
            f"Billed Duration: {self.billed_ms} ms",
            f"Memory Size: {self.memory_mb} MB",
            f"Max Memory Used: {self.max_memory_mb} MB",
        ]
        if self.init_ms is not None:
            parts.append(f"Init Duration: {self.init_ms:.2f} ms")
        if self.status:
            parts.append(f"Status: {self.status}")
        if self.error_type:
            parts.append(f"Error Type: {self.error_type}")
        line = "\t".join(parts) + "\t\n"
        return f"{line}XRAY TraceId: {self.trace_id}\tSampled: true\t\n" if self.trace_id else line


def events_of(output: bytes) -> list[str]:
    """A process's output as log events: one a line; a carriage return keeps lines together."""
    if not output:
        return []
    text = output.decode("utf-8", "replace").removesuffix("\n")
    return [line.replace("\r", "\n") + "\n" for line in text.split("\n")]


def tail(events: list[str]) -> str:
    """The last 4 KB of a log."""
    text = "".join(events)
    if len(text) * 4 <= TAIL_BYTES:
        return text
    return text.encode()[-TAIL_BYTES:].decode("utf-8", "ignore")


class LogWriter:
    """Collects log events, and writes them in batches while nobody waits.

    A function whose role may not write logs has none, as on AWS; group and stream are made when
    they are not there.
    """

    def __init__(self, control_plane: ControlPlane, clock: Clock) -> None:
        self._control_plane = control_plane
        self._clock = clock
        self._batches: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def write(self, configuration: Configuration, stream: str, events: list[str]) -> None:
        """Take the events of one stream, now, in their order."""
        key = (configuration.role, configuration.log_group, stream)
        now = int(self._clock.time() * 1000)
        batch = self._batches.setdefault(key, [])
        batch += [{"timestamp": now, "message": event} for event in events]
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self._flush_some)

    def flush(self) -> None:
        """Write everything that is there."""
        while self._batches:
            self._flush_one()
        self._stop_timer()

    def _flush_some(self) -> None:
        """Write a little, so that nobody's answer waits for the log of many."""
        self._flush_one()
        self._stop_timer()
        if self._batches:
            self._timer = asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._flush_some)

    def _flush_one(self) -> None:
        key, events = next(iter(self._batches.items()), (None, []))
        if key is None:
            return
        written, left = events[:EVENTS_AT_ONCE], events[EVENTS_AT_ONCE:]
        del self._batches[key]
        if left:
            self._batches[key] = left
        self._put(*key, sorted(written, key=lambda event: event["timestamp"]))

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def forget(self) -> None:
        """Drop what is not written yet."""
        self._batches.clear()

    def _put(self, role: str, group: str, stream: str, events: list[dict[str, Any]]) -> None:
        plane = self._control_plane
        arn = f"arn:aws:logs:{plane.region}:{plane.account_id}:log-group:{group}"
        if not plane.allows(role, "logs:PutLogEvents", f"{arn}:log-stream:{stream}"):
            return
        logs = plane.backend("logs")
        if group not in logs.groups:
            if not plane.allows(role, "logs:CreateLogGroup", arn):
                return
            logs.ensure_log_group(group)
        if stream not in logs.groups[group].streams:
            if not plane.allows(role, "logs:CreateLogStream", f"{arn}:log-stream:{stream}"):
                return
            logs.ensure_log_stream(group, stream)
        if logs.groups[group].subscription_filters:  # who is subscribed hears of it that way only
            client = plane.client("logs")
            client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
        else:
            logs.put_log_events(group, stream, events)
        kept = logs.groups[group].streams[stream].events
        if len(kept) > EVENTS_KEPT:
            del kept[: -EVENTS_KEPT // 2]
