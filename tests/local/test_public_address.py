"""A cloud behind a reverse proxy, as GitHub Codespaces puts one before a forwarded port."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.sync.client import connect

from serverless_app.local.cloud import LocalCloud
from serverless_app.local.http.messages import Request, Response
from serverless_app.local.public_address import PublicAddress, codespaces_address
from serverless_app.local.udagram import jpeg, said, udagram

OWN, PUBLIC = "127.0.0.1:45660", "https://octo-45660.app.github.dev"


class Proxy(httpx.BaseTransport):
    """Takes what is meant for the public host to the port, and says whom it was meant for."""

    def __init__(self, port: int) -> None:
        self._port, self._inner = port, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert request.url.scheme == "https", f"{request.url} cannot be reached from outside"
        request.headers["X-Forwarded-Host"] = request.url.host
        request.headers["Host"] = f"localhost:{self._port}"
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalCloud]:
    """A cloud in a codespace."""
    monkeypatch.setenv("CODESPACE_NAME", "octo")
    monkeypatch.setenv("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN", "app.github.dev")
    with LocalCloud.start() as cloud:
        yield cloud


def outside(cloud: LocalCloud) -> httpx.Client:
    """A browser somewhere else."""
    port = urlsplit(cloud.endpoint_url).port
    assert port
    return httpx.Client(
        base_url=f"https://octo-{port}.app.github.dev", transport=Proxy(port), timeout=60
    )


def test_an_upload_through_the_proxy_is_told_to_a_watcher_behind_it(cloud: LocalCloud) -> None:
    with udagram(cloud) as anyone, outside(cloud) as browser:
        ada, content = anyone.signed_in(), jpeg()
        group = ada.group()["groupId"]
        token = {"Authorization": f"Bearer {ada.token}"}
        addresses = browser.get("/config.json").json()
        body = {"title": "A cat", "contentType": "image/jpeg", "size": len(content)}
        images = f"{addresses['apiUrl']}/groups/{group}/images"
        host = browser.base_url.host
        near = connect(cloud.websocket_url, additional_headers={"X-Forwarded-Host": host})
        with near as socket:
            socket.send(json.dumps({"action": "watch", "groupId": group}))
            said(socket)
            created = browser.post(images, json=body, headers=token).json()
            put = browser.put(
                created["uploadUrl"], content=content, headers=created["uploadHeaders"]
            )
            assert put.status_code == 200
            news = said(socket)
        assert addresses["websocketUrl"].startswith(f"wss://{host}/")
        assert browser.get(news["image"]["thumbnailUrl"]).headers["content-type"] == "image/webp"


def test_who_asks_by_the_cloud_s_own_address_gets_that(cloud: LocalCloud) -> None:
    with udagram(cloud) as anyone:
        answer = anyone.http.get(f"{cloud.endpoint_url}/config.json").json()
    assert answer["apiUrl"] == cloud.api_url


class Telling:
    """An application that tells of itself in every kind of content."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    async def http(self, request: Request) -> Response:
        host = request.header("host")
        body = f"ä http://{OWN}/ for {host}".encode()
        return Response(200, body, (("Content-Type", self._kind), ("Location", f"http://{OWN}/x")))

    async def websocket(self, request: Request) -> Response:
        return Response(403, f"not at ws://{OWN}".encode(), (("Content-Type", "text/plain"),))


def asked(kind: str, host: str) -> Response:
    address = PublicAddress(Telling(kind), url=f"{PUBLIC}/", authority=OWN)
    return asyncio.run(address.http(Request("GET", "/", (("HOST", host),))))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", f"ä {PUBLIC}/ for {OWN}"),
        ("text/html; charset=utf-8", f"ä {PUBLIC}/ for {OWN}"),
        ("image/jpeg", f"ä http://{OWN}/ for {OWN}"),
    ],
)
def test_texts_name_the_public_address_and_files_stay_as_they_are(kind: str, body: str) -> None:
    answer = asked(kind, "octo-45660.app.github.dev")
    assert answer.body.decode() == body
    assert answer.headers[1] == ("Location", f"{PUBLIC}/x")


def test_a_stranger_s_host_changes_nothing() -> None:
    answer = asked("text/plain", "evil.example")
    assert answer.body.decode() == f"ä http://{OWN}/ for evil.example"


@pytest.mark.parametrize("path", ["/_console/", "/_cloud/reset", "/_console/live"])
def test_the_console_is_not_to_be_had_by_the_public_address(path: str) -> None:
    address = PublicAddress(Telling("text/plain"), url=PUBLIC, authority=OWN)
    request = Request("POST", path, (("X-Forwarded-Host", "octo-45660.app.github.dev"),))
    for answer in (asyncio.run(address.http(request)), asyncio.run(address.websocket(request))):
        assert isinstance(answer, Response)
        assert answer.status == 403
        assert b"public address" in answer.body


def test_a_refused_handshake_names_the_public_address() -> None:
    address = PublicAddress(Telling("text/plain"), url=PUBLIC, authority=OWN)
    request = Request("GET", "/", (("X-Forwarded-Host", "octo-45660.app.github.dev"),))
    answer = asyncio.run(address.websocket(request))
    assert isinstance(answer, Response)
    assert answer.body == b"not at wss://octo-45660.app.github.dev"


def test_outside_of_codespaces_there_is_no_public_address() -> None:
    assert codespaces_address(45660, {}) is None
