"""Make slides of the notebooks: one HTML file each, for a projector and without a network.

    python -m notebooks.slides             all of them, into dist/slides/
    python -m notebooks.slides 06 07       two of them

A slide shows the gist; the whole text is in its speaker notes (press S). Each `##` is a column of
slides. A prediction stays on the screen until the output is uncovered. Alt and a click enlarge.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

import nbformat
from nbconvert.exporters import SlidesExporter
from nbformat import NotebookNode, v4

from notebooks.build import notebooks
from notebooks.slide_blocks import AGAIN, GAP, HEADING, ROOM, Block, blocks, prose

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
REVEAL = ROOT / "node_modules" / "reveal.js" / "dist"
MISSING = "reveal.js is not installed: install Node 20 or newer, then run `npm ci`."
UNCOVERED = {"output", "drawn", "react"}  # one by one, at the speaker's key
LEFT_OUT = {"Look inside"}


def pack(section: Iterable[Block]) -> list[list[Block]]:
    """Blocks by slides. What was predicted is repeated where its output would be without it."""
    every, slides = list(section), list[list[Block]]()
    used, asked = 0.0, None
    for at, block in enumerate(every):
        asked = None if block.starts else asked
        pinned = asked.height + GAP if asked else 0
        with_next = _with_next(every, at)
        unasked = block.kind in UNCOVERED and asked and asked.source not in _sources(slides[-1])
        together = with_next if AGAIN + pinned + with_next <= ROOM else GAP + block.height
        if not slides or block.starts or unasked or used + together > ROOM:
            used = AGAIN if slides else HEADING
            slides.append([])
            if asked and used + pinned + GAP + block.height <= ROOM:
                slides[-1].append(replace(asked, notes=""))
                used += pinned
        if block.size[1]:
            rest = with_next - GAP - block.height if used + with_next <= ROOM else 0
            block = _drawn(block, ROOM - used - GAP - rest)
        slides[-1].append(block)
        used += GAP + block.height
        asked = block if block.kind == "predict" else None if block.kind == "react" else asked
    return slides


def _with_next(every: list[Block], at: int) -> float:
    """The height of a block with what belongs to it: code's output, a figure's sentence."""
    high = GAP + every[at].height
    after = every[at + 1] if at + 1 < len(every) else None
    belongs = {
        "code": ("output", "drawn"),
        "output": ("react",),
        "drawn": ("react",),
        "say": ("figure",),
        "figure": ("say",),
    }
    if after and not after.starts and after.kind in belongs.get(every[at].kind, ()):
        high += GAP + after.height
    return high


def _sources(slide: list[Block]) -> list[str]:
    return [block.source for block in slide]


def _drawn(block: Block, room: float) -> Block:
    """A picture as large as it may be in `room`."""
    high = max(min(block.size[1], room), block.height)
    return replace(block, source=block.source.replace("HEIGHT", f"{high:.0f}", 1), height=high)


def sections(notebook: NotebookNode) -> Iterator[tuple[str, list[Block]]]:
    """Headings with their blocks: the title, each `##` that is for the room, the exercises last."""
    title = notebook.cells[0].source.removeprefix("# ")
    name, _, opening = title.partition("\n")
    able, asks, questions = opening.partition("**Questions**")
    yield name, [*prose(able), *prose(asks + questions)]
    exercises: list[str] = []
    starts = [at for at, cell in enumerate(notebook.cells) if cell.source.startswith("## ")]
    for start, end in zip(starts, [*starts[1:], len(notebook.cells)], strict=True):
        cells = [v4.new_markdown_cell(""), *notebook.cells[start:end]]
        heading, _, cells[0].source = cells.pop(1).source[3:].partition("\n")
        if heading == "Exercises":
            every = "\n".join(cell.source for cell in cells)
            exercises = re.findall(r"^\*\*(\d\d\.\d .+?)\*\*", every, re.M)
        elif heading not in LEFT_OUT:
            yield heading, list(blocks(cells))
    points = "\n".join(f"- {exercise}" for exercise in exercises)
    yield "Your turn", list(prose(points))


def deck(notebook: NotebookNode) -> NotebookNode:
    """The notebook of slides that nbconvert renders: Markdown only, each cell with its place."""
    cells: list[NotebookNode] = []

    def add(place: str, source: str) -> None:
        metadata = {"slideshow": {"slide_type": place}}
        cells.append(v4.new_markdown_cell(source, metadata=metadata))

    for number, (heading, section) in enumerate(sections(notebook)):
        for at, slide in enumerate(pack(section)):
            if at == 0:
                add("slide", f"{'##' if number else '#'} {heading}")
            else:
                add("subslide", f'<p class="again">{escape(heading.replace("`", ""))}</p>')
            # Before the blocks: notes inside of a fragment would wait for it to be uncovered.
            add("notes", "\n\n".join(block.notes for block in slide if block.notes))
            for block in slide:
                place = "fragment" if block.kind in UNCOVERED else "-"
                add(place, _wrapped(block))
    made: NotebookNode = v4.new_notebook(cells=cells, metadata=notebook.metadata)
    return made


def _wrapped(block: Block) -> str:
    """The block in a frame of its kind. The empty lines let Markdown inside be Markdown."""
    return f'<div class="block {block.kind}">\n\n{_addressed(block.source)}\n\n</div>'


def _addressed(markdown: str) -> str:
    """Links to notebooks lead to their decks; links to files of the project are only names."""
    markdown = re.sub(r"\]\((\d\d_\w+)\.ipynb\)", r"](\1.html)", markdown)
    return re.sub(r"\[([^\]]*)\]\((?!https?:|\d\d_\w+\.html)[^)]*\)", r"\1", markdown)


def render(notebook: NotebookNode) -> str:
    """The deck of `notebook` as one HTML file that asks for nothing else."""
    resources = {
        "reveal_css": _reveal("reveal.css"),
        "scripts": [_reveal(f"{name}.js") for name in ("reveal", "plugin/notes", "plugin/zoom")],
        "title": notebook.cells[0].source.partition("\n")[0].removeprefix("# "),
    }
    exporter = SlidesExporter(template_file=str(HERE / "slides.html.j2"), exclude_anchor_links=True)
    html, _ = exporter.from_notebook_node(deck(notebook), resources)
    return str(html)


def _reveal(file: str) -> str:
    return (REVEAL / file).read_text("utf-8")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("numbers", nargs="*", help="06 07 …; none: all")
    options.add_argument("--into", type=Path, default=ROOT / "dist" / "slides")
    chosen = options.parse_args()
    if not REVEAL.exists():
        print(MISSING, file=sys.stderr)
        return 1
    chosen.into.mkdir(parents=True, exist_ok=True)
    for path in notebooks(chosen.numbers):
        made = chosen.into / f"{path.stem}.html"
        made.write_text(render(nbformat.read(path, as_version=4)), "utf-8")
        print(made.relative_to(ROOT) if made.is_relative_to(ROOT) else made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
