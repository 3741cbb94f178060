"""Hops as a sequence diagram: one column a participant, one arrow a hop, time runs down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from serverless_app.local.trace import Hop

COLUMN, ROW, TOP, MARGIN = 150, 40, 64, 80
WIDEST = 1000  # fits into JupyterLab beside its file list; a wider drawing would be cut off
COLOURS = {
    "lambda": "#c05a15",
    "s3": "#4a861f",
    "dynamodb": "#2876dc",
    "apigateway": "#8a61d1",
    "execute-api": "#8a61d1",
    "cognito-idp": "#8a61d1",
    "kinesis": "#d83479",
    "sqs": "#d83479",
    "sns": "#d83479",
    "websocket": "#d83479",
    "opensearch": "#138585",
    "es": "#138585",
}
QUIET, RED = "#6c7889", "#dd392e"
STYLE = """
.paper{fill:var(--paper,#fff)}
.p{font-size:14px;font-weight:600;fill:var(--ink,#1c2430);text-anchor:middle}
.l{font-size:13px;fill:var(--ink,#1c2430);stroke:var(--paper,#fff);stroke-width:4;paint-order:stroke}
.n{font-size:13px;font-weight:700;fill:#fff;text-anchor:middle}
@media(prefers-color-scheme:dark){svg{--ink:#e6edf3;--paper:#0f1419}}
"""


@dataclass(frozen=True)
class SequenceDiagram:
    """A drawing of hops; a notebook shows it by itself. It holds no times and no ids, so that

    the same story gives the same drawing.
    """

    hops: Sequence[Hop]
    title: str = "What called what"

    @property
    def participants(self) -> list[str]:
        """Sources and targets in the order of their first appearance."""
        names = [name for hop in self.hops for name in (hop.source, hop.target)]
        return list(dict.fromkeys(names))

    def colour(self, name: str) -> str:
        """A participant's colour: that of the service that it belongs to."""
        reached = next((hop for hop in self.hops if hop.target == name), None)
        if reached is None:
            return QUIET
        service = str(reached.detail.get("service", name))
        return COLOURS.get("lambda" if reached.operation == "Invoke" else service, QUIET)

    def svg(self) -> str:
        """The drawing as an SVG document."""
        columns = {name: MARGIN + i * COLUMN for i, name in enumerate(self.participants)}
        width = MARGIN * 2 + COLUMN * max(0, len(columns) - 1)
        height = TOP + ROW * len(self.hops) + 24
        lifelines = [self._lifeline(name, x, height) for name, x in columns.items()]
        arrows = [
            arrow(number, hop, columns[hop.source], columns[hop.target])
            for number, hop in enumerate(self.hops, 1)
        ]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{min(width, WIDEST)}" role="img" aria-label="{escape(self.title)}" '
            'font-family="system-ui, sans-serif">'
            f"<title>{escape(self.title)}</title><desc>{escape(self.text())}</desc>"
            f"<style>{STYLE}</style>"
            f'<rect class="paper" width="{width}" height="{height}"/>'
            f"<defs>{tip('go', QUIET)}{tip('no', RED)}</defs>"
            f"{''.join(lifelines)}{''.join(arrows)}</svg>"
        )

    def text(self) -> str:
        """The same story in words, a line a hop."""
        return "\n".join(
            f"{number}. {hop.source} → {hop.target}: {hop.operation}{remark(hop)}"
            for number, hop in enumerate(self.hops, 1)
        )

    def _repr_svg_(self) -> str:
        return self.svg()

    def __repr__(self) -> str:
        return self.text()

    def _lifeline(self, name: str, x: int, height: int) -> str:
        colour = self.colour(name)
        half = COLUMN // 2 - 8
        return (
            f'<rect x="{x - half}" y="12" width="{half * 2}" height="34" rx="8" fill="none" '
            f'stroke="{colour}" stroke-width="2"/>'
            f'<text class="p" x="{x}" y="34">{escape(shorten(name))}</text>'
            f'<path d="M{x} 46V{height - 8}" stroke="{colour}" stroke-dasharray="2 4"/>'
        )


def arrow(number: int, hop: Hop, start: int, end: int) -> str:
    """One hop: solid when the caller waits, dashed when it comes later, red when it failed."""
    y = TOP + ROW * number - 8
    failed = hop.outcome in ("error", "refused")
    colour, tip_name = (RED, "no") if failed else (QUIET, "go")
    dash = ' stroke-dasharray="6 5"' if hop.kind == "event" else ""
    label = escape(shorten(hop.operation, 34) + remark(hop))
    step = 1 if end > start else -1
    path = f"M{start + 12 * step} {y}H{end - 3 * step}"
    if start == end:
        path = f"M{start} {y - 8}h40v16h-36"
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash} '
        f'marker-end="url(#{tip_name})"/>'
        f'<circle cx="{start}" cy="{y}" r="11" fill="{colour}"/>'
        f'<text class="n" x="{start}" y="{y + 5}">{number}</text>'
        f'<text class="l" x="{min(start, end) + 18}" y="{y - 8}">{label}</text>'
    )


def remark(hop: Hop) -> str:
    """What a reader should notice of a hop: a later try, a failure."""
    words = [f"try {hop.attempt}"] if hop.attempt > 1 else []
    if hop.outcome in ("error", "refused"):
        words.append("failed" if hop.outcome == "error" else "refused")
    return f" ({', '.join(words)})" if words else ""


def shorten(name: str, limit: int = 18) -> str:
    """A label that fits its column."""
    return name if len(name) <= limit else name[: limit - 1] + "…"


def tip(name: str, colour: str) -> str:
    """An arrow head."""
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path d="M0 0 10 5 0 10z" fill="{colour}"/></marker>'
    )
