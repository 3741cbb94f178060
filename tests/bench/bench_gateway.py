"""How fast the gateway is: a warm function behind REST and WebSocket, and a crowd to post to.

The server runs in a process of its own, the clients in this one. `rows()` returns what was
measured; `python -m tests.bench.bench_gateway` prints it.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).parents[2]
IDLE = 1_000


def rows(requests: int = 2_000, idle: int = IDLE) -> list[dict[str, Any]]:
    """Every measurement as `{"name", "value", "unit"}`."""
    with served() as place:
        return asyncio.run(_measure(place, requests, idle))


async def _measure(place: dict[str, Any], requests: int, idle: int) -> list[dict[str, Any]]:
    found = []
    await _load(place, 1, 300)
    for clients in (1, 4):
        found += await _load(place, clients, requests)
    found += await _own_part(place)
    found += await _round_trips(place, "answer", 300)
    found += await _round_trips(place, "push", 300)
    return found + await _crowd(place, idle)


def row(name: str, value: float, unit: str) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "unit": unit}


def spread(name: str, seconds: list[float]) -> list[dict[str, Any]]:
    """The median and the 99th percentile, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return [
        row(f"{name} p50", statistics.median(seconds) * 1000, "ms"),
        row(f"{name} p99", cuts[98] * 1000, "ms"),
    ]


# -- REST -------------------------------------------------------------------------------------


async def _load(place: dict[str, Any], clients: int, requests: int) -> list[dict[str, Any]]:
    times: list[float] = []
    started = time.perf_counter()
    each = requests // clients
    await asyncio.gather(*(_client(place, each, times) for _ in range(clients)))
    elapsed = time.perf_counter() - started
    name = f"REST, {clients} client" + ("s" if clients > 1 else "")
    return [row(f"{name}, requests", len(times) / elapsed, "1/s"), *spread(name, times)]


async def _client(place: dict[str, Any], requests: int, times: list[float]) -> None:
    """One keep-alive connection, one request after the other."""
    reader, writer = await asyncio.open_connection("127.0.0.1", place["port"])
    asked = (
        f"GET {place['rest']}/groups/g1?limit=2 HTTP/1.1\r\nHost: 127.0.0.1:{place['port']}\r\n"
        "User-Agent: bench\r\nAccept: application/json\r\n\r\n"
    ).encode()
    for _ in range(requests):
        started = time.perf_counter()
        writer.write(asked)
        await _answer(reader, b"200")
        times.append(time.perf_counter() - started)
    writer.close()


async def _answer(reader: asyncio.StreamReader, status: bytes) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.split(b" ", 2)[1] == status, head
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return await reader.readexactly(int(length))


