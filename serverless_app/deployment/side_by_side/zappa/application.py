"""GET /status as a WSGI application, which Zappa puts behind one function for all routes."""

import json
import os
from collections.abc import Callable
from typing import Any


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Say which deployment answers."""
    found = environ["PATH_INFO"].rstrip("/") == "/status"
    start_response("200 OK" if found else "404 Not Found", [("Content-Type", "application/json")])
    body = {"service": "udagram", "stage": os.environ["STAGE"]} if found else {"error": "not_found"}
    return [json.dumps(body).encode()]
