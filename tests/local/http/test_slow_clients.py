"""Clients that keep a connection and send nothing: how long, on a clock that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from serverless_app.local.clock import Clock
from serverless_app.local.http.connection import IDLE_SECONDS, REQUEST_SECONDS
from serverless_app.local.http.messages import Request, Response, Session
from serverless_app.local.http.server import LOOK_SECONDS, Server, bind

HALF_A_BODY = (
    b"POST /slow HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 6\r\n\r\nabc"
)
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
REFUSED = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Application:
    """Answers at once, or when it is let."""

    def __init__(self) -> None:
        self.asked, self.let = asyncio.Event(), asyncio.Event()

    async def http(self, request: Request) -> Response:
        if request.path == "/wait":
            self.asked.set()
            await self.let.wait()
        return Response(200, request.body)

    async def websocket(self, request: Request) -> Response | Session:
        return Response(403)


class Line:
    """A client's connection, and the clock of the server at its other end."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        clock: Clock,
        application: Application,
    ) -> None:
        self._reader, self._writer = reader, writer
        self.clock, self.application = clock, application

    async def exchange(self, sent: bytes, expected: bytes) -> None:
        self._writer.write(sent)
        assert await self._reader.readexactly(len(expected)) == expected

    async def rest(self) -> bytes:
        return await self._reader.read()


@asynccontextmanager
async def connected() -> AsyncIterator[Line]:
    clock, application = Clock(), Application()
    server, sock = Server(application, clock=clock), bind(0)
    await server.listen(sock)
    reader, writer = await asyncio.open_connection(*sock.getsockname())
    try:
        yield Line(reader, writer, clock, application)
    finally:
        writer.close()
        await server.close()
        clock.reset()


def run(story: Callable[[Line], Awaitable[None]]) -> None:
    async def main() -> None:
        async with connected() as line:
            await asyncio.wait_for(story(line), 10)

    asyncio.run(main())


def test_half_a_body_gets_408_and_is_closed_when_its_minute_is_over() -> None:
    async def story(line: Line) -> None:
        await line.exchange(HALF_A_BODY, GO_ON)
        line.clock.advance(REQUEST_SECONDS)
        assert await line.rest() == REFUSED

    run(story)


def test_half_a_body_is_waited_for_until_then() -> None:
    async def story(line: Line) -> None:
        await line.exchange(HALF_A_BODY, GO_ON)
        line.clock.advance(REQUEST_SECONDS - 2 * LOOK_SECONDS)
        await line.exchange(b"def", b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef")

    run(story)


def test_a_kept_connection_is_closed_without_a_word_after_its_idle_time() -> None:
    async def story(line: Line) -> None:
        await line.exchange(
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        )
        line.clock.advance(IDLE_SECONDS)
        assert await line.rest() == b""

    run(story)


def test_an_answer_that_takes_longer_is_waited_for() -> None:
    async def story(line: Line) -> None:
        await line.exchange(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n", b"")
        await line.application.asked.wait()
        line.clock.advance(10 * IDLE_SECONDS)
        await asyncio.sleep(0)
        line.application.let.set()
        await line.exchange(b"", b"HTTP/1.1 200 OK\r\n")

    run(story)
