"""A notebook becomes slides that fit, hide the answer until it is asked for, and lose no word."""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode, v4
from playwright.sync_api import Page, Request, sync_playwright

from notebooks import slides
from notebooks.build import notebooks
from notebooks.slide_blocks import ROOM, Block, blocks, gist, list_blocks, pieces, prose
from notebooks.slides import REVEAL, deck, main, pack, sections
from tests.browser.conftest import ARGUMENTS, CHROMIUM

NOTEBOOKS = Path(slides.__file__).parent
EVERY_DAY = ("00_start_here", "06_composite_keys")  # the others take a minute together
DECKS = [
    pytest.param(path.stem, marks=() if path.stem in EVERY_DAY else pytest.mark.slow)
    for path in notebooks()
]


def _code(source: str, printed: str = "") -> NotebookNode:
    outputs = [v4.new_output("stream", name="stdout", text=printed)] if printed else []
    cell: NotebookNode = v4.new_code_cell(source, outputs=outputs)
    return cell


def _kinds(packed: list[list[Block]]) -> list[list[str]]:
    return [[block.kind for block in slide] for slide in packed]


def _lesson(*cells: NotebookNode) -> NotebookNode:
    title = v4.new_markdown_cell("# 99 · A lesson\n\n**5 minutes**\n\n**Questions**\n\n- Why?")
    notebook: NotebookNode = v4.new_notebook(cells=[title, *cells])
    return notebook


def test_the_gist_is_the_first_whole_sentences() -> None:
    text = "**Short. And bold.** It costs 1.5 units. " + "The rest is long " * 20 + "."
    assert gist(text, limit=60) == "**Short. And bold.** It costs 1.5 units."
    assert gist("No end in sight") == "No end in sight"


def test_paragraphs_lists_tables_and_code_are_told_apart() -> None:
    text = "One\ntwo\n\n- a\n- b\n\n| x |\n|---|\n\n```yaml\na: 1\n\nb: 2\n```\n"
    assert pieces(text) == [
        "One\ntwo",
        "- a\n- b",
        "| x |\n|---|",
        "```yaml\na: 1\n\nb: 2\n```",
    ]


def test_what_does_not_fit_is_said_in_the_notes() -> None:
    text = "First sentence. " + "A second one that goes on and on. " * 10
    (block,) = prose(text)
    assert (block.source.startswith("First sentence."), len(block.source) < 200) == (True, True)
    assert block.notes == text


def test_a_prediction_stands_above_the_output_on_whichever_slide_that_is() -> None:
    ask = v4.new_markdown_cell("Some prose.\n\n*Predict:* how many?")
    short = pack(blocks([ask, _code("1 + 1", "2\n")]))
    long = pack(blocks([ask, _code("\n".join("x" * 14), "2\n" * 9)]))
    assert _kinds(short) == [["say", "predict", "code", "output"]]
    assert _kinds(long) == [["say", "predict"], ["predict", "code"], ["predict", "output"]]


def test_the_reaction_comes_with_the_output_it_is_about() -> None:
    cells = [
        v4.new_markdown_cell("Look."),
        _code("\n".join("x" * 14), "2\n" * 4),
        v4.new_markdown_cell("So it is."),
        v4.new_markdown_cell("Now something else."),
        _code("3"),
    ]
    assert _kinds(pack(blocks(cells))) == [
        ["say", "code"],
        ["output", "react"],
        ["say", "code"],
    ]


@pytest.mark.parametrize(
    ("order", "kinds"), [("{0}\n\n{1}", ["say", "figure"]), ("{1}\n\n{0}", ["figure", "say"])]
)
def test_a_sentence_stands_with_its_figure(order: str, kinds: list[str]) -> None:
    figure = "![Four gates](../img/04_four_gates.svg)"
    packed = pack(blocks([v4.new_markdown_cell(order.format("Follow it.", figure))]))
    assert _kinds(packed) == [kinds]
    (shown,) = (block for block in packed[0] if block.kind == "figure")
    assert 300 < shown.height < ROOM - 100  # as large as the sentence lets it be


def test_a_figure_that_needs_the_room_has_a_slide_of_its_own() -> None:
    figure = "![The system](../img/14_complete_system.svg)"
    cell = v4.new_markdown_cell(f"{figure}\n\n{'A sentence of some length. ' * 5}")
    assert _kinds(pack(blocks([cell]))) == [["figure"], ["say"]]


def test_a_long_output_is_cut_on_the_slide_and_whole_in_the_notes() -> None:
    printed = "".join(f"row {n}\n" for n in range(40))
    code, output = blocks([_code("rows", printed)])
    assert "lines more" in output.source
    assert output.notes == f"```\n{printed}\n```"
    assert code.height + output.height < ROOM


def test_long_code_goes_on_between_two_statements() -> None:
    source = "\n".join(["def f():", *["    a"] * 14, "f()", *["g()"] * 4])
    first, second = blocks([_code(source)])
    plain = [re.sub(r"<[^>]+>", "", block.source) for block in (first, second)]
    assert plain[1].startswith("g()")
    assert "".join(plain).replace(" ", "") == source.replace("\n", "").replace(" ", "")


