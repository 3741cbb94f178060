"""Schedule expressions: `rate(5 minutes)` and `cron(0 10 ? * MON-FRI *)`.

The rules are those of "Cron expressions reference" and "Rate expressions reference" in the Amazon
EventBridge User Guide: six fields, UTC, and `?` in exactly one of the two day fields.
"""

from __future__ import annotations

import calendar
import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_MONTH_NAMES = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
_WEEKDAY_NAMES = "SUN MON TUE WED THU FRI SAT"
_MONTHS = {name: n for n, name in enumerate(_MONTH_NAMES.split(), start=1)}
_WEEKDAYS = {name: n for n, name in enumerate(_WEEKDAY_NAMES.split(), start=1)}
_SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400}

DayTest = Callable[[date], bool]


class InvalidSchedule(ValueError):
    """A schedule expression that EventBridge would refuse."""


@dataclass(frozen=True)
class Rate:
    """Every so many seconds, counted from when the rule was made or enabled."""

    seconds: int

    def after(self, moment: datetime, *, since: datetime) -> datetime:
        """The first occurrence later than `moment`."""
        passed = int((moment - since).total_seconds() // self.seconds)
        return since + timedelta(seconds=(max(passed, 0) + 1) * self.seconds)


@dataclass(frozen=True)
class Cron:
    """At the minutes that all six fields allow."""

    minutes: frozenset[int]
    hours: frozenset[int]
    months: frozenset[int]
    years: frozenset[int]
    day: DayTest

    def after(self, moment: datetime, *, since: datetime | None = None) -> datetime | None:
        """The first occurrence later than `moment`, or None when there is none left."""
        start = moment.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        for each in self._days(start.date()):
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    found = datetime(each.year, each.month, each.day, hour, minute, tzinfo=UTC)
                    if found >= start:
                        return found
        return None

    def _days(self, first: date) -> Iterator[date]:
        for year in sorted(y for y in self.years if y >= first.year):
            for month in sorted(self.months):
                for number in range(1, calendar.monthrange(year, month)[1] + 1):
                    each = date(year, month, number)
                    if each >= first and self.day(each):
                        yield each


Schedule = Rate | Cron


def parse_schedule(expression: str) -> Schedule:
    """A `rate(...)` or `cron(...)` expression; `InvalidSchedule` says what is wrong."""
    found = re.fullmatch(r"(rate|cron)\((.*)\)", expression.strip())
    if not found:
        raise InvalidSchedule(f"{expression!r} is neither rate(...) nor cron(...).")
    return _parse_rate(found[2]) if found[1] == "rate" else _parse_cron(found[2])


def _parse_rate(text: str) -> Rate:
    found = re.fullmatch(r"\s*([1-9]\d*)\s+(minute|hour|day)(s?)\s*", text)
    if not found:
        raise InvalidSchedule(f"rate({text}) must read as rate(5 minutes), rate(1 hour) …")
    count = int(found[1])
    if (count == 1) == bool(found[3]):
        raise InvalidSchedule(f"rate({text}): 1 takes the singular unit, more take the plural.")
    return Rate(count * _SECONDS[found[2]])


def _parse_cron(text: str) -> Cron:
    fields = text.upper().split()
    if len(fields) != 6:
        raise InvalidSchedule(
            f"cron({text}) has {len(fields)} fields; it takes six: "
            "minutes, hours, day-of-month, month, day-of-week, year."
        )
    minutes, hours, of_month, months, of_week, years = fields
    if (of_month == "?") == (of_week == "?"):
        raise InvalidSchedule(f"cron({text}) needs ? in one, and only one, of its day fields.")
    return Cron(
        MINUTES.numbers(minutes),
        HOURS.numbers(hours),
        MONTH.numbers(months),
        YEAR.numbers(years),
        _day_of_week(of_week) if of_month == "?" else _day_of_month(of_month),
    )


@dataclass(frozen=True)
class Field:
    """One of the six fields: the numbers it takes, and their names."""

    name: str
    low: int
    high: int
    names: Mapping[str, int] = dataclasses.field(default_factory=dict)

    def numbers(self, text: str) -> frozenset[int]:
        """The values of `*`, `3`, `1,5`, `2-4`, `MON-FRI`, `0/15`, `*/15`, `10-30/5`."""
        return frozenset(number for part in text.split(",") for number in self._range(part))

    def number(self, text: str) -> int:
        """The value of one number or name."""
        value = self.names.get(text, int(text) if text.isdigit() else -1)
        if not self.low <= value <= self.high:
            raise InvalidSchedule(
                f"{text!r} in the {self.name} field is not within {self.low} to {self.high}."
            )
        return value

    def _range(self, part: str) -> range:
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        if span == "*":
            start, stop = self.low, self.high
        else:
            start = self.number(first)
            stop = self.number(last) if dash else (self.high if slash else start)
        if slash and not (step.isdigit() and int(step)):
            raise InvalidSchedule(f"{part!r} in the {self.name} field needs a number after the /.")
        if stop < start:
            raise InvalidSchedule(f"{part!r} in the {self.name} field ends before it begins.")
        return range(start, stop + 1, int(step) if slash else 1)


MINUTES = Field("minutes", 0, 59)
HOURS = Field("hours", 0, 23)
DAY_OF_MONTH = Field("day-of-month", 1, 31)
MONTH = Field("month", 1, 12, _MONTHS)
DAY_OF_WEEK = Field("day-of-week", 1, 7, _WEEKDAYS)
WEEK_OF_MONTH = Field("day-of-week", 1, 5)
YEAR = Field("year", 1970, 2199)


def _day_of_month(text: str) -> DayTest:
    """Numbers, `L` (the last day), `LW` (the last weekday), `3W` (the weekday nearest the 3rd)."""
    if text == "L":
        return lambda day: day.day == _last_day(day)
    if text.endswith("W"):
        return _nearest_weekday(text[:-1])
    chosen = DAY_OF_MONTH.numbers(text)
    return lambda day: day.day in chosen


def _nearest_weekday(text: str) -> DayTest:
    wanted = 31 if text == "L" else DAY_OF_MONTH.number(text)

    def test(day: date) -> bool:
        last = _last_day(day)
        if wanted > last and text != "L":
            return False
        return day.day == _weekday_near(day, min(wanted, last))

    return test


def _weekday_near(day: date, number: int) -> int:
    """The weekday nearest to a day of its month, never in another month."""
    weekday = day.replace(day=number).weekday()
    if weekday == 5:
        return number - 1 if number > 1 else number + 2
    if weekday == 6:
        return number + 1 if number < _last_day(day) else number - 2
    return number


def _day_of_week(text: str) -> DayTest:
    """Numbers or names (1 is SUN), `L` (Saturday), `6L` (the last Friday), `3#2` (2nd Tuesday)."""
    if text == "L":
        return lambda day: _aws_weekday(day) == 7
    if text.endswith("L"):
        wanted = DAY_OF_WEEK.number(text[:-1])
        return lambda day: _aws_weekday(day) == wanted and day.day + 7 > _last_day(day)
    if "#" in text:
        name, _, count = text.partition("#")
        wanted = DAY_OF_WEEK.number(name)
        which = WEEK_OF_MONTH.number(count)
        return lambda day: _aws_weekday(day) == wanted and (day.day - 1) // 7 + 1 == which
    chosen = DAY_OF_WEEK.numbers(text)
    return lambda day: _aws_weekday(day) in chosen


def _aws_weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _last_day(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]
