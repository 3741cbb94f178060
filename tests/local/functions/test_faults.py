"""Faults that strike functions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.local.functions.house import House

pytestmark = pytest.mark.anyio

# Leaves a mark when it begins, and another one when it is done.
MARKS = """
import pathlib, time
def handler(event, context):
    pathlib.Path(event, "begun").touch()
    time.sleep(0.1)
    pathlib.Path(event, "done").touch()
    return "answer"
"""


def marks(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_a_function_fails_as_often_as_asked_and_runs_again_after(
    house: House, tmp_path: Path
) -> None:
    house.create(MARKS)
    house.faults.add("fail", times=2, where={"function": "greet"}, message="as you wished")
    errors = [await house.error(str(tmp_path)) for _ in range(2)]
    assert [error["errorMessage"] for error in errors] == ["as you wished"] * 2
    assert marks(tmp_path) == set()
    assert await house.answer(str(tmp_path)) == "answer"


async def test_a_fault_strikes_no_other_function(house: House) -> None:
    house.create("def handler(event, context): return 1")
    house.faults.add("fail", where={"function": "other"})
    assert await house.answer() == 1


@pytest.mark.parametrize(
    ("when", "left"), [("before", set()), ("during", {"begun"}), ("after", {"begun", "done"})]
)
async def test_a_process_dies_before_during_or_after_its_work(
    house: House, tmp_path: Path, when: str, left: set[str]
) -> None:
    house.create(MARKS)
    house.faults.add("kill", where={"function": "greet", "when": when}, seconds=0.05)
    error = await house.error(str(tmp_path))
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith("Runtime exited with error: signal: killed")
    assert marks(tmp_path) == left
    assert house.trace.hops()[-1].detail["fault"] == "kill"
    assert await house.answer(str(tmp_path)) == "answer"


async def test_a_delayed_answer_comes_late(house: House) -> None:
    house.create("def handler(event, context): return 1")
    house.faults.add("delay", where={"function": "greet"}, seconds=0.2)
    invocation = await house.invoke()
    assert invocation.payload == b"1"
    assert invocation.duration_ms >= 200
    assert house.trace.hops()[-1].detail["fault"] == "delay"


async def test_a_delay_past_the_timeout_is_a_timeout_after_the_work(
    house: House, tmp_path: Path
) -> None:
    house.create(MARKS, Timeout=1)
    house.faults.add("delay", where={"function": "greet"}, seconds=5)
    error = await house.error(str(tmp_path))
    assert error["errorMessage"].endswith("Task timed out after 1.00 seconds")
    assert marks(tmp_path) == {"begun", "done"}


async def test_a_failed_event_is_tried_again(house: House) -> None:
    house.create("def handler(event, context): return 1")
    house.faults.add("fail", times=2, where={"function": "greet"})
    house.functions.accept("greet", json.dumps(None).encode(), source="test")
    await house.functions.drain()
    hops = [hop for hop in house.trace.hops() if hop.operation == "Invoke"]
    assert [(hop.attempt, hop.outcome) for hop in hops] == [(1, "error"), (2, "error"), (3, "ok")]
    assert [hop.detail.get("fault") for hop in hops] == ["fail", "fail", None]
