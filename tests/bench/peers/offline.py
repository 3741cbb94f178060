"""serverless-offline on osls, its Python functions in child processes."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.peers.peer import (
    CACHE,
    HELLO,
    VERSIONS,
    Peer,
    boto3_client,
    free_port,
    listening,
    running,
)
from tests.bench.peers.resources import RUNTIME


@contextmanager
def serverless_offline(handlers: dict[str, str]) -> Iterator[Peer]:
    """A service with these functions, name → handler, each behind GET /name."""
    folder = installed()
    shutil.copy(HELLO / "hello.py", folder / "hello.py")
    (folder / "serverless.yml").write_text(json.dumps(service(handlers)))  # JSON is YAML
    http, invoke = free_port(), free_port()
    ports = ["--httpPort", str(http), "--lambdaPort", str(invoke)]
    command = ["node_modules/.bin/osls", "offline", *ports, "--noPrependStageInUrl"]
    with running(command, folder, SLS_TELEMETRY_DISABLED="1") as process_id:
        listening(f"http://127.0.0.1:{http}/")
        yield Peer(
            f"serverless-offline {VERSIONS['serverless-offline']}",
            process_id,
            f"http://127.0.0.1:{http}",
            boto3_client(f"http://127.0.0.1:{invoke}"),
            function_name=lambda name: f"hello-dev-{name}",
        )


def service(handlers: dict[str, str]) -> dict[str, object]:
    """The serverless.yml."""
    return {
        "service": "hello",
        "provider": {"name": "aws", "runtime": RUNTIME, "stage": "dev", "region": "us-east-1"},
        "plugins": ["serverless-offline"],
        "functions": {
            name: {
                "handler": handler,
                "timeout": 30,
                "events": [{"http": {"method": "get", "path": name}}],
            }
            for name, handler in handlers.items()
        },
    }


def installed() -> Path:
    """The folder that it is installed in, by npm, the first time that it is asked for."""
    folder = CACHE / f"serverless-offline-{VERSIONS['serverless-offline']}"
    if not (folder / "node_modules" / "serverless-offline").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}')
        packages = [f"{name}@{VERSIONS[name]}" for name in ("osls", "serverless-offline")]
        install = ["npm", "install", "--legacy-peer-deps", "--no-audit", "--no-fund", *packages]
        subprocess.run(install, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder
