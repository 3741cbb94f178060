"""The pinned osls at work on one stage of this project."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field

from serverless_app.deployment.compile_templates import ROOT, find_osls

QUIET = {"AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": "true"}


class OslsFailed(Exception):
    """osls ended with an error; the text is what it said, unless that went to the terminal."""


@dataclass(frozen=True, kw_only=True)
class Osls:
    """`osls … --stage … --region … --param …`. AWS is where `environment` says."""

    stage: str
    region: str = "us-east-1"
    parameters: tuple[str, ...] = ()  # "search=off"
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def command(self, *arguments: str) -> list[str]:
        """The whole command. Raises OslsFailed when osls is not installed."""
        program = find_osls()
        if program is None:
            raise OslsFailed("osls is not installed: run `npm ci` first (Node 20 or newer).")
        place = ["--stage", self.stage, "--region", self.region]
        return [program, *arguments, *place, *(f"--param={each}" for each in self.parameters)]

    def run(self, *arguments: str) -> None:
        """Run a command whose output is for the terminal. Raises OslsFailed."""
        command = self.command(*arguments)
        done = subprocess.run(command, cwd=ROOT, env={**self.environment, **QUIET}, check=False)
        if done.returncode:
            raise OslsFailed(f"osls {arguments[0]} ended with {done.returncode}.")

    def ask(self, *arguments: str) -> str:
        """What a command answers, for programs: without its notices. Raises OslsFailed."""
        done = self._captured(*arguments, errors=subprocess.PIPE)
        if done.returncode:
            raise OslsFailed(f"osls {arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def tell(self, *arguments: str) -> str:
        """All that a command says where nobody watches, its notices too. Raises OslsFailed."""
        done = self._captured(*arguments, errors=subprocess.STDOUT)
        if done.returncode:
            raise OslsFailed(f"osls {arguments[0]}: {done.stdout}")
        return done.stdout

    def _captured(self, *arguments: str, errors: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=ROOT,
            env={**self.environment, **QUIET},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            check=False,
        )
