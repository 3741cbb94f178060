"""The speed-ups change no answer: the same seeded traffic, with and without them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def responses(variant: str, steps: int) -> list[str]:
    ran = subprocess.run(
        [sys.executable, str(HERE / "traffic.py"), variant, str(steps)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.splitlines()


@pytest.mark.parametrize("steps", [400, pytest.param(3_000, marks=pytest.mark.slow)])
def test_every_response_is_the_same_byte_for_byte(steps: int) -> None:
    stock, fast = responses("stock", steps), responses("fast", steps)
    assert len(stock) > steps
    kinds = Counter(line.split()[0] for line in stock)
    assert kinds.keys() >= {"PutItem", "Query", "Scan", "UpdateItem", "TransactWriteItems"}
    assert [pair for pair in zip(stock, fast, strict=True) if pair[0] != pair[1]] == []
