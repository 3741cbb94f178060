"""What becomes of a batch: pure rules, no I/O.

From "How Lambda processes records from stream and queue-based event sources", "Configuring partial
batch response with DynamoDB" (and Kinesis, and Amazon SQS) in the AWS Lambda Developer Guide.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from serverless_app.local.event_sources.records import Record

PAYLOAD_LIMIT = 6 * 1024 * 1024
_ENVELOPE = len('{"Records": []}')

Condition = Literal["RetryAttemptsExhausted", "RecordAgeExceeded"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How a stream mapping retries. -1: without end; `retention` is the stream's own."""

    maximum_retry_attempts: int = -1
    maximum_record_age: float = -1
    bisect: bool = False
    retention: float = 86_400

    @property
    def age_limit(self) -> float:
        """Seconds after which a record is given up: the mapping's limit, or the stream's."""
        if self.maximum_record_age < 0:
            return self.retention
        return min(self.maximum_record_age, self.retention)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Records to send together; `retries` counts those already made."""

    records: tuple[Record, ...]
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What follows a failure: what to send next, in order, and what to give up."""

    next: tuple[Attempt, ...] = ()
    discarded: tuple[Record, ...] = ()


def cut(records: Sequence[Record], batch_size: int) -> int:
    """How many of these records fit into one batch: by number, and by the payload limit.

    At least one: a record too large for Lambda is for the invocation to refuse.
    """
    size, count = _ENVELOPE, 0
    for record in records[:batch_size]:
        size += record.size + 2
        if size > PAYLOAD_LIMIT and count:
            break
        count += 1
    return count


def reported_failures(payload: bytes, records: Sequence[Record]) -> frozenset[str]:
    """The identifiers that a `ReportBatchItemFailures` answer gives up.

    Empty: complete success (also for a null or empty answer). All of them: complete failure, which
    is what an answer that is not as documented means (an empty, null or foreign `itemIdentifier`).
    """
    everything = frozenset(record.identifier for record in records)
    try:
        answer = json.loads(payload or b"null")
    except ValueError:
        return everything
    if answer is None or answer == "" or answer == {}:
        return frozenset()
    if not isinstance(answer, dict):
        return everything
    failures = answer.get("batchItemFailures") or []
    if not isinstance(failures, list):
        return everything
    named = [each.get("itemIdentifier") if isinstance(each, dict) else None for each in failures]
    if not all(isinstance(name, str) and name in everything for name in named):
        return everything
    return frozenset(map(str, named))


def without_expired(
    attempt: Attempt, policy: Policy, now: float
) -> tuple[Attempt, tuple[Record, ...]]:
    """The attempt without the records at its head that are too old, and those."""
    count = 0
    while count < len(attempt.records) and (
        now - attempt.records[count].arrived > policy.age_limit
    ):
        count += 1
    return Attempt(attempt.records[count:], attempt.retries), attempt.records[:count]


def after_error(attempt: Attempt, policy: Policy) -> Step:
    """The function failed as a whole: split in two if so configured, which is no retry."""
    if policy.bisect and len(attempt.records) > 1:
        middle = len(attempt.records) // 2
        first, second = attempt.records[:middle], attempt.records[middle:]
        return Step((Attempt(first, attempt.retries), Attempt(second, attempt.retries)))
    return _again(attempt.records, attempt, policy)


def after_partial_failure(attempt: Attempt, failed: frozenset[str], policy: Policy) -> Step:
    """The function reported failures: the first is the checkpoint, all from there on come again.

    With bisecting on, the batch is split at the checkpoint, which is no retry; a batch that failed
    from its first record on is split in the middle.
    """
    at = next(n for n, record in enumerate(attempt.records) if record.identifier in failed)
    if at == 0:
        return after_error(attempt, policy)
    if policy.bisect:
        return Step((Attempt(attempt.records[at:], attempt.retries),))
    return _again(attempt.records[at:], attempt, policy)


def _again(records: tuple[Record, ...], attempt: Attempt, policy: Policy) -> Step:
    if 0 <= policy.maximum_retry_attempts <= attempt.retries:
        return Step(discarded=records)
    return Step((Attempt(records, attempt.retries + 1),))
