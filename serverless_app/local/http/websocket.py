"""One open WebSocket: wsproto's state machine between a transport and a `Session`."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import wsproto
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Ping,
    TextMessage,
)
from wsproto.events import Request as Handshake
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from serverless_app.local.http.messages import Request, Session

if TYPE_CHECKING:
    from collections.abc import Iterable

LOST = 1006
TOO_BIG = 1009
MESSAGE_LIMIT = 128 * 1024
FRAME_LIMIT = 32 * 1024
CLOSE_SECONDS = 5.0


def is_handshake(request: Request) -> bool:
    """Whether a request asks to become a WebSocket (RFC 6455, section 4.1)."""
    return (
        request.method == "GET"
        and (request.header("upgrade") or "").lower() == "websocket"
        and "upgrade" in (request.header("connection") or "").lower()
    )


class WebSocketProtocol(asyncio.Protocol):
    """A `Peer` for the session, an asyncio protocol for the transport.

    Frames over 32 KB and messages over 128 KB close it with 1009, as API Gateway does.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        session: Session,
        request: Request,
        registry: set[WebSocketProtocol],
    ) -> None:
        self._transport = transport
        self._session = session
        self._registry = registry
        self._request = request
        self._wire = wsproto.WSConnection(wsproto.ConnectionType.SERVER)
        self._parts: list[Any] = []
        self._size = 0
        self._frame = 0
        self._ended = False
        self._said: tuple[int, str] | None = None

    def open(self) -> None:
        """Answer the handshake with 101 and tell the session."""
        headers = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in self._request.headers]
        try:
            self._wire.initiate_upgrade_connection(headers, self._request.target)
            events = list(self._wire.events())
        except RemoteProtocolError as error:
            self._refuse(str(error))
            return
        offered = next((e.subprotocols for e in events if isinstance(e, Handshake)), [])
        accept = AcceptConnection(subprotocol=offered[0] if offered else None)
        self._registry.add(self)
        self._transport.write(self._wire.send(accept))
        self._session.opened(self)

    # -- Peer -------------------------------------------------------------------------------

    @property
    def unsent(self) -> int:
        """Bytes that wait in the transport's buffer."""
        return self._transport.get_write_buffer_size()

    def send(self, message: str | bytes) -> None:
        """One message as one frame."""
        event = TextMessage(message) if isinstance(message, str) else BytesMessage(message)
        self._emit(event)

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Start the closing handshake; the transport goes when the client answers or is slow."""
        if self._said is None and not self._ended:
            self._said = (code, reason)
            self._emit(CloseConnection(code, reason))
            asyncio.get_running_loop().call_later(CLOSE_SECONDS, self._transport.abort)

    def drop(self) -> None:
        """Cut the connection without a close frame, as a vanished client does."""
        self._transport.abort()

    # -- the transport's side ---------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._ended:
            return
        try:
            self._wire.receive_data(data)
            self._handle(self._wire.events())
        except RemoteProtocolError as error:
            self._emit(error.event_hint or CloseConnection(1002))
            self._end(1002, "protocol error")
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._end(*(self._said or (LOST, "")))

    # -- one event after the other ----------------------------------------------------------

    def _handle(self, events: Iterable[Any]) -> None:
        for event in events:
            if isinstance(event, TextMessage | BytesMessage):
                self._take(event)
            elif isinstance(event, Ping):
                self._emit(event.response())
            elif isinstance(event, CloseConnection):
                if self._said is None:
                    self._emit(event.response())
                self._end(*(self._said or (event.code or 1005, event.reason or "")))
                self._transport.close()

    def _take(self, event: TextMessage | BytesMessage) -> None:
        """Add a piece to the message; one that makes it too large closes the connection."""
        if self._said is not None:
            return
        piece = len(event.data.encode() if isinstance(event.data, str) else event.data)
        self._size += piece
        self._frame += piece
        if self._frame > FRAME_LIMIT or self._size > MESSAGE_LIMIT:
            self.close(TOO_BIG, "message too big")
            return
        self._parts.append(event.data)
        if event.frame_finished:
            self._frame = 0
        if event.message_finished:
            parts, self._parts, self._size = self._parts, [], 0
            whole = b"".join(parts) if isinstance(event, BytesMessage) else "".join(parts)
            self._session.received(whole)

    def _emit(self, event: Any) -> None:
        if self._transport.is_closing():
            return
        # Once it is closing, what comes after the close frame has nowhere to go.
        with contextlib.suppress(LocalProtocolError):
            self._transport.write(self._wire.send(event))

    def _refuse(self, why: str) -> None:
        body = why.encode()
        head = (
            f"HTTP/1.1 400 Bad Request\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self._transport.write(head.encode() + body)
        self._transport.close()
        self._session.closed(LOST, why)

    def _end(self, code: int, reason: str) -> None:
        if self._ended:
            return
        self._ended = True
        self._registry.discard(self)
        self._session.closed(code, reason)
