"""MiniStack with its settings as installed: functions are local processes, no Docker."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.peers.peer import (
    CACHE,
    VERSIONS,
    Peer,
    boto3_client,
    free_port,
    listening,
    running,
)
from tests.bench.peers.resources import everything


@contextmanager
def ministack(handlers: dict[str, str]) -> Iterator[Peer]:
    """A MiniStack with these functions, name → handler, each behind GET /name."""
    folder, port = installed(), free_port()
    endpoint = f"http://127.0.0.1:{port}"
    with (
        tempfile.TemporaryDirectory() as temporary,  # it leaves its functions' code behind there
        running(
            [str(folder / "bin" / "ministack")],
            folder,
            GATEWAY_PORT=str(port),
            BIND_HOST="127.0.0.1",
            TMPDIR=temporary,
        ) as process_id,
    ):
        listening(f"{endpoint}/_ministack/health")
        client = boto3_client(endpoint)
        url = f"{endpoint}/restapis/{everything(client, handlers)}/dev/_user_request_"
        yield Peer(f"MiniStack {VERSIONS['ministack']}", process_id, url, client)


def installed() -> Path:
    """The virtual environment that it is installed in, the first time that it is asked for."""
    folder = CACHE / f"ministack-{VERSIONS['ministack']}"
    program = str(folder / "bin" / "python")
    if not (folder / "bin" / "ministack").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        install = [program, "-m", "pip", "install", "-q", f"ministack=={VERSIONS['ministack']}"]
        subprocess.run(install, check=True)
    return folder
