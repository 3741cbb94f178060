"""The clock that lessons move."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from serverless_app.local.clock import Clock


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    yield clock
    clock.reset()


def test_moving_the_clock_moves_the_process_s_time(clock: Clock) -> None:
    before = time.time()
    clock.advance(3600)
    assert 3600 <= time.time() - before < 3660
    assert clock.offset == 3600


def test_moves_add_up(clock: Clock) -> None:
    before = time.time()
    clock.advance(100)
    clock.advance(100)
    assert 200 <= time.time() - before < 260


def test_measured_durations_stay_true(clock: Clock) -> None:
    before = time.monotonic()
    clock.advance(3600)
    assert time.monotonic() - before < 60


def test_reset_goes_back_to_the_wall(clock: Clock) -> None:
    before = time.time()
    clock.advance(3600)
    clock.reset()
    assert time.time() - before < 60


@pytest.mark.parametrize(
    ("second", "least"), [(99, 0.0), (100, 0.0), (101, 60.0), (102, 0.0), (103, 0.0), (104, 60.0)]
)
def test_of_a_second_in_which_the_clock_was_moved_the_least_offset_counts(
    second: int, least: float
) -> None:
    clock = Clock()
    clock._moves += [(100.2, 60.0), (102.5, 0.0), (103.0, 0.0), (103.9, 60.0)]
    assert clock.least_offset(second) == least


def test_a_second_after_a_move_has_its_offset(clock: Clock) -> None:
    clock.advance(3600)
    assert clock.least_offset(int(time.time() - 3600) + 1) == 3600


def test_a_sleeper_wakes_when_the_clock_is_moved_past_its_time(clock: Clock) -> None:
    async def story() -> None:
        sleeper = asyncio.create_task(clock.sleep(600))
        await asyncio.sleep(0)
        clock.advance(599)
        await asyncio.sleep(0)
        assert not sleeper.done()
        clock.advance(1)
        await asyncio.wait_for(sleeper, 5)

    asyncio.run(story())


def test_sleepers_wake_in_the_order_of_their_times(clock: Clock) -> None:
    woken: list[str] = []

    async def nap(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(name)

    async def story() -> None:
        naps = [asyncio.create_task(nap(n, s)) for n, s in (("late", 300), ("early", 60))]
        await asyncio.sleep(0)
        clock.advance(1000)
        await asyncio.gather(*naps)

    asyncio.run(story())
    assert woken == ["early", "late"]
