"""The stage on which every demo is given: steps, a key between them, and claims that are checked.

A demo is a `Talk` with steps. A step is told first, so that the room can guess; Enter makes it
happen, and Enter goes on. `b` goes back, `r` gives a step again, `q` ends. Going back replays the
earlier steps from a clean state, so it is always safe. `--auto` runs through without a key, as CI
does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, TypeVar

import httpx
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from serverless_app.local.cloud import LocalCloud
from serverless_app.local.udagram import Udagram

T = TypeVar("T")
KEYS = "b: back · r: again · q: end"


@dataclass
class Stage:
    """What a step works with: the cloud, Udagram's API, values that later steps need."""

    cloud: LocalCloud
    api: Udagram
    console: Console
    kept: SimpleNamespace = field(default_factory=SimpleNamespace)
    opened: ExitStack = field(default_factory=ExitStack)

    def enter(self, context: AbstractContextManager[T]) -> T:
        """Open something that stays open until the talk ends or goes back."""
        return self.opened.enter_context(context)

    def open_group(self, group_id: str) -> None:
        """Say which address to open on the page. Given again, a step has another group."""
        self.kept.page = f"{self.cloud.web_url}#/groups/{group_id}"
        self.show(f"open  {self.kept.page}")

    def show(self, *lines: str) -> None:
        """Print lines."""
        for line in lines:
            self.console.print(f"  {line}", highlight=False)

    def table(self, title: str, *rows: tuple[Any, ...]) -> None:
        """Print a table; the first row is its head."""
        table = Table(title=title, title_justify="left", header_style="bold")
        for name in rows[0]:
            table.add_column(str(name), overflow="fold")
        for row in rows[1:]:
            table.add_row(*map(str, row))
        self.console.print(table)

    def claim(self, says: str, holds: bool) -> None:
        """Say what was shown. What does not hold ends the demo with an error."""
        if not holds:
            raise SystemExit(f"This demo shows nothing: it claims that {says}, and it is not so.")
        self.console.print(f"  [bold green]✓[/] {says}", highlight=False)


Act = Callable[[Stage], None]


@dataclass(frozen=True)
class Step:
    """One step: its title, what the presenter says, where the room looks, what happens."""

    title: str
    say: str
    look: str
    act: Act


class Talk:
    """A demo of some minutes."""

    def __init__(self, number: str, title: str, minutes: int, shows: str) -> None:
        self.number, self.title, self.minutes, self.shows = number, title, minutes, shows
        self.steps: list[Step] = []

    def step(self, title: str, *, say: str, look: str = "the terminal") -> Callable[[Act], Act]:
        """Add a step: `say` is for the presenter to tell, `look` for the room."""

        def add(act: Act) -> Act:
            self.steps.append(Step(title, say, look, act))
            return act

        return add

    def outline(self) -> str:
        """The talk on one page."""
        steps = "\n".join(
            f"  {number}. {step.title} (look at {step.look})\n     {step.say}"
            for number, step in enumerate(self.steps, 1)
        )
        return f"{self.title} · {self.minutes} minutes\n{self.shows}\n\n{steps}\n"

    def main(self) -> None:
        """Give the talk, as the command line says."""
        program = argparse.ArgumentParser(
            description=self.outline(), formatter_class=argparse.RawDescriptionHelpFormatter
        )
        program.add_argument("--auto", action="store_true", help="run through without a key")
        options = program.parse_args()
        console = Console(width=100 if options.auto else None)
        try:
            with a_cloud(console) as cloud, httpx.Client(timeout=60) as http:
                Performance(self, Stage(cloud, Udagram(cloud, http), console), options.auto).give()
        except EOFError:
            raise SystemExit("\nNo key can come from here. --auto runs through without.") from None
        except KeyboardInterrupt:
            raise SystemExit(f"\n{self.title}: broken off.") from None


class Performance:
    """One giving of a talk."""

    def __init__(self, talk: Talk, stage: Stage, auto: bool) -> None:
        self._talk, self._stage, self._auto = talk, stage, auto

    def give(self) -> None:
        """Every step, with a key between them."""
        with self._stage.opened:
            self._give()

    def _give(self) -> None:
        self._clear()
        number = 0
        while number < len(self._talk.steps):
            self._tell(number)
            key = self._key("Enter: see it")
            if not key:
                self._talk.steps[number].act(self._stage)
                key = self._key("Enter: go on")
            if key == "q":
                return
            if key in ("b", "r"):
                number = max(0, number - (key == "b"))
                self._replay(number)
            else:
                number += 1
        self._stage.console.print("\n  [bold]Shown.[/]")

    def _key(self, enter: str) -> str:
        """The presenter's key; empty for Enter and for whatever has no meaning."""
        key = "" if self._auto else input(f"\n  {enter} · {KEYS} › ").strip().lower()
        return key if key in ("b", "r", "q") else ""

    def _tell(self, number: int) -> None:
        step = self._talk.steps[number]
        heading = f"{self._talk.number} · {number + 1}/{len(self._talk.steps)} · {step.title}"
        body = f"[bold]{step.say}[/]\nLook at {step.look}."
        self._stage.console.print()
        self._stage.console.print(Panel(body, title=heading, title_align="left", padding=(1, 2)))

    def _replay(self, until: int) -> None:
        """From a clean state, without a word, to just before a step."""
        self._clear()
        with self._stage.console.capture():
            for step in self._talk.steps[:until]:
                step.act(self._stage)
        if hasattr(self._stage.kept, "page"):
            self._stage.show("", f"open again  {self._stage.kept.page}")

    def _clear(self) -> None:
        self._stage.opened.close()
        self._stage.cloud.reset(seed=False)
        self._stage.kept = SimpleNamespace()


@contextmanager
def a_cloud(console: Console) -> Iterator[LocalCloud]:
    """The cloud that `make run` started, or one of the demo's own."""
    try:
        cloud = LocalCloud.running()
    except FileNotFoundError:
        with LocalCloud.start() as cloud:
            welcome(console, cloud)
            yield cloud
        return
    welcome(console, cloud)
    yield cloud
    cloud.stop()


def welcome(console: Console, cloud: LocalCloud) -> None:
    """Say what to open beside the terminal."""
    console.print(f"  the page     {cloud.web_url}", highlight=False)
    console.print(f"  the console  {cloud.console_url}", highlight=False)
    if sys.stdin.isatty():
        console.print("  [dim]Open both beside this terminal.[/]")
