"""The workbook is tested as it is read: notebooks, exercises, figures, coverage."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for place in (ROOT, ROOT / "notebooks"):  # as `make notebooks` and a notebook's kernel see them
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[object]:
    """A running lab, and a place of its own for what counts as done."""
    from serverless_app.local.lab import Lab

    monkeypatch.setenv("WORKBOOK_PROGRESS", str(tmp_path / "progress.json"))
    lab = Lab.start()
    yield lab
    lab.stop()
