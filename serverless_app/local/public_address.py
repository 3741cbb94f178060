"""The laptop cloud behind a reverse proxy: GitHub Codespaces gives a port a public address.

The cloud calls itself by its loopback address, in what it answers and in what its functions sign.
A browser elsewhere cannot reach that: here every answer that goes out through the proxy names the
public address, and every request that comes in by it is for the loopback address again, so that
the signature of a presigned URL holds. Nobody else notices: the functions' own calls pass as they
are. The console stays on loopback: it shows everybody's confirmation codes, and steers the cloud.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from serverless_app.local.http.messages import (
    Application,
    Headers,
    Peer,
    Request,
    Response,
    Session,
)

# GitHub docs, "Default environment variables for your codespace".
NAME, DOMAIN = "CODESPACE_NAME", "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN"
CONSOLE = ("/_console", "/_cloud")
REFUSED = Response(
    403,
    b'{"message": "The console answers on the machine itself only, not by its public address."}',
    (("Content-Type", "application/json"),),
)
TEXTS = ("text/", "application/json", "application/xml", "application/x-amz-json")


def codespaces_address(port: int, environment: Mapping[str, str] = os.environ) -> str | None:
    """The address under which Codespaces forwards a port; None anywhere else."""
    if NAME not in environment or DOMAIN not in environment:
        return None
    return f"https://{environment[NAME]}-{port}.{environment[DOMAIN]}"


class PublicAddress:
    """An `Application` that is also known by another address.

    `url` is the public one (`https://name-45660.app.github.dev`), `authority` the cloud's own.
    """

    def __init__(self, application: Application, *, url: str, authority: str) -> None:
        url = url.rstrip("/")
        self._application = application
        self._authority = authority
        self._host = urlsplit(url).netloc
        socket_url = "ws" + url.removeprefix("http")
        self._addresses = {f"http://{authority}": url, f"ws://{authority}": socket_url}

    async def http(self, request: Request) -> Response:
        """The application's answer, for whoever asked."""
        if not self._is_from_outside(request):
            return await self._application.http(request)
        if request.path.startswith(CONSOLE):
            return REFUSED
        return self._outward(await self._application.http(self._inward(request)))

    async def websocket(self, request: Request) -> Response | Session:
        """The application's session or refusal, for whoever asked."""
        if not self._is_from_outside(request):
            return await self._application.websocket(request)
        if request.path.startswith(CONSOLE):
            return REFUSED
        answer = await self._application.websocket(self._inward(request))
        if isinstance(answer, Response):
            return self._outward(answer)
        return _SessionOutside(answer, self)

    def public(self, text: str) -> str:
        """A text with the public address in the place of the cloud's own."""
        for own, public in self._addresses.items():
            text = text.replace(own, public)
        return text

    def _is_from_outside(self, request: Request) -> bool:
        named = (request.header("host"), request.header("x-forwarded-host"))
        return self._host in named

    def _inward(self, request: Request) -> Request:
        headers = tuple((n, v) for n, v in request.headers if n.lower() != "host")
        own = (("Host", self._authority), *headers)
        return Request(request.method, request.target, own, request.body, request.peer)

    def _outward(self, response: Response) -> Response:
        headers: Headers = tuple((name, self.public(value)) for name, value in response.headers)
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        if not kind.startswith(TEXTS):
            return Response(response.status, response.body, headers)
        # A byte is a letter here, so that a text in another encoding than UTF-8 comes out whole.
        body = self.public(response.body.decode("latin-1")).encode("latin-1")
        return Response(response.status, body, headers)


class _SessionOutside:
    """A WebSocket whose messages name the public address."""

    def __init__(self, session: Session, address: PublicAddress) -> None:
        self._session, self._address = session, address

    def opened(self, peer: Peer) -> None:
        self._session.opened(_PeerOutside(peer, self._address))

    def received(self, message: str | bytes) -> None:
        self._session.received(message)

    def closed(self, code: int, reason: str) -> None:
        self._session.closed(code, reason)


class _PeerOutside:
    """The far end of such a WebSocket."""

    def __init__(self, peer: Peer, address: PublicAddress) -> None:
        self._peer, self._address = peer, address

    @property
    def unsent(self) -> int:
        return self._peer.unsent

    def send(self, message: str | bytes) -> None:
        if isinstance(message, str):
            message = self._address.public(message)
        self._peer.send(message)

    def close(self, code: int = 1000, reason: str = "") -> None:
        self._peer.close(code, reason)

    def drop(self) -> None:
        self._peer.drop()
