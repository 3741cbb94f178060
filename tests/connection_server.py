"""A server that plays the WebSocket API's connection URL: some connections are there, some gone."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote


class ConnectionServer(ThreadingHTTPServer):
    """Ids that begin with `gone` answer 410, `broken` 500, `silent` nothing; others are told."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: dict[str, list[Any]] = {}
        self.lock = threading.Lock()

    @property
    def endpoint(self) -> str:
        """What the WebSocket API's ApiEndpoint would be."""
        return f"ws://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: ConnectionServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        connection_id = unquote(self.path.rpartition("/")[2])
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.received.setdefault(connection_id, []).append(json.loads(body))
        if connection_id.startswith("silent"):
            self.close_connection = True
            return
        status = 410 if connection_id.startswith("gone") else 200
        self.send_response(500 if connection_id.startswith("broken") else status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


@contextmanager
def connection_server() -> Iterator[ConnectionServer]:
    """The server, for as long as it is needed."""
    with ConnectionServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
