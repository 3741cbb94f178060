"""`make bench`: every measurement, in one run: a table, a plot, and the numbers as JSON.

    python -m tests.bench [--peers] [name …]

Each module `bench_<name>.py` has `rows()`: a list of dicts with name, value, unit and, for what
belongs side by side, a `group`. Within a group the first row is the measure: others get a ratio.
A row without a value has a `note` that says why. tests/bench/README.md explains every row.
`--peers` installs serverless-offline and MiniStack into `.build/peers` once, and measures them in
the same interleaved rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "bench-results"
Row = dict[str, Any]


def measure(name: str, peers: bool) -> list[Row]:
    """One module's rows, measured in a process of its own."""
    code = f"import json; from tests.bench.bench_{name} import rows; print(json.dumps(rows()))"
    environment = {**os.environ, "BENCH_PEERS": "1" if peers else ""}
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment, check=False
    )
    if done.returncode:
        return [{"name": f"{name} did not finish", "value": None, "unit": "", "module": name}]
    rows: list[Row] = json.loads(done.stdout.splitlines()[-1])
    return [{**row, "module": name} for row in rows]


def with_ratios(rows: list[Row]) -> list[Row]:
    """Add to every row of a group how many times the group's first row it is."""
    first: dict[str, float] = {}
    for row in rows:
        group, value = row.get("group"), row["value"]
        if group and value:
            row["ratio"] = value / first.setdefault(group, value)
    return rows


def show(rows: list[Row]) -> None:
    """Print the table."""
    table = Table(title=f"{platform.python_version()}, {os.cpu_count()} cores, one run")
    for column in ("", "what", "value", "unit", "ratio"):
        table.add_column(column, justify="right" if column in ("value", "ratio") else "left")
    notes = list(dict.fromkeys(row["note"] for row in rows if "note" in row))
    last: Row = {}
    for row in rows:
        module = "" if row["module"] == last.get("module") else row["module"]
        group = row.get("group")
        if group and group != last.get("group"):
            table.add_row(module, f"[bold]{group}[/bold]")
            module = ""
        mark = f" ({notes.index(row['note']) + 1})" if "note" in row else ""
        ratio = f"{row['ratio']:.2f}×" if "ratio" in row else ""
        name = f"  {row['name']}" if group else row["name"]
        table.add_row(module, name, digits(row["value"]) + mark, row["unit"], ratio)
        last = row
    Console().print(table)
    for number, note in enumerate(notes, 1):
        Console().print(f"({number}) {note}", markup=False, highlight=False)


def digits(value: float | None) -> str:
    """Three digits, or all before the point."""
    if value is None:
        return "—"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def label(row: Row) -> str:
    """What stands beside a bar."""
    return f"{digits(row['value'])} {'' if row['value'] is None else row['unit']}"


def plot(rows: list[Row], file: Path) -> None:
    """Draw the groups side by side, each in its own unit."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row.get("group"):
            groups.setdefault(row["group"], []).append(row)
    if not groups:
        return
    figure, axes = pyplot.subplots(
        len(groups),
        1,
        figsize=(9, 0.6 * sum(map(len, groups.values())) + len(groups)),
        squeeze=False,
    )
    for axis, (name, group) in zip(axes[:, 0], groups.items(), strict=True):
        bars = axis.barh([row["name"] for row in group], [row["value"] or 0 for row in group])
        axis.bar_label(bars, [label(row) for row in group], padding=4)
        for bar, row in zip(bars, group, strict=True):
            bar.set_color("#2876dc" if row is group[0] else "#6c7889")
        axis.set_title(name, loc="left")
        axis.invert_yaxis()
        axis.spines[["top", "right", "bottom"]].set_visible(False)
        axis.set_xticks([])
        axis.margins(x=0.15)
    figure.tight_layout()
    figure.savefig(file)


def main() -> None:
    """Measure, print, save."""
    names = sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py"))
    program = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    program.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(names)}")
    program.add_argument("--peers", action="store_true", help="install and measure the peers too")
    options = program.parse_args()
    unknown = set(options.names) - set(names)
    if unknown:
        program.error(f"no such measurement: {', '.join(sorted(unknown))}")
    rows = [row for name in options.names or names for row in measure(name, options.peers)]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps(with_ratios(rows), indent=2))
    plot(rows, RESULTS / "latest.svg")
    show(rows)


if __name__ == "__main__":
    main()
