"""The clock and the ids. Nothing else in the application asks for the time or invents an id.

So a lesson or a test can give its own, and its output is the same to the byte every time.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True)
class System:
    """Where time and identity come from."""

    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def timestamp(self) -> str:
        """The time now, as `timestamp` writes it."""
        return timestamp(self.now())

    def epoch(self) -> int:
        """The time now in whole seconds, as DynamoDB's time to live counts."""
        return int(self.now().timestamp())


def real_system() -> System:
    """The wall's clock and random ids."""
    return System(now=lambda: datetime.now(UTC), new_id=lambda: str(uuid.uuid4()))


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, `2026-11-24T21:30:26.123Z`: text that sorts by time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
