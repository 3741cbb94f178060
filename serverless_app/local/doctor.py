"""Checks the machine before lesson 1 does, and says what to do about what is missing."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

NEEDED = {
    "moto": "local",
    "boto3": "local",
    "httptools": "local",
    "wsproto": "local",
    "jupyterlab": "workbook",
    "nbval": "workbook",
    "matplotlib": "workbook",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `good` is None for what may well be missing."""

    good: bool | None
    text: str


def python() -> Iterator[Finding]:
    """The interpreter's version."""
    found = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    yield Finding(good, f"Python {found}" + ("" if good else ": Python 3.11 or newer is needed."))


def packages() -> Iterator[Finding]:
    """What the project installs."""
    for name, extra in NEEDED.items():
        try:
            yield Finding(True, f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Finding(False, f"{name} is missing: pip install -e '.[{extra}]'")


def loopback() -> Iterator[Finding]:
    """A port on 127.0.0.1."""
    try:
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
        yield Finding(True, "A port on 127.0.0.1 can be opened.")
    except OSError as error:
        yield Finding(False, f"No port on 127.0.0.1 can be opened ({error}): ask who set it up.")


def credentials() -> Iterator[Finding]:
    """Real AWS credentials, which stay unused."""
    names = [name for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE") if name in os.environ]
    if names:
        yield Finding(True, f"{', '.join(names)} is set: nothing on this laptop uses it.")


def optional_programs() -> Iterator[Finding]:
    """What only some parts need."""
    purposes = {"node": "deploying to AWS", "chromium": "the browser tests"}
    for name, purpose in purposes.items():
        found = shutil.which(name)
        text = f"{name} is there." if found else f"{name} is not there: needed only for {purpose}."
        yield Finding(True if found else None, text)


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    python,
    packages,
    loopback,
    credentials,
    optional_programs,
)


def diagnose() -> int:
    """Print what was found; 0 when the lessons can begin."""
    findings = [finding for check in CHECKS for finding in check()]
    marks = {True: "ok  ", None: "–   ", False: "FAIL"}
    for finding in findings:
        sys.stdout.write(f"{marks[finding.good]} {finding.text}\n")
    bad = sum(finding.good is False for finding in findings)
    closing = "Everything that the lessons need is here." if not bad else f"{bad} to mend."
    sys.stdout.write(closing + "\n")
    return 1 if bad else 0
