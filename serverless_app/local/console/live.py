"""Hops as they happen, to every console that is open."""

from __future__ import annotations

import asyncio
import json

from serverless_app.local.http.messages import Peer, Session
from serverless_app.local.trace import Hop, Trace

UNSENT_LIMIT = 1024 * 1024


class LiveHops:
    """Listens to the trace while a console is open, and to nothing while none is."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._peers: set[Peer] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def session(self) -> Session:
        """A console's WebSocket."""
        return Watcher(self)

    def join(self, peer: Peer) -> None:
        """Tell `peer` from now on."""
        if not self._peers:
            self._loop = asyncio.get_running_loop()
            self._stop = self._trace.listen(self._heard)
        self._peers.add(peer)

    def leave(self, peer: Peer) -> None:
        """Tell `peer` no more."""
        self._peers.discard(peer)
        if not self._peers and self._loop:
            self._loop = None
            self._stop()

    def _heard(self, hop: Hop) -> None:
        loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(self._tell, json.dumps(hop.as_dict()))

    def _tell(self, text: str) -> None:
        for peer in list(self._peers):
            if peer.unsent < UNSENT_LIMIT:  # a console that does not read misses hops, no more
                peer.send(text)


class Watcher:
    """One open console."""

    def __init__(self, live: LiveHops) -> None:
        self._live = live

    def opened(self, peer: Peer) -> None:
        """Begin to tell it."""
        self._peer = peer
        self._live.join(peer)

    def received(self, message: str | bytes) -> None:
        """A console only listens."""

    def closed(self, code: int, reason: str) -> None:
        """It was closed."""
        self._live.leave(self._peer)
