"""The one server: HTTP/1.1 by httptools, WebSocket by wsproto, on one loopback port."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import deque
from http import HTTPStatus

import httptools

from serverless_app.local.http.messages import (
    Application,
    Disconnect,
    Headers,
    Request,
    Response,
    Session,
)
from serverless_app.local.http.websocket import WebSocketProtocol, is_handshake

HEADER_LIMIT = 65_536
BODY_LIMIT = 64 * 1024 * 1024
IDLE_SECONDS = 75.0
REQUEST_SECONDS = 60.0
REASONS = {status.value: status.phrase for status in HTTPStatus}


class TooLarge(Exception):
    """A part of the request is over the server's limit; `status` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(REASONS[status])
        self.status = status


class HttpProtocol(asyncio.Protocol):
    """One client connection. Pipelined requests are answered one after the other, in order."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport = None  # type: ignore[assignment]
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._closing = False
        self._begin()

    # -- the transport's side ---------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer = transport.get_extra_info("peername")
        self._peer = peer[0] if peer else "127.0.0.1"
        self._server.connections.add(self)
        self._wait(IDLE_SECONDS)

    def connection_lost(self, error: Exception | None) -> None:
        self._server.connections.discard(self)
        self._writable.set()
        self._closing = True
        if self._timer:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # the whole request is here: `_answer` hands the connection over
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__
            self._refuse(cause.status if isinstance(cause, TooLarge) else 400)
        except httptools.HttpParserError:
            self._refuse(400)

    def eof_received(self) -> bool:
        return self._task is not None

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    # -- the parser's side ------------------------------------------------------------------

    def on_message_begin(self) -> None:
        self._begin()
        self._wait(REQUEST_SECONDS)

    def on_url(self, part: bytes) -> None:
        self._target += part
        if len(self._target) > HEADER_LIMIT:
            raise TooLarge(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._header_bytes += len(name) + len(value) + 4
        if self._header_bytes > HEADER_LIMIT:
            raise TooLarge(431)
        self._headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        names = [name.lower() for name, _ in self._headers]
        if "content-length" in names and "transfer-encoding" in names:
            raise ValueError("both lengths: a request that two servers would read differently")
        for name, value in self._headers:
            if name.lower() == "expect" and value.lower() == "100-continue":
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, part: bytes) -> None:
        self._body_bytes += len(part)
        if self._body_bytes > BODY_LIMIT:
            raise TooLarge(413)
        self._body.append(part)

    def on_message_complete(self) -> None:
        request = Request(
            self._parser.get_method().decode("latin-1"),
            self._target.decode("latin-1"),
            tuple(self._headers),
            b"".join(self._body),
            self._peer,
        )
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._waiting.append((request, self._parser.should_keep_alive()))
        if self._task is None:
            self._task = asyncio.ensure_future(self._work())

    # -- answering --------------------------------------------------------------------------

    async def _work(self) -> None:
        try:
            while self._waiting and not self._closing:
                request, keep_alive = self._waiting.popleft()
                if is_handshake(request):
                    await self._upgrade(request)
                    return
                response = await self._server.answer(request)
                self._write(response, request.method == "HEAD", keep_alive)
                if not keep_alive:
                    self._close()
                    return
                await self._writable.wait()
        except Disconnect:
            self._transport.abort()
        finally:
            self._task = None
        if not self._closing:
            self._wait(IDLE_SECONDS)

    async def _upgrade(self, request: Request) -> None:
        answer = await self._server.handshake(request)
        if isinstance(answer, Response):
            self._write(answer, False, keep_alive=False)
            self._close()
            return
        if self._closing:
            answer.closed(1006, "")
            return
        self._server.connections.discard(self)
        websocket = WebSocketProtocol(self._transport, answer, request, self._server.websockets)
        self._transport.set_protocol(websocket)
        websocket.open()

    def _write(self, response: Response, head_only: bool, keep_alive: bool) -> None:
        if not self._transport.is_closing():
            self._transport.write(serialize(response, head_only, keep_alive))

    def _refuse(self, status: int) -> None:
        if not self._closing:
            self._write(Response(status), head_only=False, keep_alive=False)
            self._close()

    def _close(self) -> None:
        self._closing = True
        self._transport.close()

    def _begin(self) -> None:
        self._target = b""
        self._headers: list[tuple[str, str]] = []
        self._body: list[bytes] = []
        self._header_bytes = self._body_bytes = 0

    def _wait(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._too_slow)

    def _too_slow(self) -> None:
        if self._task is not None:
            return
        if self._header_bytes:
            self._refuse(408)
        else:
            self._close()


class Server:
    """Serves one `Application` on a loopback port."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self.connections: set[HttpProtocol] = set()
        self.websockets: set[WebSocketProtocol] = set()
        self._server: asyncio.Server | None = None

    async def listen(self, sock: socket.socket) -> None:
        """Accept connections on a bound socket."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: HttpProtocol(self), sock=sock, backlog=1024)

    async def close(self) -> None:
        """Stop listening and close every connection."""
        if self._server:
            self._server.close()
        for websocket in list(self.websockets):
            websocket.close(1001, "going away")
        for connection in list(self.connections):
            connection._close()
        if self._server:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._server.wait_closed(), 1)

    async def answer(self, request: Request) -> Response:
        """The application's answer; an exception that escapes it is a 500.

        Raises Disconnect.
        """
        try:
            return await self._application.http(request)
        except Disconnect:
            raise
        except Exception as error:
            report(f"{request.method} {request.path}", error)
            return Response(500, b'{"message": "Internal server error"}', JSON)

    async def handshake(self, request: Request) -> Response | Session:
        """A session, or the response that refuses the WebSocket."""
        try:
            return await self._application.websocket(request)
        except Exception as error:
            report(f"WebSocket {request.path}", error)
            return Response(500, b'{"message": "Internal server error"}', JSON)


JSON: Headers = (("Content-Type", "application/json"),)


def report(what: str, error: Exception) -> None:
    """Hand an exception that nobody expected to the event loop's handler, which prints it."""
    asyncio.get_running_loop().call_exception_handler(
        {"message": f"Unhandled error in {what}", "exception": error}
    )


def serialize(response: Response, head_only: bool = False, keep_alive: bool = True) -> bytes:
    """The response as HTTP/1.1 bytes. A line break inside a header's text becomes a space."""
    lines = [f"HTTP/1.1 {response.status} {REASONS.get(response.status, 'Status')}"]
    lines += [f"{one_line(name)}: {one_line(value)}" for name, value in response.headers]
    bodiless = response.status < 200 or response.status in (204, 304)
    # A HEAD may say how long the GET would be (S3 does: there is no body to measure here).
    said = head_only and any(name.lower() == "content-length" for name, _ in response.headers)
    if not bodiless and not said:
        lines.append(f"Content-Length: {len(response.body)}")
    if not keep_alive:
        lines.append("Connection: close")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
    return head if bodiless or head_only else head + response.body


def one_line(text: str) -> str:
    """Header text that cannot begin another header."""
    if "\r" in text or "\n" in text or "\0" in text:
        return text.replace("\r", " ").replace("\n", " ").replace("\0", " ")
    return text


def bind(port: int, host: str = "127.0.0.1") -> socket.socket:
    """A listening socket on loopback; port 0 takes a free one.

    Raises OSError (EADDRINUSE) when the port is taken.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(1024)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock
