"""What every peer has: a name, a process, an address for boto3, a route; and how one is started."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HELLO = HERE.parent / "hello"
CACHE = HERE.parents[2] / ".build" / "peers"
VERSIONS = {"osls": "4.3.1", "serverless-offline": "14.8.2", "ministack": "1.5.33"}
STOP_SECONDS = 20


@dataclass(frozen=True)
class Peer:
    """One that runs: this laptop cloud, or what stands beside it."""

    name: str
    process_id: int
    rest_url: str
    """GET {rest_url}/name answers 200 through API Gateway and the function of that name."""
    client: Callable[[str], Any]
    """A boto3 client of a service."""
    function_name: Callable[[str], str] = str
    """How the Invoke API calls the function of this name."""


def free_port() -> int:
    """A port of the loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], folder: Path, **environment: str) -> Iterator[int]:
    """A peer in a process group of its own, ended with its children; its process id.

    `python3` is this program's interpreter for all that it starts: everybody runs the same one.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(STOP_SECONDS)


def listening(url: str, seconds: float = 60) -> None:
    """Return as soon as anything answers there, a 404 too. Raises TimeoutError."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer within {seconds:.0f} s")


def boto3_client(endpoint: str) -> Callable[[str], Any]:
    """Clients for an endpoint that asks for no particular credentials; nothing is tried twice."""
    import boto3
    from botocore.config import Config

    def client(service: str) -> Any:
        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    return client
