"""From the command to the page, from an upload to its watchers, and back to the start."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from contextlib import closing
from typing import Any

import psutil

from serverless_app.local.cloud import LocalCloud
from serverless_app.local.udagram import Udagram, jpeg, said, udagram

ROUNDS = 5


def start_seconds(*flags: str) -> float:
    """From the command to its first answer on a page that was asked as soon as it was ready."""
    command = [sys.executable, "-m", "serverless_app.local", "serve", *flags]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    process.stdout.readline()
    seconds = time.perf_counter() - began
    process.stdin.close()
    process.wait()
    return seconds


def starts() -> list[dict[str, Any]]:
    """Command to ready, from the snapshot and without it, in turn."""
    start_seconds()
    saved, fresh = [], []
    for _ in range(3):
        saved.append(start_seconds())
        fresh.append(start_seconds("--fresh"))
    return [
        row("command → ready, from the snapshot", statistics.median(saved), "s", "start"),
        row("command → ready, deploying", statistics.median(fresh), "s", "start"),
    ]


def row(name: str, value: float, unit: str, group: str = "") -> dict[str, Any]:
    """One measurement."""
    return {"name": name, "value": value, "unit": unit, "group": group}


def uploads(api: Udagram) -> list[dict[str, Any]]:
    """PUT of a 100 kB and of an 8 MB JPEG until a watcher is told, functions warm."""
    ada = api.signed_in()
    group = ada.group()["groupId"]
    small, large = jpeg(1200, 900), jpeg(6000, 4000)
    large += b"\0" * max(0, 8_000_000 - len(large))
    found: dict[str, list[float]] = {"small": [], "large": []}
    with ada.watching(group) as socket:
        for number in range(ROUNDS + 1):
            for name, content in (("small", small), ("large", large)):
                created = ada.create_image(group, len(content))
                began = time.perf_counter()
                assert ada.put(created, content).status_code == 200
                assert said(socket)["type"] == "image.ready"
                if number:
                    found[name].append((time.perf_counter() - began) * 1000)
    return [
        row("upload of 100 kB → watcher told", statistics.median(found["small"]), "ms", "upload"),
        row("upload of 8 MB (24 MP) → told", statistics.median(found["large"]), "ms", "upload"),
    ]


def resets(api: Udagram) -> list[dict[str, Any]]:
    """Reset after some work."""
    times = []
    for _ in range(ROUNDS):
        api.cloud.reset(seed=False)
        api.signed_in().group()
        api.cloud.drain()
        began = time.perf_counter()
        api.cloud.reset(seed=False)
        times.append((time.perf_counter() - began) * 1000)
    return [row("reset", statistics.median(times), "ms")]


def memory(cloud: LocalCloud) -> list[dict[str, Any]]:
    """Resident memory of the cloud's process and of every function, all of them warm."""
    with closing(cloud.client("lambda")) as functions:
        names = [one["FunctionName"] for one in functions.list_functions(MaxItems=50)["Functions"]]
        for name in names:
            functions.invoke(FunctionName=name, Payload="{}")  # an error keeps it warm as well
    warm = sum(one["memory_mb"] for one in cloud.environments())
    assert cloud.process_id is not None
    own = psutil.Process(cloud.process_id).memory_info().rss / 2**20
    return [
        row("memory of the cloud", own, "MB", "memory"),
        row(f"memory of {len(names)} functions, all warm", warm, "MB", "memory"),
    ]


def rows() -> list[dict[str, Any]]:
    """Every row."""
    found = starts()
    with LocalCloud.start() as cloud, udagram(cloud) as api:
        found += uploads(api) + resets(api) + memory(cloud)
    return found
