"""A small closed-loop HTTP load on loopback, and percentiles."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit


def percentile(times: list[float], share: float) -> float:
    """The value below which `share` of the times lie."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


async def keep_asking(url: str, until: float, times: list[float]) -> None:
    """One client on one kept connection: the next request after the last answer."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        await reader.readexactly(length)
        times.append((time.perf_counter() - began) * 1000)
        assert head.startswith(b"HTTP/1.1 200"), head[:60]
    writer.close()


def load(url: str, clients: int, seconds: float) -> list[float]:
    """Milliseconds of every request that `clients` made in `seconds`."""
    times: list[float] = []

    async def run() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(keep_asking(url, until, times) for _ in range(clients)))

    asyncio.run(run())
    return times
