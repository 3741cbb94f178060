"""ReceiveMessage that waits: without holding the queue service, and woken by the next message."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from serverless_app.local.control_plane.calls import Call
from serverless_app.local.control_plane.dispatch import backend
from serverless_app.local.control_plane.model import Change
from serverless_app.local.http.messages import Response

RECHECK_SECONDS = 0.25  # messages also come back when their visibility timeout ends


class LongPolls:
    """Those who wait at queues."""

    def __init__(self) -> None:
        self._arrived = threading.Condition()
        self._closed = False

    def on_change(self, change: Change) -> None:
        """Wake everybody who waits: a message came."""
        if change.kind == "queue":
            self.wake()

    def wake(self) -> None:
        """Let everybody look again."""
        with self._arrived:
            self._arrived.notify_all()

    def close(self) -> None:
        """Let nobody wait any longer."""
        self._closed = True
        self.wake()

    def receive(self, call: Call, ask: Callable[[Call], Response]) -> Response:
        """Ask until there is a message or the time is up."""
        until = time.monotonic() + wait_seconds(call)
        short = without_waiting(call)
        while True:
            response = ask(short)
            left = until - time.monotonic()
            if left <= 0 or self._closed or response.status != 200 or has_messages(response):
                return response
            with self._arrived:
                self._arrived.wait(min(left, RECHECK_SECONDS))


def is_long_poll(call: Call) -> bool:
    """Whether a call may have to wait."""
    return call.service == "sqs" and call.operation == "ReceiveMessage" and wait_seconds(call) > 0


def wait_seconds(call: Call) -> int:
    """How long a receive waits: as it says, or as its queue does."""
    if "WaitTimeSeconds" in call.parameters:
        return int(call.parameters["WaitTimeSeconds"])
    name = str(call.parameters.get("QueueUrl", "")).rpartition("/")[2]
    queue = backend("sqs").queues.get(name)
    return int(queue.receive_message_wait_time_seconds or 0) if queue else 0


def without_waiting(call: Call) -> Call:
    """The same call that answers at once."""
    if not call.target:
        body = call.request.body + b"&WaitTimeSeconds=0"
    else:
        body = json.dumps(call.json | {"WaitTimeSeconds": 0}).encode()
    return replace(call, request=replace(call.request, body=body))


def has_messages(response: Response) -> bool:
    """Whether something was received."""
    return b'"Messages": [{' in response.body or b"<Message>" in response.body