async def _ask(place: dict[str, Any], path: str) -> Any:
    """What the bench's server says of itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", place["port"])
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    answer = json.loads(await _answer(reader, b"200"))
    writer.close()
    return answer


async def _own_part(place: dict[str, Any]) -> list[dict[str, Any]]:
    """Inside the server, no HTTP: with the gateway, and the same event given to the function."""
    through, alone = await _ask(place, "/own")
    return [
        row("in the server: gateway and function, p50", through, "ms"),
        row("in the server: function alone, p50", alone, "ms"),
        row("the gateway's own part", through - alone, "ms"),
    ]


# -- WebSocket --------------------------------------------------------------------------------


def quiet(address: str) -> connect:
    """A client that neither compresses nor pings."""
    return connect(address, compression=None, ping_interval=None)


async def _round_trips(place: dict[str, Any], action: str, count: int) -> list[dict[str, Any]]:
    times = []
    async with quiet(place["websocket"]) as client:
        for number in range(count + 20):
            started = time.perf_counter()
            await client.send(json.dumps({"action": action, "number": number}))
            await client.recv()
            times.append(time.perf_counter() - started)
    kinds = {"answer": "route response", "push": "PostToConnection by boto3"}
    return spread(f"WebSocket, message to {kinds[action]}", times[20:])


async def _crowd(place: dict[str, Any], idle: int) -> list[dict[str, Any]]:
    """Memory of many idle connections, and a post to each of them."""
    process = psutil.Process(place["pid"])
    clients = [await quiet(place["crowd"])]
    await clients[0].close()
    before = process.memory_info().rss
    clients = []
    while len(clients) < idle:
        opened = (quiet(place["crowd"]).__aenter__() for _ in range(min(50, idle - len(clients))))
        clients += await asyncio.gather(*opened)
    grown = process.memory_info().rss - before
    elapsed = await _broadcast(place, clients)
    await asyncio.gather(*(client.close() for client in clients))
    return [
        row(f"memory of an idle connection, {idle} open", grown / idle / 1024, "kB"),
        row(f"broadcast to {idle}, PostToConnection each", elapsed * 1000, "ms"),
    ]


async def _broadcast(place: dict[str, Any], clients: list[ClientConnection]) -> float:
    """Seconds until the last client has the message."""
    listening = [asyncio.ensure_future(client.recv()) for client in clients]
    reader, writer = await asyncio.open_connection("127.0.0.1", place["port"])
    identities = await _ask(place, "/connections")
    reader, writer = await asyncio.open_connection("127.0.0.1", place["port"])
    message = b'{"type": "image.ready", "groupId": "g1"}'
    started = time.perf_counter()
    for identity in identities:
        target = f"{place['crowd_path']}/@connections/{identity}"
        head = f"POST {target} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(message)}\r\n\r\n"
        writer.write(head.encode() + message)
        await _answer(reader, b"200")
    await asyncio.gather(*listening)
    writer.close()
    return time.perf_counter() - started


# -- the server -------------------------------------------------------------------------------


@contextmanager
def served() -> Iterator[dict[str, Any]]:
    """The server's process, and where its APIs are."""
    command = [sys.executable, "-m", "tests.bench.bench_gateway", "serve"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


async def own_part(house: Any, base: str) -> list[float]:
    """Milliseconds of a call through the gateway, and of the function alone."""
    from serverless_app.local.http.messages import Request

    headers = (("Host", "127.0.0.1"), ("User-Agent", "bench"), ("Accept", "application/json"))
    request = Request("GET", f"{base}/groups/g1?limit=2", headers)
    event = json.dumps({"event": "x" * 1_500}).encode()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(1_000):
        for which, work in (
            (0, house.gateway.http(request)),
            (1, house.functions.invoke("hello", event, source="apigateway")),
        ):
            started = time.perf_counter()
            await work
            times[which].append((time.perf_counter() - started) * 1000)
    return [statistics.median(each) for each in times]


def serve() -> None:
    """Serve until standard input ends."""
    import os

    from serverless_app.local.http.messages import Request, Response
    from tests.local.gateway.house import House, RestApi, WebSocketApi

    class Bench(House):
        async def http(self, request: Request) -> Response:
            if request.path == "/connections":
                crowd_id = crowd.id
                open_ones = [c.id for c in self.gateway.connections() if c.api_id == crowd_id]
                return Response(200, json.dumps(open_ones).encode())
            if request.path == "/own":
                return Response(200, json.dumps(await own_part(self, rest.base)).encode())
            return await super().http(request)

    sys.setswitchinterval(0.0005)
    house = Bench()
    rest = RestApi(house, endpointConfiguration={"types": ["REGIONAL"]})
    rest.proxy("GET", "/groups/{groupId}", "hello")
    rest.deploy()
    websocket = WebSocketApi(house)
    websocket.route("answer", "hello", responds=True)
    websocket.route("push", "push")
    websocket.deploy()
    crowd = WebSocketApi(house).deploy()
    place = {
        "pid": os.getpid(),
        "port": house.port,
        "rest": rest.base,
        "websocket": websocket.address,
        "crowd": crowd.address,
        "crowd_path": crowd.address.partition(f":{house.port}")[2],
    }
    print(json.dumps(place), flush=True)
    sys.stdin.read()
    house.close()


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve()
    else:
        for measured in rows():
            print(f"{measured['name']:60} {measured['value']:>12,} {measured['unit']}")
