"""A function's code on disk: archives unpacked once, source folders watched for edits."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LOCAL_SOURCE = ".local-source"  # its one line is the folder that holds the code
# 250 MB unzipped: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
UNZIPPED_LIMIT = 262_144_000


class BadArchive(Exception):
    """The function's code is no zip archive that Lambda would take."""


@dataclass(frozen=True, slots=True)
class Code:
    """Where a function's code is. `live`: somebody may edit it there."""

    folder: Path
    live: bool


class CodeStore:
    """Unpacked archives, each once, in a temporary folder of this process."""

    def __init__(self) -> None:
        self._root: Path | None = None
        self._known: dict[str, Code] = {}

    def folder(self, archive: bytes) -> Code:
        """The folder of an archive's files, unpacked at its first use."""
        sha = hashlib.sha256(archive).hexdigest()
        if sha not in self._known:
            self._known[sha] = self._unpack(archive, sha)
        return self._known[sha]

    def close(self) -> None:
        """Remove what was unpacked."""
        if self._root:
            shutil.rmtree(self._root, ignore_errors=True)
        self._root = None
        self._known.clear()

    def _unpack(self, archive: bytes, sha: str) -> Code:
        try:
            with zipfile.ZipFile(io.BytesIO(archive)) as file:
                if LOCAL_SOURCE in file.namelist():
                    return Code(Path(file.read(LOCAL_SOURCE).decode().strip()).resolve(), True)
                if sum(entry.file_size for entry in file.infolist()) > UNZIPPED_LIMIT:
                    raise BadArchive("Unzipped size must be smaller than 262144000 bytes")
                folder = self._new_folder(sha)
                file.extractall(folder)
                return Code(folder, False)
        except zipfile.BadZipFile as error:
            raise BadArchive("Could not unzip uploaded file") from error

    def _new_folder(self, sha: str) -> Path:
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix="functions-")).resolve()
        folder = self._root / sha[:16]
        folder.mkdir()
        return folder


class SourceWatch:
    """Tells whether a file that a process has imported has changed since.

    A look costs about 2 µs a file, so it is taken at most every `pause` seconds.
    """

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._times: dict[str, int] = {}
        self._looked = 0.0

    def imported(self, files: Iterable[str]) -> None:
        """These files are in the process's memory now, as they are on disk."""
        for name in files:
            self._times.setdefault(name, modified(name))

    def changed(self) -> bool:
        """Whether one of them was edited or removed."""
        now = time.perf_counter()
        if not self._times or now - self._looked < self._pause:
            return False
        self._looked = now
        edited = [name for name, when in self._times.items() if modified(name) != when]
        for name in edited:
            forget_bytecode(name)
        return bool(edited)


def modified(name: str) -> int:
    """When a file was last written, in nanoseconds; 0 when it is gone."""
    try:
        return os.stat(name).st_mtime_ns
    except OSError:
        return 0


def forget_bytecode(name: str) -> None:
    """Python compares whole seconds and sizes: a quick edit of equal length would go unseen."""
    with suppress(OSError, NotImplementedError):
        os.unlink(importlib.util.cache_from_source(name))
