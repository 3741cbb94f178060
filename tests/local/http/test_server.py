"""The wire: what the one server makes of bytes, good and bad."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import websockets
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from serverless_app.local.http.connection import HEADER_LIMIT
from serverless_app.local.http.messages import Disconnect, Peer, Request, Response, Session
from serverless_app.local.http.server import Server, bind


class Echo:
    """A session that sends back what it gets, and remembers how it ended."""

    def __init__(self) -> None:
        self.ended: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()

    def opened(self, peer: Peer) -> None:
        self.peer = peer

    def received(self, message: str | bytes) -> None:
        if message == "bye":
            self.peer.close(4000, "as you wish")
            return
        self.peer.send(message)

    def closed(self, code: int, reason: str) -> None:
        self.ended.set_result((code, reason))


class Application:
    """Answers with what it saw."""

    def __init__(self) -> None:
        self.sessions: list[Echo] = []

    async def http(self, request: Request) -> Response:
        if request.path == "/boom":
            raise RuntimeError("not caught")
        if request.path == "/cut":
            raise Disconnect
        if request.path == "/header":
            return Response(200, b"", (("X-Name", "a\r\nSet-Cookie: b"),))
        return Response(200, f"{request.method} {request.target} {len(request.body)}".encode())

    async def websocket(self, request: Request) -> Response | Session:
        if request.path == "/refused":
            return Response(403, b"no")
        self.sessions.append(Echo())
        return self.sessions[-1]


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[int, Application]]:
    application = Application()
    server, sock = Server(application), bind(0)
    await server.listen(sock)
    try:
        yield sock.getsockname()[1], application
    finally:
        await server.close()


async def exchange(port: int, *parts: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer


def run(story: Callable[[int, Application], Awaitable[None]]) -> None:
    async def main() -> None:
        async with serving() as (port, application):
            await story(port, application)

    asyncio.run(main())


CLOSE = b"Connection: close\r\n\r\n"


def answer_to(*parts: bytes) -> bytes:
    answers: list[bytes] = []

    async def story(port: int, _: Application) -> None:
        answers.append(await exchange(port, *parts))

    run(story)
    return answers[0]


def test_a_request_is_answered_with_its_length() -> None:
    answer = answer_to(b"GET /groups?limit=2 HTTP/1.1\r\nHost: x\r\n" + CLOSE)
    assert answer == (
        b"HTTP/1.1 200 OK\r\nContent-Length: 21\r\nConnection: close\r\n\r\nGET /groups?limit=2 0"
    )


def test_pipelined_requests_are_answered_in_order() -> None:
    answer = answer_to(
        b"GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /3 HTTP/1.1\r\nHost: x\r\n" + CLOSE,
    )
    assert [part[:2] for part in answer.split(b"GET /")[1:]] == [b"1 ", b"2 ", b"3 "]


def test_head_is_answered_without_a_body() -> None:
    answer = answer_to(b"HEAD /x HTTP/1.1\r\nHost: x\r\n" + CLOSE)
    assert answer.endswith(b"Content-Length: 9\r\nConnection: close\r\n\r\n")


def test_a_client_that_expects_100_continue_gets_it_before_it_sends_the_body() -> None:
    answer = answer_to(
        b"PUT /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n" + CLOSE,
        b"abc",
    )
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"PUT /x 3")


def test_a_chunked_body_is_joined() -> None:
    answer = answer_to(
        b"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + CLOSE,
        b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    )
    assert answer.endswith(b"POST /x 5")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"400"),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"400",
        ),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * (HEADER_LIMIT + 1) + b"\r\n\r\n", b"431"),
        (b"GET /" + b"a" * (HEADER_LIMIT + 1) + b" HTTP/1.1\r\n\r\n", b"414"),
    ],
    ids=["no HTTP", "bad chunk", "two lengths", "both framings", "huge header", "huge target"],
)
def test_a_request_that_cannot_be_read_safely_is_refused_and_the_connection_closed(
    sent: bytes, status: bytes
) -> None:
    assert answer_to(sent).startswith(b"HTTP/1.1 " + status)


def test_a_line_break_in_a_header_of_an_answer_begins_no_other_header() -> None:
    answer = answer_to(b"GET /header HTTP/1.1\r\nHost: x\r\n" + CLOSE)
    assert b"X-Name: a  Set-Cookie: b\r\n" in answer


def test_an_error_of_the_application_is_a_500_and_reported() -> None:
    reported: list[str] = []

    async def story(port: int, _: Application) -> None:
        asyncio.get_running_loop().set_exception_handler(
            lambda _loop, context: reported.append(context["message"])
        )
        answer = await exchange(port, b"GET /boom HTTP/1.1\r\nHost: x\r\n" + CLOSE)
        assert answer.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")

    run(story)
    assert reported == ["Unhandled error in GET /boom"]


def test_an_application_that_gives_no_answer_cuts_the_connection() -> None:
    assert answer_to(b"GET /cut HTTP/1.1\r\nHost: x\r\n" + CLOSE) == b""


def test_a_websocket_message_comes_back_whole() -> None:
    async def story(port: int, _: Application) -> None:
        async with connect(f"ws://127.0.0.1:{port}/") as client:
            await client.send("häll😀")
            assert await client.recv() == "häll😀"
            await client.send([b"two ", b"frames"])
            assert await client.recv() == b"two frames"

    run(story)


def test_a_refused_handshake_answers_its_http_status() -> None:
    async def story(port: int, _: Application) -> None:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://127.0.0.1:{port}/refused").__aenter__()
        assert refused.value.response.status_code == 403

    run(story)


def test_the_session_hears_the_client_s_close() -> None:
    async def story(port: int, application: Application) -> None:
        async with connect(f"ws://127.0.0.1:{port}/") as client:
            await client.close(4001, "done")
        assert await application.sessions[0].ended == (4001, "done")

    run(story)


def test_the_client_hears_the_session_s_close() -> None:
    async def story(port: int, application: Application) -> None:
        async with connect(f"ws://127.0.0.1:{port}/") as client:
            await client.send("bye")
            with pytest.raises(ConnectionClosed) as closed:
                await client.recv()
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4000, "as you wish")  # type: ignore[union-attr]
        assert await application.sessions[0].ended == (4000, "as you wish")

    run(story)


def test_a_vanished_client_ends_the_session_with_1006() -> None:
    async def story(port: int, application: Application) -> None:
        client = await connect(f"ws://127.0.0.1:{port}/").__aenter__()
        client.transport.abort()
        assert await application.sessions[0].ended == (1006, "")

    run(story)


@pytest.mark.parametrize("size", [32 * 1024 + 1, 200 * 1024])
def test_a_frame_over_32_kb_closes_the_connection_with_1009(size: int) -> None:
    async def story(port: int, _: Application) -> None:
        async with connect(f"ws://127.0.0.1:{port}/") as client:
            await client.send("a" * size)
            with pytest.raises(websockets.ConnectionClosedError) as closed:
                await client.recv()
        assert closed.value.rcvd.code == 1009  # type: ignore[union-attr]

    run(story)


def test_a_message_over_128_kb_closes_the_connection_though_every_frame_is_small() -> None:
    async def story(port: int, _: Application) -> None:
        async with connect(f"ws://127.0.0.1:{port}/") as client:
            await client.send(["a" * 32_000] * 5)
            with pytest.raises(websockets.ConnectionClosedError) as closed:
                await client.recv()
        assert closed.value.rcvd.code == 1009  # type: ignore[union-attr]

    run(story)
