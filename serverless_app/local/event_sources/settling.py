"""Settling a batch of a stream: deliver, retry, split, give up, until every record is done with."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from serverless_app.local.clock import Clock
from serverless_app.local.event_sources.batches import (
    Attempt,
    Condition,
    Policy,
    Step,
    after_error,
    after_partial_failure,
    without_expired,
)
from serverless_app.local.event_sources.delivery import Delivery, Outcome
from serverless_app.local.event_sources.records import Record

# AWS backs off exponentially between the tries of a batch, and documents no figures.
FIRST_WAIT = 0.02
LONGEST_WAIT = 2.0
# A batch that failed so often in a row is stuck, unless its retries are few; a throttled one may
# only have to wait for another invocation's end.
STUCK_AFTER = 6
THROTTLED_STUCK_AFTER = 9
FEW_RETRIES = 10

Done = Callable[[Sequence[Record]], None]


@dataclass(frozen=True, slots=True)
class Discard:
    """Records that were given up, and how it came to that."""

    records: tuple[Record, ...]
    condition: Condition
    invocations: int
    last: Outcome | None


GiveUp = Callable[[Discard], Awaitable[None]]


@dataclass(slots=True)
class Course:
    """A batch on its way: what is still to be sent, and how it went so far."""

    attempts: deque[Attempt]
    invocations: int = 0
    last: Outcome | None = None
    failures: int = 0  # in a row, without any progress
    wait: float = FIRST_WAIT

    def begin_anew(self) -> None:
        """What comes next has not been tried yet."""
        self.invocations, self.last = 0, None
        self.failures, self.wait = 0, FIRST_WAIT

    def next_wait(self) -> float:
        """How long to wait now; twice as long the next time."""
        wait, self.wait = self.wait, min(self.wait * 2, LONGEST_WAIT)
        return wait


class Settling:
    """The retry rules of one mapping, applied to the batches of one shard."""

    def __init__(
        self,
        policy: Policy,
        *,
        delivery: Delivery,
        clock: Clock,
        done: Done,
        give_up: GiveUp,
        stopping: Callable[[], bool],
    ) -> None:
        self._policy = policy
        self._delivery = delivery
        self._clock = clock
        self._done = done
        self._give_up = give_up
        self._stopping = stopping

    async def settle(self, batch: Sequence[Record], stuck: Callable[[], None]) -> None:
        """Return when every record was processed or given up, or when the mapping stops."""
        course = Course(deque([Attempt(tuple(batch))]))
        while course.attempts and not self._stopping():
            attempt = await self._without_expired(course)
            if attempt.records:
                await self._try(attempt, course)
            if self._is_stuck(course):
                stuck()
            if course.failures and not self._stopping():
                await self._clock.sleep(course.next_wait())

    async def _try(self, attempt: Attempt, course: Course) -> None:
        outcome = await self._delivery.send(attempt.records, course.invocations + 1)
        course.last = outcome
        course.invocations += outcome.reached
        step = self._after(attempt, outcome)
        self._finish(_settled(attempt, step))
        if step.discarded:
            await self._discard(step.discarded, "RetryAttemptsExhausted", course)
        course.attempts.extendleft(reversed(step.next))
        if outcome.kind == "ok" or step.discarded:
            course.begin_anew()
        elif step.next[0].records == attempt.records:
            course.failures += 1
        else:  # split, or partly done: that is progress
            course.failures = 0

    def _is_stuck(self, course: Course) -> bool:
        """Whether the batch may be tried for as long as its records live."""
        if course.last is None:
            return False
        if course.last.kind == "throttled":
            return course.failures >= THROTTLED_STUCK_AFTER
        few = 0 <= self._policy.maximum_retry_attempts <= FEW_RETRIES
        return course.failures >= STUCK_AFTER and not (few and course.last.reached)

    def _after(self, attempt: Attempt, outcome: Outcome) -> Step:
        if outcome.kind == "ok":
            return Step()
        if not outcome.reached:  # retries don't "apply to service errors or throttles"
            return Step((attempt,))
        if outcome.kind == "partial":
            return after_partial_failure(attempt, outcome.failed, self._policy)
        return after_error(attempt, self._policy)

    async def _without_expired(self, course: Course) -> Attempt:
        """The next attempt; the records in it that are too old are given up."""
        attempt = course.attempts.popleft()
        attempt, expired = without_expired(attempt, self._policy, self._clock.time())
        if expired:
            await self._discard(expired, "RecordAgeExceeded", course)
        return attempt

    async def _discard(
        self, records: tuple[Record, ...], condition: Condition, course: Course
    ) -> None:
        await self._give_up(Discard(records, condition, course.invocations, course.last))
        self._finish(records)

    def _finish(self, records: Sequence[Record]) -> None:
        self._delivery.unpoison(records)
        self._done(records)


def _settled(attempt: Attempt, step: Step) -> list[Record]:
    """The records of an attempt that neither come again nor are given up."""
    left = {record.identifier for each in step.next for record in each.records}
    left.update(record.identifier for record in step.discarded)
    return [record for record in attempt.records if record.identifier not in left]
