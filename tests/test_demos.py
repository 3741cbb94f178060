"""Every demo runs through, and shows what it claims."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DEMOS = sorted(file.stem for file in (ROOT / "demos").glob("[0-9]*.py"))


def run(demo: str, *flags: str, keys: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"demos.{demo}", *flags]
    return subprocess.run(
        command, cwd=ROOT, input=keys, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("demo", DEMOS)
def test_a_demo_shows_what_it_claims(demo: str) -> None:
    done = run(demo, "--auto")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✓" in done.stdout
    assert "Shown." in done.stdout


@pytest.mark.parametrize("demo", DEMOS)
def test_help_is_the_talk_s_outline_with_its_minutes(demo: str) -> None:
    done = run(demo, "--help")
    assert done.returncode == 0
    assert "minutes" in done.stdout
    assert "1. " in done.stdout


def test_a_presenter_goes_back_repeats_and_ends() -> None:
    done = run(DEMOS[0], keys="\n\nb\n\nr\nq\n")
    assert done.returncode == 0, done.stdout + done.stderr
    shown = [line.split("·")[1].strip() for line in done.stdout.splitlines() if "╭─" in line]
    assert [step[0] for step in shown] == ["1", "2", "1", "1"]


def test_without_a_keyboard_a_demo_says_how_it_goes() -> None:
    done = run(DEMOS[0])
    assert done.returncode == 1
    assert done.stderr.strip() == "No key can come from here. --auto runs through without."


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
def test_an_interrupt_breaks_a_demo_off_without_a_traceback() -> None:
    command = [sys.executable, "-u", "-m", f"demos.{DEMOS[0]}"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as demo:
        assert demo.stdout
        told = ""
        while "Enter: see it" not in told:
            told += demo.stdout.read(1)
        demo.send_signal(signal.SIGINT)
        _, errors = demo.communicate(timeout=60)
    assert (demo.returncode, errors.count("broken off"), "Traceback" in errors) == (1, 1, False)
