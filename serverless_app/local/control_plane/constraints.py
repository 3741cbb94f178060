"""What AWS refuses and moto would store: refused here in AWS's words.

Through the API and through CloudFormation alike, for both end in moto's backends.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from itertools import combinations
from typing import Any

from serverless_app.local.control_plane.cron import InvalidSchedule, parse_schedule

# Lambda developer guide, "Lambda quotas": the least and the most of each property.
QUOTAS = {"Timeout": (1, 900), "MemorySize": (128, 10_240)}
AMBIGUOUS = (
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules "
    "if the prefixes are overlapping for the same event type."
)


def install() -> None:
    """Check before moto stores, once."""
    from moto.awslambda.models import LambdaBackend
    from moto.events.models import EventsBackend
    from moto.s3.models import FakeBucket
    from moto.scheduler.models import EventBridgeSchedulerBackend as SchedulerBackend

    _before(LambdaBackend, "create_function", lambda spec: check_function(spec))
    _before(LambdaBackend, "update_function_configuration", lambda *_, body: check_function(body))
    _before(FakeBucket, "set_notification_configuration", check_notifications)
    _before(EventsBackend, "put_rule", check_rule)
    for name in ("create_schedule", "update_schedule"):
        _before(SchedulerBackend, name, check_schedule)


def _before(model: Any, name: str, check: Callable[..., None]) -> None:
    """Let `check` see what a method is called with, and refuse it."""
    stock = getattr(model, name)

    @functools.wraps(stock)
    def checked(self: Any, *given: Any, **named: Any) -> Any:
        check(*given, **named)
        return stock(self, *given, **named)

    setattr(model, name, checked)


def check_function(properties: dict[str, Any]) -> None:
    """A function's time and memory. Raises ValidationException of moto's."""
    from moto.awslambda.exceptions import ValidationException

    for name, (least, most) in QUOTAS.items():
        value = properties.get(name)
        if value is None or least <= int(value) <= most:
            continue
        bound = (
            f"less than or equal to {most}"
            if int(value) > most
            else f"greater than or equal to {least}"
        )
        place = name[0].lower() + name[1:]
        raise ValidationException(str(value), place, f"Member must have value {bound}")


def check_rule(*_: Any, scheduled_expression: str | None = None, **__: Any) -> None:
    """A rule's schedule. Raises ValidationException of moto's."""
    from moto.events.exceptions import ValidationException

    try:
        if scheduled_expression:
            parse_schedule(scheduled_expression)
    except InvalidSchedule as error:
        raise ValidationException("Parameter ScheduleExpression is not valid.") from error


def check_schedule(*_: Any, schedule_expression: str, **__: Any) -> None:
    """A schedule of EventBridge Scheduler, which knows `at(…)` too. Raises ValidationException."""
    from moto.scheduler.exceptions import ValidationException

    try:
        if not schedule_expression.startswith("at("):
            parse_schedule(schedule_expression)
    except InvalidSchedule as error:
        text = f"Invalid Schedule Expression {schedule_expression}."
        raise ValidationException(text) from error


# -- S3 event notifications ------------------------------------------------------------------
# User guide, "Configuring event notifications using object key name filtering".


def check_notifications(configuration: dict[str, Any] | None) -> None:
    """That no two rules would tell of the same event. Raises S3ClientError of moto's."""
    from moto.s3.exceptions import S3ClientError

    kinds = ("TopicConfiguration", "QueueConfiguration", "CloudFunctionConfiguration")
    rules = [rule for kind in kinds for rule in (configuration or {}).get(kind) or []]
    if any(_overlap(one, other) for one, other in combinations(rules, 2)):
        raise S3ClientError("InvalidArgument", AMBIGUOUS)


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return (
        any(_same_event(a, b) for a in one["Event"] for b in other["Event"])
        and _both_begin(_filter(one, "prefix"), _filter(other, "prefix"))
        and _both_begin(_filter(one, "suffix")[::-1], _filter(other, "suffix")[::-1])
    )


def _same_event(one: str, other: str) -> bool:
    """`s3:ObjectCreated:*` is every event that begins like it."""
    return one == other or any(
        wide.endswith("*") and narrow.startswith(wide[:-1])
        for wide, narrow in ((one, other), (other, one))
    )


def _both_begin(one: str, other: str) -> bool:
    """Whether there are keys that begin with both."""
    return one.startswith(other) or other.startswith(one)


def _filter(rule: dict[str, Any], name: str) -> str:
    key = (rule.get("Filter") or {}).get("S3Key") or {}
    rules = key.get("FilterRule") or []
    found = [each["Value"] for each in rules if each["Name"].lower() == name]
    return str(found[0]) if found else ""
