"""A WebSocket client that is not ours: npm's wscat, where it is installed (`npm ci`)."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from .house import House, WebSocketApi

WSCAT = Path(__file__).parents[3] / "node_modules" / ".bin" / "wscat"
MESSAGE = json.dumps({"action": "watch"})
pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(not WSCAT.exists(), reason="wscat is not installed: npm ci"),
]


def wscat(address: str) -> subprocess.Popen[str]:
    """wscat, connected, with one message sent; it stays until it is ended."""
    command = [str(WSCAT), "--no-color", "--connect", address, "--execute", MESSAGE, "--wait", "-1"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True)


def test_wscat_sends_a_message_by_its_route_and_gets_the_route_s_answer(house: House) -> None:
    api = WebSocketApi(house)
    api.route("watch", responds=True)
    api.deploy()

    with wscat(api.address) as client:
        assert client.stdout is not None
        event = json.loads(client.stdout.readline())
        client.kill()

    assert event["requestContext"]["routeKey"] == "watch"
    assert (event["requestContext"]["eventType"], event["body"]) == ("MESSAGE", MESSAGE)


def test_wscat_is_told_the_status_of_a_refused_handshake(house: House) -> None:
    api = WebSocketApi(house).deploy()
    nowhere = api.address.replace("/dev", "/nowhere")

    with wscat(nowhere) as client:
        assert client.stdout is not None
        said = client.stdout.read()

    assert said.strip() == "error: Unexpected server response: 403"
    assert client.returncode != 0
