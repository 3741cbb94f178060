"""What a laptop cloud runs: a compiled template, the source of its functions, a page."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
PACKAGE = HERE.parents[1]
ROOT = HERE.parents[2]


@dataclass(frozen=True)
class Project:
    """One deployable project. `stage` is what the template was compiled for."""

    template_file: Path = PACKAGE / "deployment" / "compiled" / "template.json"
    source: Path = ROOT
    web: Path = PACKAGE / "web"
    stack: str = "udagram-dev"

    @cached_property
    def template(self) -> dict[str, Any]:
        """The compiled CloudFormation template.

        Raises FileNotFoundError when nothing was compiled yet.
        """
        template: dict[str, Any] = json.loads(self.template_file.read_text("utf-8"))
        return template

    @cached_property
    def state(self) -> Path:
        """The folder for what a running cloud writes: `.local/` beside the source."""
        return self.source / ".local"

    def digest(self, *more: str) -> str:
        """A name for the deployed state: it changes with anything that the state comes from."""
        digest = hashlib.sha256(self.template_file.read_bytes())
        for text in more:
            digest.update(text.encode() + b"\0")
        for file in sorted((PACKAGE / "local").rglob("*.py")):
            digest.update(file.read_bytes())
        return digest.hexdigest()[:16]
