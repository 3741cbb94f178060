"""A warm REST call through API Gateway to a function: here, serverless-offline and MiniStack.

The peers are installed into `.build/peers` the first time that they are asked for, and measured
in the same interleaved rounds by the same client.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from serverless_app.local.cloud import LocalCloud
from tests.bench.load import load, percentile

HERE = Path(__file__).parent
HELLO = HERE / "hello"
CACHE = HERE.parents[1] / ".build" / "peers"
ROUNDS, SECONDS = 3, 1.5
OFFLINE_PORT, MINISTACK_PORT = 45701, 45702
VERSIONS = {"osls": "4.3.1", "serverless-offline": "14.8.2", "ministack": "1.5.33"}


@contextmanager
def laptop_cloud() -> Iterator[str]:
    """This project, with the same function behind the same route."""
    with LocalCloud.start(template=HELLO / "template.json", source=HELLO) as cloud:
        yield f"{cloud.api_url}/hello"


@contextmanager
def process(command: list[str], folder: Path, **environment: str) -> Iterator[None]:
    """A peer in a process group of its own, ended with its children."""
    running = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGTERM)
        running.wait(20)


@contextmanager
def serverless_offline() -> Iterator[str]:
    """serverless-offline on osls, its Python functions in child processes."""
    folder = CACHE / "offline"
    if not (folder / "node_modules" / "serverless-offline").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}')
        packages = [f"{name}@{VERSIONS[name]}" for name in ("osls", "serverless-offline")]
        install = ["npm", "install", "--legacy-peer-deps", "--no-audit", "--no-fund", *packages]
        subprocess.run(install, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    for name in ("serverless.yml", "hello.py"):
        shutil.copy(HELLO / name, folder / name)
    ports = ["--httpPort", str(OFFLINE_PORT), "--lambdaPort", str(OFFLINE_PORT + 50)]
    command = ["node_modules/.bin/osls", "offline", *ports, "--noPrependStageInUrl"]
    with process(command, folder, SLS_TELEMETRY_DISABLED="1"):
        yield answering(f"http://127.0.0.1:{OFFLINE_PORT}/hello")


@contextmanager
def ministack() -> Iterator[str]:
    """MiniStack, the function and its API made by boto3."""
    folder = CACHE / "ministack"
    program = folder / "bin" / "python"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        install = [program, "-m", "pip", "install", "-q", f"ministack=={VERSIONS['ministack']}"]
        subprocess.run(install, check=True)
    with process([str(folder / "bin" / "ministack")], folder, GATEWAY_PORT=str(MINISTACK_PORT)):
        endpoint = f"http://127.0.0.1:{MINISTACK_PORT}"
        answering(f"{endpoint}/_ministack/health")
        yield answering(make_api(endpoint))


def make_api(endpoint: str) -> str:
    """The function and its route, by boto3: the URL of the route."""
    import boto3

    def client(service: str) -> Any:
        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        out.write(HELLO / "hello.py", "hello.py")
    function = client("lambda").create_function(
        FunctionName="hello",
        Runtime="python3.11",
        Role="arn:aws:iam::000000000000:role/hello",
        Handler="hello.hello",
        Code={"ZipFile": archive.getvalue()},
    )
    gateway = client("apigateway")
    api = gateway.create_rest_api(name="hello")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    resource = gateway.create_resource(restApiId=api, parentId=root, pathPart="hello")["id"]
    where = {"restApiId": api, "resourceId": resource, "httpMethod": "GET"}
    gateway.put_method(**where, authorizationType="NONE")
    gateway.put_integration(
        **where,
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri="arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
        f"{function['FunctionArn']}/invocations",
    )
    gateway.create_deployment(restApiId=api, stageName="dev")
    return f"{endpoint}/restapis/{api}/dev/_user_request_/hello"


def answering(url: str, seconds: float = 60) -> str:
    """The URL, once it answers 200. Raises TimeoutError."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with (
            contextlib.suppress(OSError, urllib.error.URLError),
            urllib.request.urlopen(url, timeout=10) as response,
        ):
            if response.status == 200:
                return url
        time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer")


def rows() -> list[dict[str, Any]]:
    """p50 and p99 at one client, requests a second at four, of everyone, in turn."""
    peers = {"this laptop cloud": laptop_cloud}
    if os.environ.get("BENCH_PEERS"):
        peers |= {"serverless-offline": serverless_offline, "MiniStack": ministack}
    one: dict[str, list[float]] = {name: [] for name in peers}
    four: dict[str, float] = dict.fromkeys(peers, 0.0)
    with ExitStack() as running:
        urls = {name: running.enter_context(peer()) for name, peer in peers.items()}
        for url in urls.values():
            load(url, 4, SECONDS)
        for _ in range(ROUNDS):
            for name, url in urls.items():
                one[name] += load(url, 1, SECONDS)
                four[name] = max(four[name], len(load(url, 4, SECONDS)) / SECONDS)
    found = []
    for title, share in (("p50", 0.5), ("p99", 0.99)):
        found += [row(name, percentile(one[name], share), "ms", title) for name in peers]
    return found + [row(name, four[name], "1/s", "requests at 4 clients") for name in peers]


def row(name: str, value: float, unit: str, what: str) -> dict[str, Any]:
    """One measurement."""
    return {"name": name, "value": value, "unit": unit, "group": f"warm REST call, {what}"}
