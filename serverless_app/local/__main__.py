"""`python -m serverless_app.local run|test|doctor|reset`: the laptop cloud without make."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from serverless_app.local.doctor import diagnose
from serverless_app.local.project import ROOT, Project

STARTED = time.perf_counter()


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    gc.disable()  # a start makes much and throws nothing away; `serve` turns it on when ready
    options = parser().parse_args(arguments)
    commands = {
        "run": run,
        "serve": serve,
        "test": test,
        "doctor": lambda _: diagnose(),
        "reset": reset,
    }
    return commands[options.command](options)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    program = argparse.ArgumentParser(
        prog="python -m serverless_app.local",
        description="Udagram's laptop cloud: the deployed system, on this machine alone.",
    )
    commands = program.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start the system with the page and the notebooks")
    run.add_argument("--port", type=int, help="this port, or an error when it is taken")
    run.add_argument("--public-url", help="the address of a reverse proxy before the port")
    run.add_argument("--no-notebooks", action="store_true", help="do not start JupyterLab")
    run.add_argument("--no-seed", action="store_true", help="start without the example data")
    run.add_argument(
        "--fresh", action="store_true", help="deploy, even when a saved state is there"
    )
    served = commands.add_parser("serve", help="for programs: addresses as JSON, ends with stdin")
    served.add_argument("--template", type=Path)
    served.add_argument("--source", type=Path)
    served.add_argument("--seed", action="store_true")
    served.add_argument("--fresh", action="store_true")
    commands.add_parser("test", help="run all tests and notebooks")
    commands.add_parser("doctor", help="check this machine, and say what to do")
    reset = commands.add_parser("reset", help="put the running system back to its first state")
    reset.add_argument("--no-seed", action="store_true", help="without the example data")
    return program


def run(options: argparse.Namespace) -> int:
    """The system for a person: prints where everything is, ends on Ctrl-C."""
    from serverless_app.local.serve import Options, PortTaken, forget_credentials, serve

    forget_credentials()
    settings = Options(
        port=options.port,
        seed=not options.no_seed,
        notebooks=not options.no_notebooks,
        fresh=options.fresh,
        public_url=options.public_url,
    )
    try:
        asyncio.run(serve(settings, lambda addresses: greet(addresses, settings.notebooks)))
    except PortTaken as error:
        print(error, file=sys.stderr)
        return 1
    print("\nStopped. Nothing was kept.")
    return 0


def serve(options: argparse.Namespace) -> int:
    """The system for a program: one JSON line when it is ready, ends when stdin closes."""
    from serverless_app.local.serve import Options, forget_credentials, serve

    forget_credentials()
    given = {"template_file": options.template, "source": options.source}
    project = Project(**{name: value for name, value in given.items() if value})
    settings = Options(
        project=project,
        port=0,
        seed=options.seed,
        fresh=options.fresh,
        until_stdin_closes=True,
        cloud_json=False,
    )
    asyncio.run(serve(settings, lambda addresses: print(json.dumps(addresses), flush=True)))
    return 0


def greet(addresses: dict[str, Any], notebooks_wanted: bool) -> None:
    """Say where everything is."""
    from serverless_app.local.seed import PASSWORD, USER_NAME

    without = "not installed: pip install -e '.[workbook]'" if notebooks_wanted else "left out"
    notebooks = addresses["notebooks_url"] or without
    lines = [
        f"Udagram runs ({time.perf_counter() - STARTED:.2f} s).",
        "",
        f"  The page       {addresses['public_url'] or addresses['web_url']}",
        f"  The notebooks  {notebooks}",
        f"  The console    {addresses['console_url']}",
        f"  Every AWS API  {addresses['endpoint_url']}",
        "",
        f"Sign in as {USER_NAME} with {PASSWORD}, or sign up: the console shows your code.",
        "Nothing survives a stop. Ctrl-C stops.",
    ]
    print("\n".join(lines), flush=True)


def test(options: argparse.Namespace) -> int:
    """What `make test` runs, for a machine without make."""
    for command in (
        ["-m", "pytest", "-n", "2", "--dist", "loadfile", "-m", "not slow"],
        ["-m", "pytest", "--nbval", "-n", "2", "--dist", "loadfile", "notebooks"],
    ):
        status = subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode
        if status:
            return status
    return 0


def reset(options: argparse.Namespace) -> int:
    """Put the system that runs on this machine back to its first state."""
    from serverless_app.local.cloud import LocalCloud

    try:
        cloud = LocalCloud.running()
    except FileNotFoundError:
        print("No laptop cloud is running. Start one: make run", file=sys.stderr)
        return 1
    cloud.reset(seed=not options.no_seed)
    print("Reset: the system is as it was after its deployment.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
