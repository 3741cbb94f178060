"""Schedule expressions, as the EventBridge User Guide describes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serverless_app.local.control_plane.cron import InvalidSchedule, parse_schedule

START = datetime(2026, 11, 24, 21, 30, 15, tzinfo=UTC)  # a Tuesday


def occurrences(expression: str, start: datetime = START, count: int = 3) -> list[str]:
    schedule, moment = parse_schedule(expression), start
    found = []
    for _ in range(count):
        following = schedule.after(moment, since=start)
        if following is None:
            break
        moment = following
        found.append(moment.strftime("%Y-%m-%d %H:%M"))
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # the examples of the guide's own table
        ("cron(0 10 * * ? *)", ["2026-11-25 10:00", "2026-11-26 10:00", "2026-11-27 10:00"]),
        ("cron(15 12 * * ? *)", ["2026-11-25 12:15", "2026-11-26 12:15", "2026-11-27 12:15"]),
        ("cron(0 18 ? * MON-FRI *)", ["2026-11-25 18:00", "2026-11-26 18:00", "2026-11-27 18:00"]),
        ("cron(0 8 1 * ? *)", ["2026-12-01 08:00", "2027-01-01 08:00", "2027-02-01 08:00"]),
        ("cron(0/15 * * * ? *)", ["2026-11-24 21:45", "2026-11-24 22:00", "2026-11-24 22:15"]),
        (
            "cron(0/10 * ? * MON-FRI *)",
            ["2026-11-24 21:40", "2026-11-24 21:50", "2026-11-24 22:00"],
        ),
        (
            "cron(0/5 8-17 ? * MON-FRI *)",
            ["2026-11-25 08:00", "2026-11-25 08:05", "2026-11-25 08:10"],
        ),
        ("cron(0 9 ? * 2#1 *)", ["2026-12-07 09:00", "2027-01-04 09:00", "2027-02-01 09:00"]),
        # wildcards
        ("cron(0 0 L * ? *)", ["2026-11-30 00:00", "2026-12-31 00:00", "2027-01-31 00:00"]),
        ("cron(0 0 3W * ? *)", ["2026-12-03 00:00", "2027-01-04 00:00", "2027-02-03 00:00"]),
        ("cron(0 0 LW * ? *)", ["2026-11-30 00:00", "2026-12-31 00:00", "2027-01-29 00:00"]),
        ("cron(0 0 ? * 6L *)", ["2026-11-27 00:00", "2026-12-25 00:00", "2027-01-29 00:00"]),
        ("cron(0 0 ? * FRIL *)", ["2026-11-27 00:00", "2026-12-25 00:00", "2027-01-29 00:00"]),
        ("cron(0 0 ? * L *)", ["2026-11-28 00:00", "2026-12-05 00:00", "2026-12-12 00:00"]),
        ("cron(0 0 ? * 3#2 *)", ["2026-12-08 00:00", "2027-01-12 00:00", "2027-02-09 00:00"]),
        ("cron(0 0 1 jan,jul ? *)", ["2027-01-01 00:00", "2027-07-01 00:00", "2028-01-01 00:00"]),
        ("cron(0 12 29 2 ? *)", ["2028-02-29 12:00", "2032-02-29 12:00", "2036-02-29 12:00"]),
        ("cron(30 21 24 11 ? 2026-2027)", ["2027-11-24 21:30"]),
        ("cron(0 0 31 2 ? *)", []),
        ("rate(1 minute)", ["2026-11-24 21:31", "2026-11-24 21:32", "2026-11-24 21:33"]),
        ("rate(6 hours)", ["2026-11-25 03:30", "2026-11-25 09:30", "2026-11-25 15:30"]),
        ("rate(2 days)", ["2026-11-26 21:30", "2026-11-28 21:30", "2026-11-30 21:30"]),
    ],
)
def test_a_schedule_occurs_when_the_guide_says(expression: str, expected: list[str]) -> None:
    assert occurrences(expression) == expected


def test_the_weekday_nearest_to_the_first_stays_in_its_month() -> None:
    saturday_the_first = datetime(2026, 7, 31, tzinfo=UTC)
    assert occurrences("cron(0 0 1W * ? *)", saturday_the_first, 1) == ["2026-08-03 00:00"]


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("every day", "neither rate"),
        ("rate(0 minutes)", "must read as"),
        ("rate(1 minutes)", "singular"),
        ("rate(5 minute)", "singular"),
        ("rate(5 seconds)", "must read as"),
        ("cron(0 10 * * ?)", "has 5 fields; it takes six"),
        ("cron(0 10 * * * *)", r"needs \? in one"),
        ("cron(0 10 ? * ? *)", r"needs \? in one"),
        ("cron(60 10 * * ? *)", "'60' in the minutes field is not within 0 to 59"),
        ("cron(0 24 * * ? *)", "'24' in the hours field"),
        ("cron(0 0 32 * ? *)", "'32' in the day-of-month field"),
        ("cron(0 0 ? * 8 *)", "'8' in the day-of-week field"),
        ("cron(0 0 ? * 3#1,6#3 *)", "'1,6#3' in the day-of-week field"),
        ("cron(0 0 * 13 ? *)", "'13' in the month field"),
        ("cron(0 0 * * ? 1969)", "'1969' in the year field"),
        ("cron(0/x 0 * * ? *)", "needs a number after the /"),
        ("cron(30-10 0 * * ? *)", "ends before it begins"),
    ],
)
def test_an_expression_that_eventbridge_refuses_says_why(expression: str, complaint: str) -> None:
    with pytest.raises(InvalidSchedule, match=complaint):
        parse_schedule(expression)


@given(
    st.integers(0, 59), st.integers(0, 23), st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))
)
def test_a_daily_schedule_follows_within_a_day(minute: int, hour: int, start: datetime) -> None:
    start = start.replace(tzinfo=UTC)
    found = parse_schedule(f"cron({minute} {hour} * * ? *)").after(start, since=start)
    assert found is not None
    assert timedelta() < found - start <= timedelta(days=1)
    assert (found.hour, found.minute, found.second) == (hour, minute, 0)


@given(st.integers(2, 90), st.integers(0, 10_000))
def test_a_rate_keeps_its_phase(minutes: int, passed: int) -> None:
    schedule = parse_schedule(f"rate({minutes} minutes)")
    found = schedule.after(START + timedelta(seconds=passed), since=START)
    assert found is not None
    assert (found - START).total_seconds() % (minutes * 60) == 0
    assert 0 < (found - START).total_seconds() - passed <= minutes * 60
