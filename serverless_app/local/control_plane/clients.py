"""boto3 clients that are answered in this process: no socket, and nobody's real credentials."""

from __future__ import annotations

import functools
import io
import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from serverless_app.local.control_plane.model import Credentials
from serverless_app.local.http.messages import Request, Response

Answer = Callable[[Request], Response]


class Body(io.BytesIO):
    """A response's body as urllib3 would stream it."""

    def stream(self, amount: int = 65_536, **_: Any) -> Any:
        while piece := self.read(amount):
            yield piece


@functools.cache
def neutral_session() -> boto3.session.Session:
    """The session that reads neither profiles nor configuration files of the user.

    One a process: it keeps the services' models, which are most of a client's cost.
    """
    nothing: dict[str, Any] = {
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
        "ignore_configured_endpoint_urls": (None, None, True, None),
    }
    return boto3.session.Session(botocore_session=botocore.session.Session(session_vars=nothing))


class Clients:
    """Makes clients whose requests go to `answer`. A client costs 10–100 ms: they are kept."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._session = neutral_session()
        self._clients: dict[tuple[str, str, str, Credentials], Any] = {}

    def client(self, service: str, endpoint_url: str, region: str, credentials: Credentials) -> Any:
        """A client of `service` that signs with `credentials`."""
        key = (service, endpoint_url, region, credentials)
        if key not in self._clients:
            self._clients[key] = self._make(*key)
        return self._clients[key]

    def _make(self, service: str, endpoint_url: str, region: str, held: Credentials) -> Any:
        client = self._session.client(
            service,
            region_name=region,
            endpoint_url=endpoint_url,
            aws_access_key_id=held.access_key_id,
            aws_secret_access_key=held.secret_access_key,
            aws_session_token=held.session_token,
            config=Config(
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
                signature_version="s3v4" if service == "s3" else None,
                account_id_endpoint_mode="disabled",
            ),
        )
        client.meta.events.register("before-send", self._send)
        return client

    def _send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        response = self._answer(as_request(request))
        headers = {"Content-Length": str(len(response.body))} | dict(response.headers)
        return AWSResponse(request.url, response.status, headers, Body(response.body))


def as_request(prepared: AWSPreparedRequest) -> Request:
    """botocore's request as our own."""
    parts = urlsplit(prepared.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = [(name, text(value)) for name, value in prepared.headers.items()]
    if not any(name.lower() == "host" for name, _ in headers):
        headers.append(("Host", parts.netloc))
    return Request(prepared.method, target, tuple(headers), content(prepared.body))


def text(value: str | bytes) -> str:
    """Header text."""
    return value.decode("latin-1") if isinstance(value, bytes) else value


def content(body: Any) -> bytes:
    """A request's body, whatever botocore keeps it in."""
    if body is None:
        return b""
    if hasattr(body, "read"):
        start = body.tell() if hasattr(body, "tell") else None
        body, stream = body.read(), body
        if start is not None:
            stream.seek(start)
    return body.encode() if isinstance(body, str) else bytes(body)
