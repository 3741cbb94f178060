"""What the functions say about themselves: JSON log lines, and metrics in the embedded format.

Each line is one JSON object with the invocation's request id and trace id, so that the way of one
upload can be followed over four functions' logs. CloudWatch makes a metric of a line that has an
`_aws` part, without a call: a metric costs no time.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

Tokens and personal data do not get here: callers log ids, counts and codes.
"""

from __future__ import annotations

import json
import sys
import traceback
from typing import Any

from serverless_app.system import System

NAMESPACE = "Udagram"
UNITS = {"IndexLag": "Milliseconds"}


class Telemetry:
    """The voice of one execution environment: `begin` says whose invocation comes next."""

    def __init__(self, system: System, *, stage: str) -> None:
        self._system, self._stage = system, stage
        self._invocation: dict[str, Any] = {}

    def begin(self, *, function: str, request_id: str, trace_id: str | None) -> None:
        """From now on, lines belong to this invocation."""
        self._invocation = {"function": function, "requestId": request_id, "traceId": trace_id}

    def log(self, message: str, *, level: str = "INFO", **facts: Any) -> None:
        """Write a line."""
        self._write({"level": level, "message": message, **facts})

    def failure(self, message: str, error: BaseException, **facts: Any) -> None:
        """Write an error with where it came from; its text may quote no user's data."""
        where = traceback.format_list(traceback.extract_tb(error.__traceback__)[-5:])
        kind = {"error": type(error).__name__, "text": str(error)[:500], "at": where}
        self._write({"level": "ERROR", "message": message, **kind, **facts})

    def count(self, **metrics: float) -> None:
        """Add to metrics: `count(UploadsReady=1)`."""
        definitions = [{"Name": name, "Unit": UNITS.get(name, "Count")} for name in metrics]
        about = {"Namespace": NAMESPACE, "Dimensions": [["Stage"]], "Metrics": definitions}
        when = int(self._system.now().timestamp() * 1000)
        self._write({"_aws": {"Timestamp": when, "CloudWatchMetrics": [about]}, **metrics})

    def lag(self, metric: str, written_at: float) -> None:
        """How long ago something was written (epoch seconds): how far a consumer is behind."""
        self.count(**{metric: round((self._system.now().timestamp() - written_at) * 1000)})

    def _write(self, line: dict[str, Any]) -> None:
        whole = {"time": self._system.timestamp(), "Stage": self._stage, **self._invocation, **line}
        sys.stdout.write(json.dumps(whole, ensure_ascii=False, default=str) + "\n")
        sys.stdout.flush()
