"""One client's connection: HTTP/1.1 by httptools, handed over to a WebSocket when asked to."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from typing import TYPE_CHECKING

import httptools

from serverless_app.local.http.messages import Disconnect, Request, Response
from serverless_app.local.http.responses import REASONS, serialize
from serverless_app.local.http.websocket import WebSocketProtocol, is_handshake

if TYPE_CHECKING:
    from serverless_app.local.http.server import Server

HEADER_LIMIT = 65_536
BODY_LIMIT = 64 * 1024 * 1024
IDLE_SECONDS = 75.0
REQUEST_SECONDS = 60.0


class TooLarge(Exception):
    """A part of the request is over the server's limit; `status` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(REASONS[status])
        self.status = status


class HttpProtocol(asyncio.Protocol):
    """Pipelined requests are answered one after the other, in order."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport = None  # type: ignore[assignment]
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._closing = False
        self._reading = False
        self._due = server.now() + IDLE_SECONDS
        self._loop = asyncio.get_running_loop()

    # -- the transport's side ---------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer = transport.get_extra_info("peername")
        self._peer = peer[0] if peer else "127.0.0.1"
        self._server.connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._server.connections.discard(self)
        self._writable.set()
        self._closing = True

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # the whole request is here: `_answer_all` hands the connection over
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
        self._reading = True
        self._due = self._server.now() + REQUEST_SECONDS
        self._target = b""
        self._headers: list[tuple[str, str]] = []
        self._body: list[bytes] = []
        self._header_bytes = self._body_bytes = 0

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
        found = {name.lower(): value for name, value in self._headers}
        if "content-length" in found and "transfer-encoding" in found:
            raise ValueError("both lengths: a request that two servers would read differently")
        if found.get("expect", "").lower() == "100-continue":
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
        self._reading = False
        self._waiting.append((request, self._parser.should_keep_alive()))
        if self._task is None:
            self._task = self._loop.create_task(self._answer_all())

    # -- answering --------------------------------------------------------------------------

    async def _answer_all(self) -> None:
        try:
            while self._waiting and not self._closing:
                request, keep_alive = self._waiting.popleft()
                if is_handshake(request):
                    await self._upgrade(request)
                    return
                response = await self._server.answer(request)
                self._write(response, request.method == "HEAD", keep_alive)
                if not keep_alive:
                    self.close()
                    return
                if not self._writable.is_set():
                    await self._writable.wait()
        except Disconnect:
            self._transport.abort()
        finally:
            self._task = None
            self._due = self._server.now() + (REQUEST_SECONDS if self._reading else IDLE_SECONDS)

    async def _upgrade(self, request: Request) -> None:
        answer = await self._server.handshake(request)
        if isinstance(answer, Response):
            self._write(answer, False, keep_alive=False)
            self.close()
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
            self.close()

    def close(self) -> None:
        """Close the connection once everything written has left."""
        self._closing = True
        self._transport.close()

    def close_if_overdue(self, now: float) -> None:
        """A client that is silent for too long goes; in the middle of a request it gets 408."""
        if self._task is not None or self._closing or now < self._due:
            return
        if self._reading:
            self._refuse(408)
        else:
            self.close()
