"""telemetry.py and system.py: what is said, and when."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest

from serverless_app.handlers import rest_api
from serverless_app.model import ID_PATTERN
from serverless_app.system import real_system, timestamp
from serverless_app.telemetry import Telemetry
from serverless_app.wiring import App
from tests.application import NOBODY, SETTINGS, Standing, rest_event


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_belongs_to_its_invocation(
    clock: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    telemetry = Telemetry(clock.system(), stage="dev")
    telemetry.begin(function="f", request_id="r-1", trace_id="1-5e66d96f")

    telemetry.log("Ready", imageId="i-1")

    assert said(capsys) == [
        {
            "time": "2026-11-24T21:30:26.123Z",
            "Stage": "dev",
            "function": "f",
            "requestId": "r-1",
            "traceId": "1-5e66d96f",
            "level": "INFO",
            "message": "Ready",
            "imageId": "i-1",
        }
    ]


def test_a_metric_is_a_line_in_the_embedded_format(
    clock: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    telemetry = Telemetry(clock.system(), stage="dev")

    telemetry.lag("IndexLag", clock.now.timestamp() - 1.5)

    (line,) = said(capsys)
    assert (line["Stage"], line["IndexLag"]) == ("dev", 1_500)
    assert line["_aws"] == {
        "Timestamp": int(clock.now.timestamp() * 1000),
        "CloudWatchMetrics": [
            {
                "Namespace": "Udagram",
                "Dimensions": [["Stage"]],
                "Metrics": [{"Name": "IndexLag", "Unit": "Milliseconds"}],
            }
        ],
    }


def test_a_failure_says_where_it_came_from(
    clock: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    telemetry = Telemetry(clock.system(), stage="dev")
    try:
        raise ValueError("no")
    except ValueError as error:
        telemetry.failure("A record failed", error)

    (line,) = said(capsys)
    assert (line["level"], line["error"], line["text"]) == ("ERROR", "ValueError", "no")
    assert "test_telemetry.py" in line["at"][-1]


def test_a_refusal_is_logged_with_its_invocation_and_nothing_of_the_user(
    app: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5e66d96f;Sampled=1")
    context = SimpleNamespace(
        function_name="udagram-dev-getImage",
        aws_request_id="r-1",
        get_remaining_time_in_millis=lambda: 1_000,
    )
    event = rest_event(path={"imageId": NOBODY}, user="ada's sub")

    rest_api.get_image(event, context, app=app)

    (line,) = said(capsys)
    assert (line["status"], line["code"]) == (404, "image_not_found")
    assert (line["function"], line["requestId"]) == ("udagram-dev-getImage", "r-1")
    assert line["traceId"] == "1-5e66d96f"
    assert "ada" not in json.dumps(line)
    assert app.remaining_ms() == 1_000


def test_times_sort_as_text_and_are_in_utc() -> None:
    moment = datetime(2026, 11, 24, 22, 30, 26, 123456, tzinfo=timezone(timedelta(hours=1)))

    assert timestamp(moment) == "2026-11-24T21:30:26.123Z"


def test_the_real_system_has_the_walls_clock_and_ids_that_never_repeat() -> None:
    system = real_system()

    assert abs(datetime.now(UTC) - system.now()) < timedelta(minutes=1)
    assert ID_PATTERN.fullmatch(system.new_id())
    assert system.new_id() != system.new_id()


def test_an_app_without_search_settings_is_made_without_a_client() -> None:
    app = App(SETTINGS, real_system())

    assert not {"groups", "images", "uploads", "search"} & app.__dict__.keys()
