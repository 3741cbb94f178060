"""A laptop cloud with nothing in it but functions."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest

from tests.local.functions.house import Gate, House, closed_gate, open_house


@pytest.fixture(autouse=True)
def _nobodys_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def house(anyio_backend: str) -> AsyncIterator[House]:
    """Retries come at once."""
    async with open_house(retry_waits=(0.0, 0.0)) as house:
        yield house


@pytest.fixture
async def gate(anyio_backend: str) -> AsyncIterator[Gate]:
    """Where `WAITING` waits."""
    async with closed_gate() as gate:
        yield gate
