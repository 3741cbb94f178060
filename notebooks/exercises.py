"""The exercises' voice: `check` looks at an attempt, `hint` helps on, `progress` keeps count.

What each exercise asks, and how an attempt is judged, stands in `checks/`, one file a notebook.
A judge is a function of the attempt that answers `right(...)` or `not_yet(...)`. It is written for
honest mistakes: for each common one it says what the attempt was, why that does not answer, and
where to look.
"""

import importlib
import json
import os
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

HERE = Path(__file__).resolve().parent
WIDTH = 92


@dataclass(frozen=True)
class Verdict:
    """What a judge says: whether the exercise is done, and the words for the student."""

    done: bool
    says: str


def right(says: str) -> Verdict:
    """The attempt answers the exercise; `says` adds what is worth noticing."""
    return Verdict(True, says)


def not_yet(says: str) -> Verdict:
    """The attempt does not answer yet; `says` tells what it was, why not, and where to look."""
    return Verdict(False, says)


@dataclass(frozen=True)
class Exercise:
    """One exercise: number, name and weight, the judge of attempts, and hints, mildest first."""

    id: str
    name: str
    stars: int
    judge: Callable[[Any], Verdict]
    hints: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"{self.id} {self.name} {'★' * self.stars}{'☆' * (3 - self.stars)}"


EXERCISES: dict[str, Exercise] = {}
_hints_given: dict[str, int] = {}


def exercise(
    id: str, name: str, *, stars: int, hints: tuple[str, ...]
) -> Callable[[Callable[[Any], Verdict]], Callable[[Any], Verdict]]:
    """Register the decorated judge under `id` ("06.3": the third of notebook 06)."""

    def register(judge: Callable[[Any], Verdict]) -> Callable[[Any], Verdict]:
        EXERCISES[id] = Exercise(id, name, stars, judge, hints)
        return judge

    return register


def judge(id: str, attempt: Any) -> Verdict:
    """The verdict on an attempt. A judge that stumbles over it says so; nothing is raised."""
    asked = _find(id)
    if asked is None:
        return not_yet(f"There is no exercise {id!r} here. Those of a notebook: `progress('06')`.")
    if _unfinished(attempt):
        return not_yet(
            f"Exercise {asked.title} still waits for you: replace the `...` above, then run the "
            f'cell again. A first push: `hint("{id}")`.'
        )
    try:
        return asked.judge(attempt)
    except Exception as error:  # whatever a student hands in, the answer is a sentence
        told = textwrap.shorten(str(error), 240, placeholder=" …").rstrip(".")
        return not_yet(
            f"Your attempt could not be tried: {type(error).__name__}: {told}. Run what you wrote "
            f'on its own, in a cell above, until it gives a value; then check it. (`hint("{id}")`)'
        )


def check(id: str, attempt: Any = None) -> None:
    """Say whether `attempt` answers exercise `id`, and if not, why, and where to look."""
    verdict = judge(id, attempt)
    if verdict.done:
        _remember(id)
    _say(("Right. " if verdict.done else "Not yet. ") + verdict.says)


def hint(id: str) -> None:
    """The next hint for exercise `id`: each call says more; after the last, the first again."""
    asked = _find(id)
    if asked is None:
        _say(f"There is no exercise {id!r} here.")
        return
    number = _hints_given.get(id, 0) % len(asked.hints)
    _hints_given[id] = number + 1
    last = number + 1 == len(asked.hints)
    end = " That was the last one; the solution is folded below the exercise." if last else ""
    _say(f"Hint {number + 1} of {len(asked.hints)}. {asked.hints[number]}{end}")


def progress(notebook: str | None = None) -> None:
    """Which exercises are done: of one notebook (`progress("06")`), or of all."""
    for path in sorted((HERE / "checks").glob("n[0-9][0-9]_*.py")):
        if notebook is None or path.stem[1:3] == notebook:
            _load(path.stem)
    done = _done()
    numbers = sorted(id for id in EXERCISES if notebook is None or id.startswith(f"{notebook}."))
    for id in numbers:
        print("■" if id in done else "□", EXERCISES[id].title)
    print(f"{len([id for id in numbers if id in done])} of {len(numbers)} done")


def _unfinished(attempt: Any) -> bool:
    """Whether the stub's `...` still stands somewhere in the attempt."""
    if isinstance(attempt, dict):
        return any(_unfinished(value) for value in attempt.values())
    if isinstance(attempt, (list, tuple)):
        return any(_unfinished(value) for value in attempt)
    if isinstance(attempt, FunctionType):
        return attempt.__code__.co_code == _empty.__code__.co_code
    return attempt is None or attempt is ...


def _empty() -> None: ...


def _find(id: str) -> Exercise | None:
    if id not in EXERCISES:
        for path in (HERE / "checks").glob(f"n{str(id)[:2]}_*.py"):
            _load(path.stem)
    return EXERCISES.get(id)


def _load(stem: str) -> None:
    importlib.import_module(f"checks.{stem}")


def _store() -> Path | None:
    """Where done exercises are kept between kernels; WORKBOOK_PROGRESS=off keeps them nowhere."""
    place = os.environ.get("WORKBOOK_PROGRESS", str(HERE.parent / ".local" / "progress.json"))
    return None if place == "off" else Path(place)


def _done() -> set[str]:
    store = _store()
    try:
        return set(json.loads(store.read_text())) if store else set()
    except (OSError, ValueError):  # nothing kept yet, or no longer readable: begin again
        return set()


def _remember(id: str) -> None:
    store = _store()
    if store is None:
        return
    try:
        store.parent.mkdir(exist_ok=True)
        store.write_text(json.dumps(sorted(_done() | {id})))
    except OSError:  # a read-only place: the verdict counts, the count does not
        return


def _say(text: str) -> None:
    for paragraph in text.split("\n"):
        print(textwrap.fill(paragraph, WIDTH, break_long_words=False, break_on_hyphens=False))
