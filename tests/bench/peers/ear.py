"""Where functions tell that they ran: a datagram to a loopback socket, whoever runs them."""

from __future__ import annotations

import json
import queue
import socket
import threading
import time
from types import TracebackType

PATIENCE = 15  # seconds, for what takes milliseconds


class Ear:
    """Hears what `hello/tell.py` sends, and when; a context manager."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._heard: queue.SimpleQueue[tuple[str, float]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """What the functions find in `EAR_PORT`."""
        return int(self._socket.getsockname()[1])

    def heard(self, name: str) -> float:
        """When (`time.perf_counter`) a function told of this name.

        Raises TimeoutError when none does.
        """
        until = time.monotonic() + PATIENCE
        while (left := until - time.monotonic()) > 0:
            try:
                told, moment = self._heard.get(timeout=left)
            except queue.Empty:
                break
            if told == name:
                return moment
        raise TimeoutError(f"no function told of it within {PATIENCE} s")

    def _listen(self) -> None:
        while datagram := self._socket.recv(65_536):
            moment = time.perf_counter()
            for name in json.loads(datagram):
                self._heard.put((name, moment))

    def __enter__(self) -> Ear:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.sendto(b"", ("127.0.0.1", self.port))  # an empty datagram ends the thread
        self._thread.join()
        self._socket.close()
