"""What a notebook's cells become on slides: blocks of Markdown with the height each will take.

Nothing is drawn here, and heights are reckoned from the text, so that a deck is the same wherever
it is made. `slides.py` packs the blocks into slides.
"""

import base64
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from itertools import zip_longest
from pathlib import Path

from nbconvert.filters.highlight import Highlight2HTML
from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
HIGHLIGHT = Highlight2HTML(extra_formatter_options={"nowrap": True})

# The slide in pixels, as slides.html.j2 draws it. Text is measured by the widest usual font
# (DejaVu): with a narrower one there is room to spare.
WIDTH, ROOM, GAP = 1168, 634, 18
HEADING, AGAIN = 68, 46
TEXT_LINE, TEXT_COLUMNS = 38, 70
CODE_LINE, CODE_COLUMNS, CODE_FRAME = 31.2, 77, 24
TABLE_LINE, TABLE_COLUMNS, TABLE_FRAME = 34, 81, 19
SMALLEST_PLOT, SMALLEST_DRAWING = 290, 440
SMALLEST_FIGURE = 0.92  # of the size that it is drawn in: letters of 13 pixels


@dataclass(frozen=True)
class Block:
    """One thing on a slide: Markdown (or HTML), how high it will be, and what is said with it."""

    kind: str  # say, predict, code, output, drawn, react, figure
    source: str
    height: float
    notes: str = ""
    starts: bool = False  # a beat begins here: a new slide
    size: tuple[float, float] = (0, 0)  # of a picture


def gist(paragraph: str, limit: int = 170) -> str:
    """The first sentences of `paragraph`, whole ones: as many as `limit` characters take."""
    kept = ""
    for end in re.finditer(r"[.!?][\"”*)_`]*(?=\s)|$", paragraph):
        upto = paragraph[: end.end()]
        if any(upto.count(mark) % 2 for mark in ("**", "`", "*")):
            continue  # inside of something bold or of code
        if kept and len(upto) > limit:
            break
        kept = upto
    return kept or paragraph


def pieces(markdown: str) -> list[str]:
    """Paragraphs, lists, tables and fenced code of `markdown`, one by one."""
    found = re.findall(r"```.*?```|(?:(?!\n\n|```).)+", markdown, re.S)
    return [piece.strip("\n") for piece in found if piece.strip()]


