"""Handing a batch to its function: the event, its trace, the faults asked for, the metric."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from serverless_app.local.clock import Clock
from serverless_app.local.event_sources.batches import reported_failures
from serverless_app.local.event_sources.mapping import Mapping
from serverless_app.local.event_sources.records import Record
from serverless_app.local.faults import Faults
from serverless_app.local.functions import (
    Invocation,
    LambdaService,
    RequestTooLarge,
    TooManyRequests,
)
from serverless_app.local.trace import Trace, current_trace, new_trace_id


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a delivery ended. `failed` names the records given up by a partial failure.

    throttled, unreached: no code of the function ran, for want of an environment or for good.
    """

    kind: Literal["ok", "partial", "error", "throttled", "unreached"]
    failed: frozenset[str] = frozenset()
    request_id: str = ""
    version: str = "$LATEST"

    @property
    def reached(self) -> bool:
        """Whether the function was invoked."""
        return self.kind not in ("throttled", "unreached")


class Delivery:
    """The way from one mapping's source to its function."""

    def __init__(
        self,
        mapping: Mapping,
        *,
        functions: LambdaService,
        trace: Trace,
        clock: Clock,
        faults: Faults,
        trace_of: Callable[[str], str | None],
        metric: Callable[[str, str, float], None],
        delivered: Callable[[], None],
    ) -> None:
        self._mapping = mapping
        self._functions = functions
        self._trace = trace
        self._clock = clock
        self._faults = faults
        self._trace_of = trace_of
        self._metric = metric
        self._delivered = delivered
        self._poisoned: set[str] = set()
        self._place = {"source": mapping.source_name, "function": mapping.function_name}

    async def send(self, records: Sequence[Record], attempt: int) -> Outcome:
        """Invoke the function with these records and say what became of them."""
        self._delivered()
        if attempt == 1:
            self._poison(records)
        traces = self._traces(records)
        current_trace.set(traces[0])  # what the poller does for this batch belongs to it too
        if any(record.identifier in self._poisoned for record in records):
            self._hop(traces[0], attempt, records, "error", "a poisoned record (fault)")
            return Outcome("error")
        for other in traces[1:]:
            self._hop(other, attempt, records, "ok", f"in one batch with {traces[0]}")
        payload = self._payload(records)
        outcome = await self._invoke(payload, records, traces[0], attempt)
        if outcome.kind == "ok" and self._faults.take("duplicate", **self._place):
            outcome = await self._invoke(payload, records, traces[0], attempt)
        if self._mapping.source != "sqs" and outcome.reached:
            self._record_age(records[-1])
        return outcome

    def unpoison(self, records: Sequence[Record]) -> None:
        """These records are done with, for better or worse."""
        self._poisoned.difference_update(record.identifier for record in records)

    async def _invoke(
        self, payload: bytes, records: Sequence[Record], trace_id: str, attempt: int
    ) -> Outcome:
        try:
            invocation = await self._functions.invoke(
                self._mapping.function_arn,
                payload,
                source=self._mapping.source_name,
                trace_id=trace_id,
                attempt=attempt,
                kind="event",
            )
        except RequestTooLarge as error:
            self._hop(trace_id, attempt, records, "error", error.message)
            return Outcome("error")
        except TooManyRequests:  # its hop says so
            return Outcome("throttled")
        except Exception as error:  # the function is gone, or can't be started
            self._hop(trace_id, attempt, records, "refused", str(error))
            return Outcome("unreached")
        return self._read(invocation, records)

    def _read(self, invocation: Invocation, records: Sequence[Record]) -> Outcome:
        request_id, version = invocation.request_id, invocation.version
        if invocation.function_error:
            return Outcome("error", request_id=request_id, version=version)
        failed: frozenset[str] = frozenset()
        if self._mapping.reports_failures:
            failed = reported_failures(invocation.payload, records)
        return Outcome("partial" if failed else "ok", failed, request_id, version)

    def _payload(self, records: Sequence[Record]) -> bytes:
        entries = [record.event for record in records]
        if len(entries) > 1 and self._faults.take("reorder", **self._place):
            entries[0], entries[1] = entries[1], entries[0]
        return json.dumps({"Records": entries}, ensure_ascii=False).encode()

    def _poison(self, records: Sequence[Record]) -> None:
        for record in records:
            if self._faults.take("poison", record=record.key, **self._place):
                self._poisoned.add(record.identifier)

    def _traces(self, records: Sequence[Record]) -> list[str]:
        """The traces of the records, the first record's first, each once."""
        found = [self._trace_of(record.trace_key) for record in records]
        known = list(dict.fromkeys(each for each in found if each))
        if found[0] is None:
            return [new_trace_id(), *known]
        return known

    def _hop(
        self, trace_id: str, attempt: int, records: Sequence[Record], outcome: Any, answer: str
    ) -> None:
        hop = self._trace.begin(
            self._mapping.source_name,
            self._mapping.function_name,
            "Deliver",
            trace_id=trace_id,
            kind="event",
            attempt=attempt,
            records=len(records),
        )
        self._trace.end(hop, outcome, answer)

    def _record_age(self, last: Record) -> None:
        """`IteratorAge`: the age of the batch's last record when its function was done."""
        age = max(0.0, self._clock.time() - last.arrived) * 1000
        self._metric(self._mapping.function_name, "IteratorAge", age)
