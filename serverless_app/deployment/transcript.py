"""What a deployment to a laptop cloud printed: for lessons, and for readers without Node.

It is what osls said, word for word, but for what differs from one run to the next: ids that AWS
hands out, the time of day, how long a thing took, how large the zip was. Those are marks in angle
brackets. `deploy_local --write` writes it; a test holds it to a new run where Node is.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

FILE = Path(__file__).with_name("deploy_local.txt")
PROMPT = "$ "
VARIES = (
    (r"//\w+(?=\.execute-api)", "//<id>"),
    (r"\(\d+s\)", "(<s>)"),
    (r"\(\d+(\.\d+)? MB\)", "(<MB>)"),
    (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "<time>"),
    (r"\d+(\.\d+)? ms", "<ms>"),
    (r"Memory Used: \d+ MB", "Memory Used: <MB>"),
)


def command(*arguments: str, stage: str) -> str:
    """One command as somebody would type it."""
    return f"osls {shlex.join(arguments)} --stage {stage}"


def step(typed: str, printed: str) -> str:
    """One command and what it printed, as a transcript has them."""
    return f"{PROMPT}{typed}\n{normalised(printed)}\n"


def normalised(printed: str) -> str:
    """What a command printed, the same for every run."""
    for pattern, mark in VARIES:
        printed = re.sub(pattern, mark, printed)
    lines = [line.rstrip() for line in printed.strip().splitlines()]
    return "\n".join(lines)


def steps(transcript: str | None = None) -> dict[str, str]:
    """The commands of a transcript (of the kept one, without any), each with what it printed."""
    text = FILE.read_text("utf-8") if transcript is None else transcript
    pieces = re.split(rf"^{re.escape(PROMPT)}", text, flags=re.M)[1:]
    told = (piece.partition("\n") for piece in pieces)
    return {typed: printed.strip("\n") for typed, _, printed in told}
