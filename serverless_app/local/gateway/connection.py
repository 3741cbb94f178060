"""One WebSocket connection, and all of them: who is there, since when, how long still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from serverless_app.local.gateway.identifiers import extended_request_id
from serverless_app.local.gateway.rest_records import Stage
from serverless_app.local.gateway.websocket_records import WebSocketApi

if TYPE_CHECKING:
    from serverless_app.local.clock import Clock
    from serverless_app.local.http.messages import Peer

# AWS page "Quotas for configuring and running a WebSocket API": both are fixed.
IDLE_SECONDS = 600.0
LONGEST_SECONDS = 7_200.0
GOING_AWAY = 1001
# What may wait for a client that reads slowly: two of the largest messages.
UNSENT_LIMIT = 2 * 128 * 1024


def client_name(user_agent: str | None) -> str:
    """A browser, or some other client, by its user agent."""
    return "browser" if (user_agent or "").startswith("Mozilla") else "client"


class Owner(Protocol):
    """What a connection tells of itself."""

    def opened(self, connection: Connection) -> None:
        """It may now be written to."""

    def received(self, connection: Connection, message: str | bytes) -> None:
        """A whole message arrived."""

    def closed(self, connection: Connection, code: int, reason: str) -> None:
        """It is gone."""


class Connection:
    """An accepted connection: the `Session` that the server talks to. Times in epoch seconds."""

    __slots__ = (
        "api_id",
        "authorizer",
        "connected_at",
        "domain_name",
        "id",
        "last_active_at",
        "owner",
        "peer",
        "source_ip",
        "stage_name",
        "user_agent",
    )

    def __init__(
        self,
        owner: Owner,
        api: WebSocketApi,
        stage: Stage,
        *,
        connected_at: float,
        source_ip: str,
        user_agent: str | None,
        domain_name: str,
    ) -> None:
        self.id = extended_request_id()
        self.owner = owner
        self.api_id, self.stage_name = api.id, stage.name
        self.connected_at = self.last_active_at = connected_at
        self.source_ip, self.user_agent = source_ip, user_agent
        self.domain_name = domain_name
        self.authorizer: dict[str, Any] | None = None
        self.peer: Peer | None = None

    @property
    def due(self) -> float:
        """When it will be closed, if nothing is sent or received until then."""
        return min(self.last_active_at + IDLE_SECONDS, self.connected_at + LONGEST_SECONDS)

    @property
    def client(self) -> str:
        """Who the trace says is at the other end."""
        return client_name(self.user_agent)

    @property
    def unsent(self) -> int:
        """Bytes that the client has not taken yet."""
        return self.peer.unsent if self.peer else 0

    def has_room(self, size: int) -> bool:
        """Whether a message of this size may wait for the client, behind what waits already."""
        return self.unsent + size <= UNSENT_LIMIT

    def opened(self, peer: Peer) -> None:
        """The handshake was answered with 101."""
        self.peer = peer
        self.owner.opened(self)

    def received(self, message: str | bytes) -> None:
        """One whole message."""
        self.owner.received(self, message)

    def closed(self, code: int, reason: str) -> None:
        """The connection is gone, whoever closed it."""
        self.peer = None
        self.owner.closed(self, code, reason)


class Connections:
    """The open connections. One task closes those that have been idle, or open, too long."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, Connection] = {}
        self._watch: asyncio.Task[None] | None = None

    def add(self, connection: Connection) -> None:
        """Remember a connection, and watch its time."""
        self._open[connection.id] = connection
        if self._watch is None or self._watch.done():
            self._watch = asyncio.ensure_future(self._close_the_overdue())

    def remove(self, connection: Connection) -> bool:
        """Forget a connection; False when it was not there."""
        return self._open.pop(connection.id, None) is not None

    def find(self, connection_id: str) -> Connection | None:
        """An open connection."""
        return self._open.get(connection_id)

    def all(self) -> list[Connection]:
        """Every open connection."""
        return list(self._open.values())

    def close_all(self, before: Callable[[Connection], None]) -> None:
        """Say goodbye to everybody, `before` each."""
        for connection in self.all():
            before(connection)
            if connection.peer:
                connection.peer.close(GOING_AWAY, "Going away")
        self._open.clear()

    def stop_watching(self) -> None:
        """Let time pass unnoticed."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def _close_the_overdue(self) -> None:
        while self._open:
            earliest = min(connection.due for connection in self._open.values())
            await self._clock.sleep(earliest - self._clock.time())
            now = self._clock.time()
            for connection in self.all():
                if connection.due <= now:
                    self._send_away(connection)

    def _send_away(self, connection: Connection) -> None:
        if connection.peer:
            connection.peer.close(GOING_AWAY, "Going away")
        self._open.pop(connection.id, None)
        connection.owner.closed(connection, GOING_AWAY, "Going away")