def test_a_long_list_goes_on_on_the_next_slide() -> None:
    points = [f"- Point {n} of this list" for n in range(25)]
    several = [block.source for block in list_blocks("\n".join(points))]
    assert len(several) == 2
    assert "\n".join(several).splitlines() == points


def test_exercises_are_named_last_and_solutions_and_look_inside_are_left_out() -> None:
    notebook = _lesson(
        v4.new_markdown_cell("## Exercises\n\n**99.1 Which? ★☆☆** Say which."),
        _code("mine = ..."),
        v4.new_markdown_cell("<details>the solution</details>"),
        v4.new_markdown_cell("## Look inside\n\nThere."),
        v4.new_markdown_cell("## Key points\n\n- One."),
    )
    shown = {
        heading: [block.source for block in section] for heading, section in sections(notebook)
    }
    assert list(shown) == ["99 · A lesson", "Key points", "Your turn"]
    assert shown["Your turn"] == ["- 99.1 Which? ★☆☆"]


def test_outputs_and_reactions_are_uncovered_by_a_key_and_predictions_are_there() -> None:
    notebook = _lesson(
        v4.new_markdown_cell("## One\n\n*Predict:* what?"), _code("1", "1\n"), _code("2", "2\n")
    )
    places = {}
    for cell in deck(notebook).cells:
        if kind := re.match(r'<div class="block (\w+)">', cell.source):
            places[kind[1]] = cell.metadata.slideshow.slide_type
    assert places == {"say": "-", "predict": "-", "code": "-", "output": "fragment"}


def test_a_link_to_a_notebook_leads_to_its_slides_and_one_to_a_file_is_a_name() -> None:
    text = "See [07](07_queries.ipynb), [pages.py](../pages.py), [AWS](https://aws.example/)."
    notebook = _lesson(v4.new_markdown_cell(f"## One\n\n{text}"))
    every = "\n".join(cell.source for cell in deck(notebook).cells)
    assert "See [07](07_queries.html), pages.py, [AWS](https://aws.example/)." in every


def test_every_sentence_of_a_lesson_is_in_its_notes() -> None:
    notebook = nbformat.read(NOTEBOOKS / "06_composite_keys.ipynb", as_version=4)
    notes = "".join(c.source for c in deck(notebook).cells if c.source and "block" not in c.source)
    for cell in notebook.cells[2:40]:
        if cell.cell_type == "markdown" and "![" not in cell.source and "](" not in cell.source:
            assert re.sub(r"^## .*\n+", "", cell.source) in notes


def test_without_reveal_it_is_said_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(slides, "REVEAL", tmp_path / "nothing")
    monkeypatch.setattr("sys.argv", ["slides", "--into", str(tmp_path / "made")])
    assert main() == 1
    assert "npm ci" in capsys.readouterr().err
    assert not (tmp_path / "made").exists()


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        size = {"width": 1280, "height": 720}
        yield browser.new_page(viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
        browser.close()


# Where the lowest and the rightmost thing of the slide ends, and its smallest letters.
EXTENT = """() => {
  const slide = Reveal.getCurrentSlide(), box = slide.getBoundingClientRect()
  const shown = [...slide.querySelectorAll(':not(aside, aside *)')]
  const boxes = shown.map(one => one.getBoundingClientRect()).filter(one => one.height)
  const texts = shown.filter(one => one.innerText)
  const sizes = texts.map(one => parseFloat(getComputedStyle(one).fontSize))
  return {
    bottom: Math.max(...boxes.map(one => one.bottom - box.top)),
    right: Math.max(...boxes.map(one => one.right - box.left)),
    letters: Math.min(...sizes),
    notes: slide.querySelectorAll(':scope > aside.notes').length,
  }
}"""


@pytest.mark.browser
@pytest.mark.node
@pytest.mark.skipif(not REVEAL.exists(), reason="reveal.js is not installed: npm ci")
@pytest.mark.parametrize("name", DECKS)
def test_no_slide_overflows_and_nothing_is_asked_of_a_network(
    page: Page, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["slides", name[:2], "--into", str(tmp_path)])
    assert main() == 0
    asked, complaints = list[str](), list[str]()

    def note(request: Request) -> None:
        asked.append(request.url.partition(":")[0])

    page.on("request", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((tmp_path / f"{name}.html").as_uri())
    places = page.evaluate("Reveal.getSlides().map(slide => Reveal.getIndices(slide))")
    for place in places:
        page.evaluate("({h, v}) => Reveal.slide(h, v, 99)", place)
        extent = page.evaluate(EXTENT)
        assert extent["bottom"] <= 700, (place, extent)
        assert extent["right"] <= 1260, (place, extent)
        assert (extent["letters"] >= 24, extent["notes"]) == (True, 1), (place, extent)
    assert len(places) > 20
    assert (asked.count("file"), set(asked) - {"file", "data"}, complaints) == (1, set(), [])
