"""Scheduled rules, on a clock that stands still until it is moved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from serverless_app.local.event_sources.targets import target_input
from tests.local.event_sources.house import House, live_in

HOUR = 3_600


def schedule(house: House, expression: str, function: str = "sweep", **target: Any) -> None:
    arn = house.function(function)
    events = house.client("events")
    events.put_rule(Name=f"{function}-rule", ScheduleExpression=expression)
    events.put_targets(Rule=f"{function}-rule", Targets=[{"Id": "1", "Arn": arn, **target}])


def test_moving_the_clock_fires_each_occurrence_once(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        schedule(house, "rate(1 hour)")
        await house.drained()
        assert house.events("sweep") == []
        house.clock.advance(3 * HOUR + 1)
        await house.drained()
        assert len(house.events("sweep")) == 3
        house.clock.advance(60)
        await house.drained()
        assert len(house.events("sweep")) == 3

    live_in(tmp_path, story)


def test_many_missed_occurrences_come_one_after_the_other_in_one_environment(
    tmp_path: Path,
) -> None:
    async def story(house: House) -> None:
        schedule(house, "rate(1 hour)")
        await house.drained()
        house.clock.advance(48 * HOUR)
        await house.drained()
        times = [event["time"] for event in house.events("sweep")]
        assert len(times) == 48
        assert times == sorted(times)
        assert len(house.functions.environments()) == 1

    live_in(tmp_path, story)


def test_the_event_is_a_scheduled_event_at_its_time(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        schedule(house, "cron(0 10 * * ? *)")
        await house.drained()
        house.clock.advance(24 * HOUR)
        await house.drained()
        [event] = house.events("sweep")
        assert len(event.pop("id")) == 36
        assert event.pop("time").endswith("T10:00:00Z")
        assert event == {
            "version": "0",
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "123456789012",
            "region": "us-east-1",
            "resources": ["arn:aws:events:us-east-1:123456789012:rule/sweep-rule"],
            "detail": {},
        }
        [hop] = [h for h in house.trace.hops() if h.target == "sweep"]
        assert (hop.source, hop.kind, hop.outcome) == ("sweep-rule", "event", "ok")

    live_in(tmp_path, story)


def test_a_schedule_wakes_by_itself_when_the_clock_reaches_it(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        schedule(house, "rate(1 minute)")
        await house.drained()
        house.clock.advance(61)
        await house.invoked("sweep")
        assert len(house.events("sweep")) == 1

    live_in(tmp_path, story)


def test_a_target_s_input_replaces_the_event(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        schedule(house, "rate(1 hour)", Input=json.dumps({"only": "this"}))
        await house.drained()
        house.clock.advance(HOUR)
        await house.drained()
        assert house.events("sweep") == [{"only": "this"}]

    live_in(tmp_path, story)


def test_a_disabled_rule_fires_nothing(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        schedule(house, "rate(1 hour)")
        house.client("events").disable_rule(Name="sweep-rule")
        await house.drained()
        house.clock.advance(5 * HOUR)
        await house.drained()
        assert house.events("sweep") == []

    live_in(tmp_path, story)


def test_a_schedule_may_send_to_a_queue(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.queue("ticks")
        house.client("events").put_rule(Name="tick", ScheduleExpression="rate(1 hour)")
        house.client("events").put_targets(Rule="tick", Targets=[{"Id": "1", "Arn": arn}])
        await house.drained()
        house.clock.advance(HOUR)
        await house.drained()
        assert [event["detail-type"] for event in house.received("ticks")] == ["Scheduled Event"]

    live_in(tmp_path, story)


def test_an_expression_that_means_nothing_is_refused_in_the_trace(tmp_path: Path) -> None:
    """PutRule takes none; one may be in a state that was saved before it refused them."""

    async def story(house: House) -> None:
        schedule(house, "rate(1 hour)")
        rules = house.plane.backend("events").event_buses["default"].rules
        rules["sweep-rule"].scheduled_expression = "cron(0 10 * * * *)"
        await house.drained()
        [hop] = [h for h in house.trace.hops() if h.source == "sweep-rule"]
        assert hop.outcome == "refused"
        assert "needs ? in one" in hop.answer

    live_in(tmp_path, story)


EVENT = {"source": "aws.events", "detail": {"n": 7, "name": "sea"}}


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({}, EVENT),
        ({"Input": '"text"'}, "text"),
        ({"InputPath": "$.detail"}, {"n": 7, "name": "sea"}),
        ({"InputPath": "$.detail.absent"}, None),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"n": "$.detail.n", "name": "$.detail.name"},
                    "InputTemplate": '{"count": <n>, "name": <name>, "text": "I saw <name>"}',
                }
            },
            {"count": 7, "name": "sea", "text": "I saw sea"},
        ),
    ],
)
def test_a_target_chooses_what_it_is_sent(target: dict[str, Any], expected: Any) -> None:
    assert target_input(target, EVENT) == expected
