"""Draws the course's figures as SVG: rooms, arrows, numbered discs, rows, all in one palette.

A figure is a Python file beside this one, `NN_name.py`, that draws and ends with `figure.write()`:
it writes `img/NN_name.svg`. `python -m img.sources` draws them all.

A solid arrow is a call that waits, a dashed one an event that comes later; a colour always means
its service; red means failure only; nothing is told by colour alone. The figure brings its own
paper, so that it can be read on a light page and on a dark one.
"""

from pathlib import Path
from xml.sax.saxutils import escape

SOURCES = Path(__file__).resolve().parent
COLOURS = {
    "compute": "#c05a15",
    "storage": "#4a861f",
    "database": "#2876dc",
    "entrance": "#8a61d1",
    "messaging": "#d83479",
    "search": "#138585",
    "neutral": "#6c7889",
    "failure": "#dd392e",
}
STYLE = """
    .paper { fill: var(--paper, #ffffff) }
    .name { font-size: 18px; font-weight: 600; fill: var(--ink, #1c2430) }
    .kind { font-size: 14px; fill: var(--quiet, #5a6675) }
    .step { font-size: 15px; fill: var(--ink, #1c2430) }
    .code { font-size: 14px; fill: var(--ink, #1c2430); font-family: ui-monospace, 'DejaVu Sans Mono', monospace }
    .room { fill: none; stroke-width: 2; rx: 8px }
    .row { fill: var(--paper, #ffffff); stroke: var(--hairline, #d7dde4); stroke-width: 1.5; rx: 4px }
    .chosen { stroke: #2876dc; stroke-width: 2.5 }
    .way { fill: none; stroke: #6c7889; stroke-width: 2; marker-end: url(#tip) }
    .late { stroke-dasharray: 6 5 } .join { marker-end: none }
    .n { font-size: 14px; font-weight: 700; fill: #ffffff; text-anchor: middle }
    text { dominant-baseline: middle }
    .mid { text-anchor: middle } .end { text-anchor: end }
    @media (prefers-color-scheme: dark) {
      svg { --paper: #0f1419; --ink: #e6edf3; --quiet: #93a1b1; --hairline: #2a323c }
    }
"""  # noqa: E501 (a style sheet keeps a rule on a line)

HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 {height}" role="img"
  aria-labelledby="t d" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif">
  <title id="t">{title}</title>
  <desc id="d">{desc}</desc>
  <style>{style}  </style>
  <defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"
    orient="auto"><path d="M0 0 10 5 0 10z" fill="#6c7889"/></marker></defs>
  <rect class="paper" width="960" height="{height}" rx="8"/>
"""


class Figure:
    """One figure on a canvas of 960 by `height`; parts are drawn in the order of the calls."""

    def __init__(self, name: str, *, height: int, title: str, desc: str) -> None:
        self.path = SOURCES.parent / f"{name}.svg"
        self.height = height
        self.title = title
        self.desc = desc
        self.parts: list[str] = []

    def room(
        self, x: int, y: int, w: int, h: int, name: str, kind: str = "", *, colour: str = "neutral"
    ) -> None:
        """An outlined room in its service's colour, its own name in bold, its kind below."""
        middle, centre = x + w // 2, y + h // 2
        self.rect(x, y, w, h, colour)
        self.text(middle, centre - 12 if kind else centre, name, "name mid")
        if kind:
            self.text(middle, centre + 13, kind, "kind mid")

    def rect(self, x: int, y: int, w: int, h: int, colour: str = "neutral") -> None:
        """A room's outline alone."""
        place = f'x="{x}" y="{y}" width="{w}" height="{h}"'
        self.parts.append(f'<rect class="room" {place} stroke="{COLOURS[colour]}"/>')

    def row(self, x: int, y: int, w: int, text: str, *, chosen: bool = False, h: int = 30) -> None:
        """One item as a row of code; a chosen one has a strong outline and a mark at its end."""
        classes = "row chosen" if chosen else "row"
        self.parts.append(f'<rect class="{classes}" x="{x}" y="{y}" width="{w}" height="{h}"/>')
        self.text(x + 12, y + h // 2 + 1, text, "code")
        if chosen:
            self.text(x + w - 12, y + h // 2 + 1, "✓", "step end")

    def way(self, *points: tuple[int, int], late: bool = False) -> None:
        """An arrow along `points`; dashed for what comes later."""
        path = "M" + " L".join(f"{x} {y}" for x, y in points)
        self.parts.append(f'<path class="way{" late" if late else ""}" d="{path}"/>')

    def line(self, *points: tuple[int, int], late: bool = False) -> None:
        """A line that joins an arrow further on: it has no tip of its own."""
        path = "M" + " L".join(f"{x} {y}" for x, y in points)
        self.parts.append(f'<path class="way join{" late" if late else ""}" d="{path}"/>')

    def disc(self, x: int, y: int, number: int) -> None:
        """A numbered disc: the order in which to follow the figure."""
        self.parts.append(f'<circle cx="{x}" cy="{y}" r="11" fill="{COLOURS["neutral"]}"/>')
        self.text(x, y + 1, str(number), "n")

    def text(self, x: int, y: int, text: str, classes: str = "step") -> None:
        """Text at its left edge (`mid`, `end` in `classes`: at its middle, its right edge)."""
        self.parts.append(f'<text class="{classes}" x="{x}" y="{y}">{escape(text)}</text>')

    def svg(self) -> str:
        """The figure as SVG text."""
        head = HEAD.format(
            height=self.height, title=escape(self.title), desc=escape(self.desc), style=STYLE
        )
        return head + "".join(f"  {part}\n" for part in self.parts) + "</svg>\n"

    def write(self) -> None:
        """Write `img/<name>.svg`."""
        self.path.write_text(self.svg(), encoding="utf-8")
