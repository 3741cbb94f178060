"""Every notebook is current, runs from the top, and has the form of the course."""

import itertools
import re
import tempfile
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from notebooks.build import build, normalise, notebooks

ROOT = Path(__file__).resolve().parents[2]
PATHS = notebooks()
each = pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])


def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def _markdown(path: Path) -> list[NotebookNode]:
    return [cell for cell in _read(path).cells if cell.cell_type == "markdown"]


def _code(path: Path) -> list[NotebookNode]:
    return [cell for cell in _read(path).cells if cell.cell_type == "code"]


def test_there_are_notebooks() -> None:
    assert PATHS


@each
def test_code_cells_are_counted_from_one(path: Path) -> None:
    counts = [cell.execution_count for cell in _code(path)]
    assert counts == list(range(1, len(counts) + 1))


@each
def test_the_file_is_normalised(path: Path) -> None:
    assert nbformat.writes(normalise(_read(path))) == nbformat.writes(_read(path))


@pytest.mark.slow  # `make test` runs every notebook strictly: only its pictures are left to this
@each
def test_building_again_changes_nothing(path: Path) -> None:
    assert build(path, check=True) == []


@each
def test_cell_ids_are_unique(path: Path) -> None:
    ids = [cell["id"] for cell in _read(path).cells]
    assert sorted(ids) == sorted(set(ids))


@each
def test_outputs_name_no_machine(path: Path) -> None:
    for cell in _code(path):
        told = str(cell.outputs)
        here = [str(place) for place in (ROOT, Path.home(), tempfile.gettempdir())]
        assert not [place for place in here if place in told], told
        assert not re.search(r"/home/|/Users/|site-packages|0x[0-9a-f]{8}", told), told
        assert not re.search(r"(127\.0\.0\.1|localhost):\d", told), told


@each
@pytest.mark.parametrize(
    "part",
    [
        "minutes**",
        "**You will be able to**",
        "**Questions**",
        "*Predict:*",
        "## Look inside",
        "## Exercises",
        "## In production",
        "## What the notes say, what is true today",
        "## Key points",
    ],
)
def test_every_part_of_the_form_is_there(path: Path, part: str) -> None:
    if path.name.startswith("00"):
        pytest.skip("the tour has no lesson's form")
    assert any(part in cell.source for cell in _markdown(path))


@each
def test_prose_comes_in_short_beats(path: Path) -> None:
    for cell in _markdown(path):
        if re.search(
            r"\*\*You will be able to|## (In production|What the notes|Key|Exer)", cell.source
        ):
            continue
        prose = re.sub(
            r"```.*?```|<[^>]+>|!\[[^\]]*\]\([^)]*\)|^\|.*$", "", cell.source, flags=re.S | re.M
        )
        assert len(re.findall(r"\w[\w'’-]*", prose)) <= 100, (
            f"{cell['id']}: {len(prose.split())} words"
        )


@each
def test_code_fits_a_glance(path: Path) -> None:
    for cell in _code(path):
        assert len(cell.source.splitlines()) <= 16, cell["id"]


@each
def test_no_cell_is_a_surprise_to_the_reader(path: Path) -> None:
    cells = _read(path).cells
    led = [
        before.cell_type == "markdown"
        for before, cell in itertools.pairwise(cells)
        if cell.cell_type == "code"
    ]
    assert sum(led) / len(led) >= 0.74  # measured in the courses we learn from: 74–86 %


@each
def test_figures_have_alt_text(path: Path) -> None:
    for cell in _markdown(path):
        for alt, _ in re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", cell.source):
            assert len(alt) > 40, cell["id"]
        assert "<img" not in cell.source
    for cell in _code(path):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                assert len(output.metadata.get("image/png", {}).get("alt", "")) > 40, cell["id"]


@each
def test_links_resolve(path: Path) -> None:
    for cell in _markdown(path):
        prose = re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.S)
        for target in re.findall(r"\]\(([^)\s]+)\)", prose):
            if target.startswith("https://"):
                continue
            assert (path.parent / target.partition("#")[0]).resolve().exists(), target


@each
def test_the_voice_is_ours(path: Path) -> None:
    for cell in _markdown(path):
        told = re.sub(r"```.*?```|`[^`]*`|!\[|\"[^\"]*\"", "", cell.source, flags=re.S)
        sales = re.findall(r"\b(simply|just|easy|easily|powerful|obviously)\b|(!)", told)
        assert not sales, f"{cell['id']}: {sales}"


@each
def test_no_two_dollars_make_a_formula(path: Path) -> None:
    """JupyterLab sets what stands between two dollar signs of a cell as mathematics."""
    for cell in _markdown(path):
        told = re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.S)
        assert told.count("$") < 2, cell["id"]


GLOSSARY = ROOT / "notebooks" / "glossary.md"
TERMS = re.findall(
    r"^\*\*(.+?)\*\* — .+?\[\d\d\]\((\d\d_\w+\.ipynb)\)$", GLOSSARY.read_text("utf-8"), re.M
)


def test_every_line_of_the_glossary_is_a_term_with_its_notebook() -> None:
    lines = [line for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("**")]
    assert len(lines) == len(TERMS) > 0
    assert [term.casefold() for term, _ in TERMS] == sorted(term.casefold() for term, _ in TERMS)


@pytest.mark.parametrize(("term", "notebook"), TERMS)
def test_a_term_is_explained_where_the_glossary_says(term: str, notebook: str) -> None:
    told = " ".join(cell.source for cell in _markdown(ROOT / "notebooks" / notebook))
    assert re.search(rf"\*\*{re.escape(term)}s?\*\*", told, re.I)


@each
def test_every_bold_term_of_a_notebook_is_in_the_glossary(path: Path) -> None:
    known = {term.casefold() for term, _ in TERMS}
    for cell in _markdown(path):
        if cell["id"].startswith(("title", "ex-", "in-production", "key-points", "notes-")):
            continue
        prose = re.sub(r"```.*?```", "", cell.source, flags=re.S)
        for bold in re.findall(r"\*\*([^*\n]+)\*\*", prose):
            term = bold.casefold().strip()
            if len(term) == 1:  # the letters of ACID
                continue
            assert term in known or term.removesuffix("s") in known, f"{cell['id']}: {bold}"