def text_lines(markdown: str, columns: int = TEXT_COLUMNS) -> int:
    """How many lines `markdown` takes on a slide that has `columns` characters."""
    plain = re.sub(r"\]\([^)]*\)|[*\[]", "", markdown)
    return sum(max(1, -(-len(line) // columns)) for line in plain.splitlines())


def code_lines(code: str) -> int:
    """How many lines `code` takes: what is too long goes on below, further in."""
    return sum(
        max(1, -(-(len(line) - _hang(line)) // (CODE_COLUMNS - _hang(line))))
        for line in code.splitlines()
    )


def _hang(line: str) -> int:
    """Where the rest of a long line begins: four columns behind its own beginning."""
    return min(len(line) - len(line.lstrip()), 24) + 4


def pre(text: str, kind: str, language: str = "text") -> Block:
    """Code or output as it stands, each line a block of its own so that it can hang."""
    html = escape(text) if language == "text" else HIGHLIGHT(text, language)
    lines = (
        f'<span class="line" style="--in:{_hang(plain)}ch">{line or " "}</span>'
        for plain, line in zip(text.splitlines(), html.splitlines(), strict=False)
    )
    height = code_lines(text) * CODE_LINE + CODE_FRAME
    return Block(kind, f'<pre class="{kind}">{"".join(lines)}</pre>', height)


def fitting(text: str, kind: str, room: float, language: str = "text") -> Iterator[Block]:
    """`text` in blocks that fit `room`: code goes on, output ends with what is left out."""
    lines = text.rstrip("\n").splitlines()
    while lines:
        end = len(lines)
        while end > 1 and pre("\n".join(lines[:end]), kind).height > room:
            end -= 1
        left = len(lines) - end
        if left and kind == "code":  # better between statements
            outermost = [at for at in range(end // 2, end + 1) if lines[at][:1].strip()]
            end = outermost[-1] if outermost else end
        if left and kind == "output":
            yield pre("\n".join([*lines[: end - 1], f"… {left + 1} lines more"]), kind)
            return
        yield pre("\n".join(lines[:end]).rstrip("\n"), kind, language)
        lines = lines[end:]


def picture(data: bytes, kind: str, alt: str, role: str = "drawn") -> Block:
    """An SVG or PNG inside the file. Its height is the least it needs to be read."""
    if kind == "svg+xml":
        box = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', data.decode())
        size = (float(box[1]), float(box[2])) if box else (960.0, 480.0)
        least = SMALLEST_FIGURE * size[1] if role == "figure" else SMALLEST_DRAWING
        least = min(least, ROOM - HEADING - GAP)
        size = (WIDTH, size[1] * WIDTH / size[0])
    else:
        wide, high = struct.unpack(">II", data[16:24])
        grown = min(1.4, WIDTH / wide)
        size, least = (wide * grown, high * grown), SMALLEST_PLOT
    address = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    html = f'<img alt="{escape(alt)}" style="height:HEIGHTpx" src="{address}">'
    return Block(role, html, min(size[1], least), size=size)


def table_blocks(table: str) -> Iterator[Block]:
    """A Markdown table, cut between rows where a slide is full, its head on each."""
    head, rule, *rows = table.splitlines()
    cells = [row.strip().removeprefix("|").removesuffix("|").split("|") for row in (head, *rows)]
    widths = _column_widths(cells)
    style = ";".join(f"--c{at}:{width:.0%}" for at, width in enumerate(widths, start=1))
    columns = [max(4, int(width * TABLE_COLUMNS) - 2) for width in widths]
    highs = [TABLE_LINE * max(map(text_lines, row, columns)) + TABLE_FRAME for row in cells]
    kept: list[str] = []
    used = 0.0
    for row, height in zip([*rows, ""], [*highs[1:], ROOM], strict=True):
        if kept and highs[0] + used + height > ROOM - HEADING - GAP:
            source = "\n".join([f'<div style="{style}">\n', head, rule, *kept, "\n</div>"])
            yield Block("say", source, highs[0] + used)
            kept, used = [], 0.0
        kept.append(row)
        used += height


def _column_widths(cells: list[list[str]]) -> list[float]:
    """Each column's part of the width: its longest word, and of the rest by what it holds."""
    least, holds = [], []
    for column in zip_longest(*cells, fillvalue=""):
        words = [len(word.strip("`*")) for cell in column for word in cell.split()]
        least.append(max(words, default=0) * 1.1 + 2)
        holds.append(sum(map(len, column)) / len(column) + 1)
    rest = max(0, TABLE_COLUMNS - sum(least)) / sum(holds)
    wanted = [word + rest * size for word, size in zip(least, holds, strict=True)]
    return [width / sum(wanted) for width in wanted]


def list_blocks(markdown: str) -> Iterator[Block]:
    """A list, each of its points by its gist, cut between points where a slide is full."""
    points = [gist(p, 130) for p in re.split(r"\n(?=- |\d+\. )", markdown)]
    kept: list[str] = []
    for point in points:
        if kept and (text_lines("\n".join([*kept, point]), 66)) * TEXT_LINE > ROOM - HEADING - 60:
            yield Block("say", "\n".join(kept), text_lines("\n".join(kept), 66) * TEXT_LINE)
            kept = []
        kept.append(point)
    high = text_lines("\n".join(kept), 66) * TEXT_LINE + 8 * len(kept)
    yield Block("say", "\n".join(kept), high)


def prose(markdown: str, *, reaction: bool = False) -> Iterator[Block]:
    """What a Markdown cell puts on slides. The first block carries the cell's text as notes."""
    figures, notes = re.findall(r"!\[(.*?)\]\((.*?)\)", markdown), markdown
    for alt, _ in figures:
        notes = re.sub(r"!\[.*?\]\(.*?\)", f"*Figure:* {alt}", notes, count=1)
    made: list[Block] = []
    for piece in pieces(markdown):
        if figure := re.match(r"!\[(.*?)\]\((.*?)\)", piece):
            data = (HERE / figure[2]).read_bytes()
            made.append(replace(picture(data, "svg+xml", figure[1], "figure"), starts=not made))
        elif piece.startswith("```"):
            language, _, code = piece.strip("`").partition("\n")
            made += fitting(code, "code", ROOM - HEADING - GAP, language.strip() or "text")
        elif piece.startswith("|"):
            made += table_blocks(piece)
        elif re.match(r"- |\d+\. ", piece):
            made += list_blocks(piece)
        else:
            kind = "predict" if "*Predict:*" in piece else "react" if reaction else "say"
            shown = piece if kind == "predict" else gist(piece)
            frame = 20 if kind == "predict" else 0
            made.append(Block(kind, shown, text_lines(shown) * TEXT_LINE + frame))
    if made:
        made[0] = replace(made[0], notes=notes, starts=made[0].starts or not reaction)
    yield from made


def output_blocks(cell: NotebookNode) -> Iterator[Block]:
    """What the cell printed and drew, each short enough for a slide with a prediction."""
    for output in cell.outputs:
        data = output.get("data", {})
        alt = output.get("metadata", {}).get("image/png", {}).get("alt", "What the cell drew")
        if "image/svg+xml" in data:
            yield picture("".join(data["image/svg+xml"]).encode(), "svg+xml", alt)
        elif "image/png" in data:
            yield picture(base64.b64decode(data["image/png"]), "png", alt)
        elif text := output.get("text") or data.get("text/plain", ""):
            (first,) = list(fitting(text, "output", 366))[:1]
            cut = "more</span>" in first.source[-60:]
            yield replace(first, notes=f"```\n{text}\n```" if cut else "")


def blocks(cells: list[NotebookNode]) -> Iterator[Block]:
    """The blocks of one section, in order. Markdown between an output and Markdown reacts to it."""
    for at, cell in enumerate(cells):
        if cell.cell_type == "code":
            language = "python"
            yield from fitting(cell.source, "code", ROOM - AGAIN - GAP, language)
            yield from output_blocks(cell)
            continue
        after = cells[at - 1].cell_type == "code" if at else False
        before = cells[at + 1].cell_type == "code" if at + 1 < len(cells) else False
        yield from prose(cell.source, reaction=after and not before)
