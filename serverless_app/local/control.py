"""The control interface of a running cloud, from the outside."""

from __future__ import annotations

import http.client
import json
import threading
from typing import Any
from urllib.parse import urlencode, urlsplit


class CloudRefused(Exception):
    """The control interface would not do what it was asked; the text says why."""


class Control:
    """JSON calls to `/_cloud/…` over one kept connection; safe from any thread."""

    def __init__(self, endpoint_url: str) -> None:
        self._authority = urlsplit(endpoint_url).netloc
        self._lock = threading.Lock()
        self._connection = http.client.HTTPConnection(self._authority, timeout=120)

    def get(self, name: str, **query: Any) -> Any:
        """Read."""
        given = {key: value for key, value in query.items() if value is not None}
        return self._call("GET", f"{name}?{urlencode(given)}" if given else name)

    def post(self, name: str, body: dict[str, Any] | None = None) -> Any:
        """Do. Raises CloudRefused."""
        return self._call("POST", name, body or {})

    def delete(self, name: str) -> Any:
        """Clear."""
        return self._call("DELETE", name)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _call(self, method: str, name: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body)
        with self._lock:
            try:
                return self._exchange(method, name, data)
            except (http.client.RemoteDisconnected, ConnectionError):
                self._connection.close()  # an idle connection was closed: a new one is tried once
                return self._exchange(method, name, data)

    def _exchange(self, method: str, name: str, data: str | None) -> Any:
        self._connection.request(method, f"/_cloud/{name}", data)
        response = self._connection.getresponse()
        answer = json.loads(response.read() or b"{}")
        if response.status >= 400:
            raise CloudRefused(answer.get("message", f"HTTP {response.status}"))
        return answer
