"""From a write to the function that it wakes: S3, DynamoDB, Kinesis, SQS; and the cost of rest."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from serverless_app.local.trace import Hop
from tests.local.event_sources.house import House, live_in

ROUNDS = 50
WARM_UP = 5
IDLE_SECONDS = 5.0


def rows() -> list[dict[str, Any]]:
    """Milliseconds from before the write until its function has run, warm; p50 and p95."""
    found: list[dict[str, Any]] = []

    async def story(house: House) -> None:
        writes = prepare(house)
        for name, (function, write) in writes.items():
            times = await measure(house, function, write)
            found.append(row(f"{name} → function has run, p50", statistics.median(times)))
            found.append(row(f"{name} → function has run, p95", sorted(times)[int(ROUNDS * 0.95)]))
        before = time.process_time()
        await asyncio.sleep(IDLE_SECONDS)
        used = (time.process_time() - before) / IDLE_SECONDS * 100
        found.append({"name": "CPU of four idle sources", "value": round(used, 3), "unit": "%"})

    with tempfile.TemporaryDirectory() as folder:
        live_in(Path(folder), story)
    return found


def prepare(house: House) -> dict[str, tuple[str, Callable[[str], None]]]:
    """A bucket, a table, a stream and a queue, each with a function of its own."""
    house.client("s3").create_bucket(Bucket="photos")
    configuration = {"LambdaFunctionArn": house.function("on"), "Events": ["s3:ObjectCreated:*"]}
    house.client("s3").put_bucket_notification_configuration(
        Bucket="photos",
        NotificationConfiguration={"LambdaFunctionConfigurations": [configuration]},
    )
    house.map(house.table(), house.function("index"))
    house.map(house.stream(), house.function("count"))
    house.map(house.queue("jobs"), house.function("work"))

    def upload(name: str) -> None:
        house.client("s3").put_object(Bucket="photos", Key=name, Body=b"x" * 1_000)

    return {
        "S3 PUT": ("on", upload),
        "table write": ("index", house.put),
        "Kinesis record": ("count", house.view),
        "SQS message": ("work", lambda name: house.send("jobs", name)),
    }


async def measure(house: House, function: str, write: Callable[[str], None]) -> list[float]:
    """Milliseconds of `ROUNDS` writes, one at a time."""
    loop, times = asyncio.get_running_loop(), []
    for number in range(WARM_UP + ROUNDS):
        ran = asyncio.Event()

        def hear(hop: Hop, ran: asyncio.Event = ran) -> None:
            if hop.target == function and hop.outcome != "running":
                loop.call_soon_threadsafe(ran.set)

        stop = house.trace.listen(hear)
        began = time.perf_counter()
        write(f"{number}")
        await ran.wait()
        times.append((time.perf_counter() - began) * 1000)
        stop()
        await house.drained()
    return times[WARM_UP:]


def row(name: str, milliseconds: float) -> dict[str, Any]:
    """One measurement."""
    return {"name": name, "value": round(milliseconds, 2), "unit": "ms"}
