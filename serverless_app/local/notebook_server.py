"""JupyterLab beside the cloud, where it is installed."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import secrets
import socket
import sys
from pathlib import Path
from typing import Any

STOP_SECONDS = 5


class NotebookServer:
    """One JupyterLab for the project's notebooks, on a free loopback port, with a token."""

    def __init__(self, root: Path) -> None:
        self._root = root  # the notebooks show figures and link to files beside their folder
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, addresses: dict[str, Any]) -> str | None:
        """Start it and return its URL; None where JupyterLab is not installed.

        It does not wait until the notebooks answer: that takes JupyterLab some seconds.
        """
        if importlib.util.find_spec("jupyterlab") is None:
            return None
        port, token = free_port(), secrets.token_hex(16)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={port}",
            f"--IdentityProvider.token={token}",
            f"--ServerApp.root_dir={self._root}",
            "--ServerApp.log_level=ERROR",
            *(["--allow-root"] if running_as_root() else []),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C is the cloud's: Jupyter would ask back
        )
        return f"http://127.0.0.1:{port}/lab/tree/notebooks/00_start_here.ipynb?token={token}"

    async def stop(self) -> None:
        """End it and its kernels."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def running_as_root() -> bool:
    """Whether Jupyter would refuse to start without being told."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
