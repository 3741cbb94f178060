"""One house for all tests of the gateway: each makes the APIs it needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .house import House


@pytest.fixture(scope="module")
def built_house() -> Iterator[House]:
    """A house a file: moto's state is the process's, and the next room's tests begin with none."""
    house = House()
    yield house
    house.close()


@pytest.fixture
def house(built_house: House) -> Iterator[House]:
    yield built_house
    built_house.faults.clear()
    built_house.call(built_house.clock.reset)
