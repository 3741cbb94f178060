"""What an invocation leaves behind: its log, its REPORT line, the end of its hop."""

from __future__ import annotations

from serverless_app.local.clock import Clock
from serverless_app.local.functions.logs import LogWriter, Report, events_of, tail
from serverless_app.local.functions.model import Invocation
from serverless_app.local.functions.outcome import Outcome, timed_out
from serverless_app.local.functions.run import Run
from serverless_app.local.trace import Trace


class Books:
    """Keeps the log and the trace of invocations."""

    def __init__(self, logs: LogWriter, trace: Trace, clock: Clock) -> None:
        self._logs, self._trace, self._clock = logs, trace, clock

    def keep(self, run: Run, outcome: Outcome, invocation: Invocation, error_type: str) -> str:
        """Write the log and end the hop; the last of the log."""
        report = self._report(run, outcome, invocation, error_type)
        log_tail = self._log(run, outcome, report)
        self._show(run, invocation, report, log_tail)
        return log_tail

    def _report(
        self, run: Run, outcome: Outcome, invocation: Invocation, error_type: str
    ) -> Report:
        environment, configuration = run.environment, run.order.target.configuration
        return Report(
            request_id=run.order.request_id,
            duration_ms=invocation.duration_ms,
            memory_mb=configuration.memory_mb,
            max_memory_mb=max(1, round(environment.memory / 1_048_576)),
            init_ms=invocation.init_ms,
            status=outcome.status,
            error_type=error_type if outcome.status == "error" else "",
            trace_id=run.hop.trace_id if configuration.traced else "",
        )

    def _show(self, run: Run, invocation: Invocation, report: Report, log: str) -> None:
        self._trace.end(
            run.hop,
            "error" if invocation.function_error else "ok",
            invocation.payload,
            cold=run.cold,
            init_ms=run.environment.init_ms if run.cold else None,
            billed_ms=report.billed_ms,
            memory_mb=report.max_memory_mb,
            function_error=invocation.function_error,
            log=log,
        )

    def _log(self, run: Run, outcome: Outcome, report: Report) -> str:
        request_id, configuration = run.order.request_id, run.order.target.configuration
        events = [f"START RequestId: {request_id} Version: {configuration.version}\n"]
        events += events_of(run.environment.output() if run.worked else run.init_output)
        if outcome.end == "timeout":
            now = self._clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
            events.append(f"{now} {request_id} {timed_out(configuration.timeout)}\n\n")
        elif outcome.reason:
            events.append(f"RequestId: {request_id} Error: {outcome.reason}\n")
            events.append(f"{report.error_type}\n")
        events += [f"END RequestId: {request_id}\n", report.line()]
        before = []
        if run.cold:
            before = [f"INIT_START Runtime Version: {configuration.runtime}\n"]
            before += events_of(run.init_output) if run.worked else []
        self._logs.write(configuration, run.environment.log_stream, before + events)
        return tail(events)
