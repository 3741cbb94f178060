"""What a cold start pays before the first line of a handler runs, beside a bare `import boto3`."""

from __future__ import annotations

import statistics
import subprocess
import sys
from typing import Any

MODULES = (
    "rest_api",
    "websocket_api",
    "authorizer",
    "upload_events",
    "image_stream",
    "view_stream",
    "schedules",
    "failures",
)
ROUNDS = 5


def seconds(module: str) -> float:
    """Processor seconds of importing a module in a fresh interpreter."""
    code = f"import time; t = time.process_time(); import {module}; print(time.process_time() - t)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def rows() -> list[dict[str, Any]]:
    """Milliseconds of processor time, in interleaved rounds."""
    names = {"import boto3": "boto3"}
    names |= {f"handlers/{name}.py": f"serverless_app.handlers.{name}" for name in MODULES}
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(ROUNDS):
        for name, module in names.items():
            times[name].append(seconds(module) * 1000)
    return [
        {
            "name": name,
            "value": statistics.median(found),
            "unit": "ms",
            "group": "import, processor time",
        }
        for name, found in times.items()
    ]
