"""Every figure is drawn by its source, as committed, and says in words what it shows."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM

ROOT = Path(__file__).resolve().parents[2]
FIGURES = sorted((ROOT / "img").glob("[0-9][0-9]_*.svg"))
SVG = "{http://www.w3.org/2000/svg}"
ROWS = re.findall(
    r"^\| (.+?) \| (.*?) ?\| \[(\w+)\]\(\3\.svg\) \| \[\w+\]\(\.\./(.+?)\) \|$",
    (ROOT / "img" / "README.md").read_text("utf-8"),
    re.M,
)
each = pytest.mark.parametrize("figure", FIGURES, ids=[figure.stem for figure in FIGURES])


def test_figure_and_source_share_a_stem() -> None:
    sources = {path.stem for path in (ROOT / "img" / "sources").glob("[0-9][0-9]_*.*")}
    assert {figure.stem for figure in FIGURES} == sources


def test_drawing_again_gives_the_same_figures(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "img" / "sources", tmp_path / "img" / "sources")
    subprocess.run([sys.executable, "-B", "-m", "img.sources"], check=True, cwd=tmp_path)
    for figure in FIGURES:
        drawn = tmp_path / "img" / figure.name
        assert drawn.read_text("utf-8") == figure.read_text("utf-8"), figure.name


@each
def test_a_figure_says_in_words_what_it_shows(figure: Path) -> None:
    root = ElementTree.fromstring(figure.read_text("utf-8"))
    assert len(root.findtext(f"{SVG}title") or "") > 8
    assert len(root.findtext(f"{SVG}desc") or "") > 60


@each
def test_a_figure_can_be_read_from_the_last_row(figure: Path) -> None:
    drawn = figure.read_text("utf-8")
    assert 'viewBox="0 0 960 ' in drawn
    assert min(int(size) for size in re.findall(r"font-size: (\d+)px", drawn)) >= 14


def test_each_figure_has_one_row() -> None:
    lines = (ROOT / "img" / "README.md").read_text("utf-8").splitlines()
    assert len([line for line in lines if line.startswith("| ")]) == len(ROWS) + 1  # and the head
    assert sorted(figure for _, _, figure, _ in ROWS) == [figure.stem for figure in FIGURES]


def test_every_picture_of_the_notes_has_its_figure() -> None:
    sentences = yaml.safe_load((ROOT / "notebooks" / "coverage.yml").read_text("utf-8"))
    told = [sentence["says"] for sentence in sentences]
    pictures = {one.rpartition("/")[2] for one in told if one.startswith("Figure: ")}
    served = {name for _, names, _, _ in ROWS for name in names.split(", ") if name}
    assert len(pictures) == 32
    assert served == pictures


@pytest.mark.parametrize(("figure", "page"), [row[2:] for row in ROWS])
def test_a_figure_is_shown_where_its_row_says_in_words_too(figure: str, page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    (alt,) = re.findall(rf"!\[([^\]]*)\]\([./]*img/{figure}\.svg\)", text)
    assert len(alt) > 40


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser.new_page(viewport={"width": 960, "height": 720})
        browser.close()


# Texts that leave the canvas or their room, lie on another room's edge, on each other or on a way.
COLLISIONS = """() => {
  const svg = document.querySelector('svg'), canvas = svg.viewBox.baseVal, found = new Set()
  const rooms = [...svg.querySelectorAll('.room, .row')].map(one => one.getBBox())
  const texts = [...svg.querySelectorAll('text:not(.n)')]
    .map(one => [one.textContent, one.getBBox()])
  const right = box => box.x + box.width, low = box => box.y + box.height
  const meet = (a, b, by = 0) => a.x < right(b) - by && right(a) > b.x + by
    && a.y + 3 * by < low(b) && low(a) - 3 * by > b.y
  for (const [text, box] of texts) {
    if (box.x < 8 || right(box) > canvas.width - 8 || box.y < 2 || low(box) > canvas.height - 2)
      found.add(`${text}: leaves the canvas`)
    for (const room of rooms) {
      const inside = box.x >= room.x + 2 && right(box) <= right(room) - 2
        && box.y >= room.y && low(box) <= low(room)
      if (meet(box, room) && !inside) found.add(`${text}: on the edge of a room`)
    }
    for (const [other, its] of texts)
      if (text < other && meet(box, its, 1)) found.add(`${text}: on ${other}`)
  }
  for (const way of svg.querySelectorAll('.way'))
    for (let at = 0; at < way.getTotalLength(); at += 3) {
      const {x, y} = way.getPointAtLength(at)
      for (const [text, box] of texts)
        if (x > box.x + 1 && x < right(box) - 1 && y > box.y + 3 && y < low(box) - 3)
          found.add(`${text}: on a way`)
    }
  return [...found]
}"""


@pytest.mark.browser
@each
def test_no_text_leaves_its_room_or_lies_on_something(page: Page, figure: Path) -> None:
    page.set_content(f'<body style="margin: 0">{figure.read_text("utf-8")}</body>')
    assert page.evaluate(COLLISIONS) == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ink_is_read_on_light_paper_and_on_dark(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_content(FIGURES[0].read_text("utf-8"))
    fills = "one => getComputedStyle(document.querySelector(one)).fill"
    seen = [page.evaluate(fills, one) for one in (".paper", ".name", ".kind")]
    assert (
        seen
        == {
            "light": ["rgb(255, 255, 255)", "rgb(28, 36, 48)", "rgb(90, 102, 117)"],
            "dark": ["rgb(15, 20, 25)", "rgb(230, 237, 243)", "rgb(147, 161, 177)"],
        }[scheme]
    )
