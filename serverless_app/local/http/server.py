"""The one server: HTTP/1.1 and WebSocket on one loopback port."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from serverless_app.local.clock import Clock
from serverless_app.local.http.connection import HttpProtocol
from serverless_app.local.http.messages import (
    Application,
    Disconnect,
    Headers,
    Request,
    Response,
    Session,
)
from serverless_app.local.http.websocket import WebSocketProtocol

LOOK_SECONDS = 1.0


class Server:
    """Serves one `Application` on a loopback port.

    Its own clock, unless it gets one, is the wall's: no lesson that moves the cloud's clock cuts
    a connection.
    """

    def __init__(self, application: Application, *, clock: Clock | None = None) -> None:
        self._application = application
        self._clock = clock or Clock()
        self.now = self._clock.monotonic
        self.connections: set[HttpProtocol] = set()
        self.websockets: set[WebSocketProtocol] = set()
        self._server: asyncio.Server | None = None
        self._watch: asyncio.Task[None] | None = None

    async def listen(self, sock: socket.socket) -> None:
        """Accept connections on a bound socket."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: HttpProtocol(self), sock=sock, backlog=1024)
        self._watch = loop.create_task(self._close_the_overdue())

    async def close(self) -> None:
        """Stop listening and close every connection."""
        if self._watch:
            self._watch.cancel()
        if self._server:
            self._server.close()
        for websocket in list(self.websockets):
            websocket.close(1001, "going away")
        for connection in list(self.connections):
            connection.close()
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

    async def _close_the_overdue(self) -> None:
        """A look at everybody now and then: no request pays for timers of its own."""
        while True:
            await self._clock.sleep(LOOK_SECONDS)
            now = self.now()
            for connection in list(self.connections):
                connection.close_if_overdue(now)


JSON: Headers = (("Content-Type", "application/json"),)


def report(what: str, error: Exception) -> None:
    """Hand an exception that nobody expected to the event loop's handler, which prints it."""
    asyncio.get_running_loop().call_exception_handler(
        {"message": f"Unhandled error in {what}", "exception": error}
    )


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
