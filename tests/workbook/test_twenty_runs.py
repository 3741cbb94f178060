"""Twenty strict runs in a row: an output that differs once in a while would show."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNS = 20


@pytest.mark.slow
@pytest.mark.parametrize("name", [path.stem for path in sorted(ROOT.glob("notebooks/*.ipynb"))])
def test_strict_nbval_is_green_twenty_times_in_a_row(name: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", f"notebooks/{name}.ipynb"]
    for number in range(1, RUNS + 1):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"run {number}: {done.stdout[-2000:]}"
