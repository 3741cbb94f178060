"""The deployed state on disk, so that the next start need not deploy."""

from __future__ import annotations

import os
import pickle
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from serverless_app.local.project import Project

KEPT = 4


@dataclass(frozen=True)
class State:
    """What the services of a laptop cloud hold: the control plane's backends, the indexes."""

    control_plane: bytes
    search: dict[str, bytes]


class SnapshotFile:
    """One saved state in the project's `.local/` folder, readable by its owner alone.

    It is a pickle, so a file that somebody else owns or may write is never opened.
    """

    def __init__(self, project: Project, kind: str) -> None:
        versions = (version("moto"), platform.python_version(), kind)
        self._file = project.state / f"{kind}-{project.digest(*versions)}.snapshot"
        self._kind = kind

    def read(self) -> State | None:
        """The saved state, or None when there is none that fits."""
        if not self._file.is_file() or not owned(self._file):
            return None
        try:
            state = pickle.loads(self._file.read_bytes())  # noqa: S301 - ours: see `owned`
        except Exception:  # a file that was cut short, or is of another version: deploy instead
            return None
        return state if isinstance(state, State) else None

    def write(self, state: State) -> None:
        """Save a state, and remove what older versions left."""
        self._file.parent.mkdir(mode=0o700, exist_ok=True)
        part = self._file.with_suffix(f".{os.getpid()}.part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            pickle.dump(state, out, 5)
        part.replace(self._file)
        older = sorted(self._file.parent.glob(f"{self._kind}-*.snapshot"), key=modified)
        for file in older[:-KEPT]:
            file.unlink(missing_ok=True)


def owned(file: Path) -> bool:
    """Whether only this user can have written a file (always true where the system has no uids)."""
    if not hasattr(os, "getuid"):
        return True
    status = file.stat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def modified(file: Path) -> float:
    """When a file was last written; 0 when it has just gone."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0
