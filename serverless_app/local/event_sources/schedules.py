"""EventBridge rules with a schedule, on the clock that lessons move."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import ControlPlane
from serverless_app.local.control_plane.cron import InvalidSchedule, Schedule, parse_schedule
from serverless_app.local.event_sources.progress import Progress

_SINCE = "scheduled_since"

Fire = Callable[[Any, dict[str, Any], dict[str, Any]], None]  # rule, target, event
Refuse = Callable[[str, str], None]  # rule name, why


class Schedules:
    """Fires each occurrence once: in time, or as soon as the clock has passed it.

    When the clock has passed many, the next goes when the work of the one before has ended, as it
    would have hours later: a week of an hourly rule is not 168 processes at once.
    """

    def __init__(
        self,
        *,
        control_plane: ControlPlane,
        clock: Clock,
        fire: Fire,
        refuse: Refuse,
        settled: Callable[[], Awaitable[None]],
    ) -> None:
        self._control_plane = control_plane
        self._clock = clock
        self._fire = fire
        self._refuse = refuse
        self._settled = settled  # wait until no function works
        self._progress = Progress()
        self._next: dict[str, tuple[str, datetime | None]] = {}  # rule ARN: expression, when
        self._due: deque[tuple[datetime, Any]] = deque()
        self._dirty = False
        self._task: asyncio.Task[None] | None = None
        self._firing: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch the clock, from now on."""
        self._next.clear()
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Stop watching, and forget what is due."""
        self._due.clear()
        tasks = [task for task in (self._task, self._firing) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def rules_changed(self) -> None:
        """Look at the rules again: a new one counts from now."""
        self.fire_due()
        self._dirty = True
        self._progress.moved()

    def restart(self) -> None:
        """After a restore or a reset of the clock: what comes next counts from now."""
        self._due.clear()
        self._next.clear()
        self.rules_changed()

    def fire_due(self) -> None:
        """Begin to send every occurrence that the clock has passed, oldest first."""
        now = self._clock.now()
        due: list[tuple[datetime, Any]] = []
        for rule in self._rules():
            schedule = self._schedule(rule)
            when = self._next[rule.arn][1]
            while schedule and when and when <= now:
                due.append((when, rule))
                when = schedule.after(when, since=self._since(rule))
                self._next[rule.arn] = rule.scheduled_expression, when
        self._due.extend(sorted(due, key=lambda each: each[0]))
        if self._due and (self._firing is None or self._firing.done()):
            self._firing = asyncio.create_task(self._fire_all())

    async def fired(self) -> None:
        """Wait until everything that is due was sent."""
        if self._firing:
            await asyncio.wait([self._firing])

    async def _fire_all(self) -> None:
        while self._due:
            when, rule = self._due.popleft()
            self._send(rule, when)
            if self._due:
                await self._settled()

    async def _watch(self) -> None:
        while True:
            self._dirty = False
            self.fire_due()
            upcoming = [when for _, when in self._next.values() if when]
            if not upcoming:
                await self._progress.until(lambda: self._dirty)
                continue
            left = (min(upcoming) - self._clock.now()).total_seconds()
            await self._progress.within(max(left, 0.001), self._clock, lambda: self._dirty)

    def _rules(self) -> list[Any]:
        """Rules with a schedule that are enabled; only the default bus may have them."""
        bus = self._control_plane.backend("events").event_buses["default"]
        found = [r for r in bus.rules.values() if r.scheduled_expression and r.state == "ENABLED"]
        arns = {rule.arn for rule in found}
        for arn in list(self._next):
            if arn not in arns:
                del self._next[arn]
        return found

    def _schedule(self, rule: Any) -> Schedule | None:
        """The rule's schedule; its next occurrence is worked out when it is new or changed."""
        try:
            schedule = parse_schedule(rule.scheduled_expression)
        except InvalidSchedule as error:
            if self._next.get(rule.arn) != (rule.scheduled_expression, None):
                self._refuse(rule.name, str(error))
            self._next[rule.arn] = rule.scheduled_expression, None
            return None
        known = self._next.get(rule.arn)
        if known is None or known[0] != rule.scheduled_expression:
            when = schedule.after(self._clock.now(), since=self._since(rule))
            self._next[rule.arn] = rule.scheduled_expression, when
        return schedule

    def _since(self, rule: Any) -> datetime:
        """When the rule was first seen, which a rate counts from; kept on the rule itself."""
        if not hasattr(rule, _SINCE):
            setattr(rule, _SINCE, self._clock.time())
        return datetime.fromtimestamp(getattr(rule, _SINCE), UTC)

    def _send(self, rule: Any, when: datetime) -> None:
        event = scheduled_event(rule.arn, when, self._control_plane)
        for target in rule.targets:
            self._fire(rule, target, event)


def scheduled_event(rule_arn: str, when: datetime, place: ControlPlane) -> dict[str, Any]:
    """A "Scheduled Event" ("Creating a rule that runs on a schedule", EventBridge User Guide)."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": place.account_id,
        "time": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": place.region,
        "resources": [rule_arn],
        "detail": {},
    }
