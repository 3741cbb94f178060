"""Every sentence of the course notes is met by a cell of a notebook."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from notebooks.build import notebooks

ROOT = Path(__file__).resolve().parents[2]
SENTENCES: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "notebooks" / "coverage.yml").read_text("utf-8")
)
SUBJECTS = [f"{number:02}" for number in range(1, 15)]
EXISTING = {path.name[:2]: path for path in notebooks()}


def _words(cell: Any) -> int:
    prose = re.sub(r"^#.*$", "", cell.source, flags=re.M)  # a heading meets nothing
    return len(re.findall(r"\w+", prose))


def test_the_notes_are_here_whole() -> None:
    assert len(SENTENCES) == 288
    assert SENTENCES[0]["says"].startswith("A serverless is a spectrum of solutions")
    assert SENTENCES[-1]["says"].startswith("One option to restrict access to Kibana")


def test_every_sentence_belongs_to_a_notebook() -> None:
    for sentence in SENTENCES:
        assert set(sentence) == {"says", "notebook", "cells"}, sentence
        assert sentence["notebook"] in SUBJECTS, sentence


@pytest.mark.parametrize("number", [number for number in SUBJECTS if number in EXISTING])
def test_a_notebook_meets_every_sentence_of_its_subject(number: str) -> None:
    cells = {cell["id"]: cell for cell in nbformat.read(EXISTING[number], as_version=4).cells}
    for sentence in SENTENCES:
        if sentence["notebook"] == number:
            assert sentence["cells"], f"not met: {sentence['says']}"
            for name in sentence["cells"]:
                assert name in cells, f"no cell {name!r} in {EXISTING[number].name}"
                assert not name.startswith("title"), sentence
                assert _words(cells[name]) >= 5, f"{name!r} says too little"


def test_a_notebook_that_is_not_there_claims_nothing() -> None:
    for sentence in SENTENCES:
        if sentence["notebook"] not in EXISTING:
            assert sentence["cells"] == [], sentence
