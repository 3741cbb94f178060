"""The process of a laptop cloud: bind, deploy, answer, stop, and leave nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from typing import Any

from serverless_app.local.application import CloudApplication
from serverless_app.local.http.messages import Application
from serverless_app.local.http.server import Server, bind
from serverless_app.local.notebook_server import NotebookServer
from serverless_app.local.project import Project
from serverless_app.local.public_address import PublicAddress, codespaces_address
from serverless_app.local.seed import plant
from serverless_app.local.snapshot import SnapshotFile, State

DEFAULT_PORT = 45660
SWITCH_SECONDS = 0.0005  # moto holds the interpreter: short turns keep the gateway's p99 low


class PortTaken(Exception):
    """The port that was asked for belongs to another program; `port` is its number."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is in use by another program. "
            f"Choose another with --port, or leave --port out to get a free one."
        )
        self.port = port


@dataclass(frozen=True)
class Options:
    """How to run: a port (None takes the usual or a free one), seed data, notebooks beside it."""

    project: Project = field(default_factory=Project)
    port: int | None = None
    seed: bool = True
    notebooks: bool = False
    fresh: bool = False
    until_stdin_closes: bool = False
    cloud_json: bool = True
    public_url: str | None = None  # of a reverse proxy before the port


def take_port(wanted: int | None) -> socket:
    """A bound socket: the port asked for, or else the usual one, or else any free one.

    Raises PortTaken when the port was asked for and is in use.
    """
    try:
        return bind(DEFAULT_PORT if wanted is None else wanted)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        if wanted is not None:
            raise PortTaken(wanted) from error
        return bind(0)


def forget_credentials() -> None:
    """Take the user's AWS settings out of this process: nothing local ever uses them."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


async def serve(options: Options, ready: Callable[[dict[str, Any]], None]) -> None:
    """Run a laptop cloud until a signal, a closed stdin or its console ends it.

    `ready` gets the addresses once, when the page answers. Raises PortTaken.
    """
    started = time.perf_counter()
    sock = take_port(options.port)
    sys.setswitchinterval(SWITCH_SECONDS)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    port = sock.getsockname()[1]
    authority = f"127.0.0.1:{port}"
    public_url = options.public_url or codespaces_address(port)
    cloud = CloudApplication(options.project, authority, on_stop=stop.set)
    server = Server(known_as(cloud, authority, public_url))
    stop_on_signals(loop, stop)
    states = Snapshots(options)
    notebooks = NotebookServer(options.project.source) if options.notebooks else None
    try:
        await server.listen(sock)
        await states.start(cloud)
        if notebooks:
            cloud.notebooks_url = await notebooks.start(cloud.addresses())
        addresses = cloud.addresses()
        if options.cloud_json:
            write_cloud_json(options.project, addresses)
        seconds = round(time.perf_counter() - started, 3)
        ready({**addresses, "public_url": public_url, "seconds": seconds})
        freeze_garbage()
        guard = watch_stdin(stop) if options.until_stdin_closes else None
        cloud.seeding = asyncio.create_task(states.seed(cloud))
        await stop.wait()
        if guard:
            guard.cancel()
        await cancelled(cloud.seeding)
    finally:
        if options.cloud_json:
            remove_cloud_json(options.project, authority)
        if notebooks:
            await notebooks.stop()
        await server.close()
        await cloud.end()


def known_as(cloud: CloudApplication, authority: str, public_url: str | None) -> Application:
    """The cloud, by its public address as well where it has one."""
    return PublicAddress(cloud, url=public_url, authority=authority) if public_url else cloud


async def cancelled(task: asyncio.Task[None]) -> None:
    """End a task, wherever it is."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


class Snapshots:
    """The two states of a project: just deployed, and with its seed."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._deployed = SnapshotFile(options.project, "deployed")
        self._seeded = SnapshotFile(options.project, "seeded")
        self._has_seed = False

    async def start(self, cloud: CloudApplication) -> None:
        """Start the cloud from the fullest state on disk, or by deploying."""
        deployed = None if self._options.fresh else self._deployed.read()
        seeded = None
        if deployed is not None and self._options.seed:
            seeded = self._seeded.read()
        await cloud.start(seeded or deployed)
        cloud.keep(deployed=deployed, seeded=seeded)
        self._has_seed = seeded is not None
        if deployed is None:
            self._deployed.write(cloud.save())

    async def seed(self, cloud: CloudApplication) -> None:
        """Plant the seed where it is wanted and missing, and keep that state."""
        if not self._options.seed or self._has_seed:
            return
        await asyncio.to_thread(plant, cloud.addresses(), cloud.control_plane)
        await cloud.drain()
        state: State = cloud.save()
        cloud.keep(seeded=state)
        self._seeded.write(state)


def stop_on_signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Ctrl-C, a closed terminal and a polite kill all end the cloud in the same way."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows: the interpreter's own handlers
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


def watch_stdin(stop: asyncio.Event) -> asyncio.Task[None]:
    """End when whoever started this process has gone: its end of our stdin closes."""

    async def watch() -> None:
        await asyncio.to_thread(sys.stdin.buffer.read)
        stop.set()

    return asyncio.create_task(watch())


def freeze_garbage() -> None:
    """Take what lives for ever out of the collector's rounds, which would hold the loop 0.1 s."""
    gc.enable()
    gc.collect()
    gc.freeze()


def cloud_json(project: Project) -> Path:
    """Where a running cloud says its addresses."""
    return project.state / "cloud.json"


def write_cloud_json(project: Project, addresses: dict[str, Any]) -> None:
    """Write the addresses for tools and tests; the file is this user's alone."""
    file = cloud_json(project)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(addresses, out, indent=2)


def remove_cloud_json(project: Project, authority: str) -> None:
    """Remove the file, unless another cloud has written its own since."""
    file = cloud_json(project)
    with contextlib.suppress(OSError, ValueError):
        if json.loads(file.read_text())["endpoint_url"] == f"http://{authority}":
            file.unlink()
