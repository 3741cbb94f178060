"""What lessons print: chosen columns in line, a refusal in its words, a plot in our colours."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

WIDTH = 112
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


def table(rows: Iterable[Mapping[str, Any]], *columns: str) -> None:
    """Print `columns` of `rows` (all of the first row's where none are named), one row a line."""
    rows = list(rows)
    if not rows:
        print("(nothing)")
        return
    columns = columns or tuple(rows[0])
    cells = [[_text(row.get(column, "–")) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    for line in [list(columns), *cells]:
        padded = (f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        print("  ".join(padded).rstrip())


@contextmanager
def refused() -> Iterator[None]:
    """Run what AWS should refuse, and print its code and words. If it is not refused, say so."""
    try:
        yield
    except ClientError as error:
        _say(f"{error.response['Error']['Code']}: {error.response['Error']['Message']}")
    except (BotoCoreError, TypeError) as error:  # refused before anything was sent
        _say(f"{type(error).__name__} (from boto3, nothing was sent): {error}")
    else:
        raise AssertionError("AWS accepted what this lesson expected it to refuse")


@contextmanager
def plot(finding: str, *, x: str, y: str, alt: str) -> Iterator[Any]:
    """Axes to draw on; on leaving, the plot is shown with its finding as title and its alt text."""
    import matplotlib.pyplot as plt
    from IPython.display import display

    hairline, quiet = "#d7dde4", "#5a6675"
    figure, axes = plt.subplots(figsize=(7.2, 3.6), dpi=110, layout="constrained")
    try:
        yield axes
        axes.set_title(finding, loc="left", fontsize=12, fontweight="bold", color="#1c2430")
        axes.set_xlabel(x, color=quiet)
        axes.set_ylabel(y, color=quiet)
        for axis in (axes.xaxis, axes.yaxis):
            if axis.get_scale() == "log" or axis.get_view_interval()[1] >= 1_000:
                axis.set_major_formatter(lambda x, _: f"{x:,.0f}" if x >= 1 else f"{x:g}")
        axes.grid(color=hairline, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(colors=quiet)
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(hairline)
        display(figure, metadata={"image/png": {"alt": alt}})
    finally:
        plt.close(figure)


def _say(text: str) -> None:
    """Print a refusal; a long one is broken between words, not where the page ends."""
    print(textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False))


def _text(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
