"""How fast the Lambda service is by itself: no gateway, no port of the laptop cloud in between."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from tests.local.functions.house import House, open_house

ECHO = "def handler(event, context): return event"
BOTO3 = "import boto3\ndef handler(event, context): return event"
COLD_STARTS, WARM_INVOCATIONS, CLIENTS = 15, 3_000, 4
EVENT = json.dumps({"path": "/groups", "headers": {"name": "x" * 1_500}}).encode()


def rows() -> list[dict[str, Any]]:
    """Cold and warm invocation times, and warm throughput."""
    return asyncio.run(measure())


async def measure() -> list[dict[str, Any]]:
    """The figures, one after the other, in one house."""
    async with open_house() as house:
        empty = await cold(house, "empty", ECHO)
        heavy = await cold(house, "heavy", BOTO3)
        house.create(ECHO, FunctionName="warm", Timeout=30)
        warm = await times(house, "warm", WARM_INVOCATIONS)
        began = time.perf_counter()
        share = WARM_INVOCATIONS // CLIENTS
        await asyncio.gather(*(times(house, "warm", share) for _ in range(CLIENTS)))
        rate = share * CLIENTS / (time.perf_counter() - began)
    return [
        row("cold invocation, nothing imported, p50", percentile(empty, 50), "ms"),
        row("cold invocation, boto3 imported, p50", percentile(heavy, 50), "ms"),
        row("warm invocation, one client, p50", percentile(warm, 50), "ms"),
        row("warm invocation, one client, p99", percentile(warm, 99), "ms"),
        row(f"warm invocations, {CLIENTS} clients", rate, "1/s"),
    ]


async def cold(house: House, name: str, source: str) -> list[float]:
    """Milliseconds of the first invocations of functions that are alike."""
    found = []
    for number in range(COLD_STARTS):
        house.create(source, FunctionName=f"{name}-{number}", Timeout=30)
        found += await times(house, f"{name}-{number}", 1)
    return found


async def times(house: House, name: str, number: int) -> list[float]:
    """Milliseconds of invocations one after the other."""
    found = []
    for _ in range(number):
        began = time.perf_counter()
        await house.functions.invoke(name, EVENT, source="bench")
        found.append((time.perf_counter() - began) * 1000)
    return found


def percentile(values: list[float], percent: int) -> float:
    """The value below which so many percent lie."""
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def row(name: str, value: float, unit: str) -> dict[str, Any]:
    """One line of the table."""
    return {"name": name, "value": round(value, 3), "unit": unit}


if __name__ == "__main__":
    for line in rows():
        print(f"{line['name']:<45} {line['value']:>10} {line['unit']}")
