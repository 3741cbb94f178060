"""The Lambda Runtime API for one process: work out, answers in.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import suppress
from typing import Protocol

import httptools

ACCEPTED = (
    b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n"
    b'{"status":"OK"}\n'
)
UNKNOWN = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 69\r\n\r\n"
    b'{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}\n'
)
MODULES = b"lambda-local-modules"


class Listener(Protocol):
    """The execution environment behind the API."""

    def connected(self, connection: RuntimeConnection) -> None:
        """A connection is made."""

    def asks(self, connection: RuntimeConnection) -> None:
        """The process waits for work on this connection."""

    def imported(self, files: list[str]) -> None:
        """The files of the function that the process has imported."""

    def answers(self, request_id: str, body: bytes, failed: bool) -> bool:
        """A result, or an error; False when nobody waits for that request."""

    def fails_to_start(self, body: bytes) -> None:
        """The process could not import its handler."""

    def lost(self, connection: RuntimeConnection) -> None:
        """A connection closed."""


class RuntimeConnection(asyncio.Protocol):
    """One connection of the process. Replies to pipelined requests leave in one write."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport = None  # type: ignore[assignment]
        self._replies = b""
        self._asking = False
        self._path = ""
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        sock = transport.get_extra_info("socket")
        if sock.family == socket.AF_INET:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._listener.connected(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._listener.lost(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.close()
            return
        # While the process waits for work, a reply is no news to it: it leaves with the work.
        if self._replies and not self._asking:
            self._transport.write(self._replies)
            self._replies = b""

    def give(self, head: bytes, payload: bytes) -> None:
        """Hand out an invocation: the reply to the request for work."""
        self._asking = False
        self._transport.write(self._replies + head + payload)
        self._replies = b""

    def abort(self) -> None:
        """Cut the connection."""
        self._transport.abort()

    # -- the parser's side ------------------------------------------------------------------

    def on_message_begin(self) -> None:
        self._path, self._body = "", []

    def on_url(self, url: bytes) -> None:
        self._path += url.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == MODULES:
            with suppress(ValueError):
                self._listener.imported(json.loads(value))

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        kind, _, action = self._path.removeprefix("/2018-06-01/runtime/").partition("/")
        if kind == "invocation" and action == "next":
            self._asking = True
            self._listener.asks(self)
        elif kind == "invocation":
            request_id, _, outcome = action.partition("/")
            body = b"".join(self._body)
            known = self._listener.answers(request_id, body, failed=outcome == "error")
            self._replies += ACCEPTED if known else UNKNOWN
        elif kind == "init":
            self._replies += ACCEPTED
            self._listener.fails_to_start(b"".join(self._body))
        else:
            self._replies += b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
