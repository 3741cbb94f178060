"""Every figure is drawn by its source, as committed, and says in words what it shows."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIGURES = sorted((ROOT / "img").glob("[0-9][0-9]_*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


def test_figure_and_source_share_a_stem() -> None:
    sources = {path.stem for path in (ROOT / "img" / "sources").glob("[0-9][0-9]_*.*")}
    assert {figure.stem for figure in FIGURES} == sources


def test_drawing_again_gives_the_same_figures(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "img" / "sources", tmp_path / "img" / "sources")
    subprocess.run([sys.executable, "-B", "-m", "img.sources"], check=True, cwd=tmp_path)
    for figure in FIGURES:
        drawn = tmp_path / "img" / figure.name
        if drawn.exists():  # drawn by another tool than Python otherwise
            assert drawn.read_text("utf-8") == figure.read_text("utf-8"), figure.name


@pytest.mark.parametrize("figure", FIGURES, ids=[figure.stem for figure in FIGURES])
def test_a_figure_says_in_words_what_it_shows(figure: Path) -> None:
    root = ElementTree.fromstring(figure.read_text("utf-8"))
    assert len(root.findtext(f"{SVG}title") or "") > 8
    assert len(root.findtext(f"{SVG}desc") or "") > 60
    sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", figure.read_text("utf-8"))]
    assert min(sizes) >= 13  # readable from the last row


@pytest.mark.parametrize("figure", FIGURES, ids=[figure.stem for figure in FIGURES])
def test_every_figure_is_shown_somewhere(figure: Path) -> None:
    pages = [*(ROOT / "notebooks").glob("*.ipynb"), *ROOT.glob("*.md")]
    assert any(figure.name in page.read_text("utf-8") for page in pages)
