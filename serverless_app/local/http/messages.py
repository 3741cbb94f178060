"""What travels through the laptop cloud: an HTTP request, its response, a WebSocket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as it arrived: nothing decoded, names of headers as they were sent.

    `target` is the origin-form (`/dev/groups?limit=2`); header text is latin-1.
    """

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    peer: str = "127.0.0.1"

    @property
    def path(self) -> str:
        """The target before `?`, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The target after the first `?`, still percent-encoded; empty without one."""
        return self.target.partition("?")[2]

    def at(self, target: str) -> Request:
        """The same request for another target."""
        return Request(self.method, target, self.headers, self.body, self.peer)

    def header(self, name: str, default: str | None = None) -> str | None:
        """The last value of a header, its name in any case."""
        wanted = name.lower()
        for key, value in reversed(self.headers):
            if key.lower() == wanted:
                return value
        return default


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. `Content-Length`, `Date` and `Connection` are the server's to add."""

    status: int
    body: bytes = b""
    headers: Headers = ()


class Disconnect(Exception):
    """Raised by an application that gives no answer: the server cuts the connection."""


class Peer(Protocol):
    """The far end of an open WebSocket, for the event loop only: every call returns at once."""

    @property
    def unsent(self) -> int:
        """Bytes accepted by `send` that the client has not taken yet."""

    def send(self, message: str | bytes) -> None:
        """Send one text or binary message; on a closed socket nothing happens."""

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Send a close frame, then close."""

    def drop(self) -> None:
        """Cut the connection without a close frame, as a vanished client does."""


class Session(Protocol):
    """What the application does with one accepted WebSocket: called on the event loop."""

    def opened(self, peer: Peer) -> None:
        """The handshake was answered with 101."""

    def received(self, message: str | bytes) -> None:
        """One whole message (frames joined)."""

    def closed(self, code: int, reason: str) -> None:
        """Called once, whoever closed it; 1006 when the connection was lost without a close."""


class Application(Protocol):
    """What the server serves."""

    async def http(self, request: Request) -> Response:
        """Answer one HTTP request."""

    async def websocket(self, request: Request) -> Response | Session:
        """Accept a WebSocket handshake with a `Session`, or refuse it with a response."""
