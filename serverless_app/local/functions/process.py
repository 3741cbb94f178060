"""The operating system's side of an execution environment: a process, its output, its memory."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

CLIENT = Path(__file__).with_name("runtime_client.py")
COMMANDS = {
    "own": (sys.executable, str(CLIENT)),
    "awslambdaric": (sys.executable, "-m", "awslambdaric"),
}
SIGNALS = {6: "aborted", 9: "killed", 11: "segmentation fault", 15: "terminated"}
PEAK = re.compile(rb"VmHWM:\s+(\d+) kB")
# What a process needs of the machine to run at all; nothing else of the user's environment.
NECESSITIES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMPDIR")


class FunctionProcess:
    """A child process, in a process group of its own, whose output and errors are one pipe."""

    def __init__(
        self,
        runtime: str,
        handler: str,
        folder: Path,
        variables: dict[str, str],
        connection: socket.socket | None = None,
    ) -> None:
        self._output: list[bytes] = []
        self._pipe, theirs = os.pipe()
        inherited: dict[str, Any] = {}
        if connection:
            inherited["pass_fds"] = (connection.fileno(),)
            variables = {**variables, "LAMBDA_LOCAL_CONNECTION": str(connection.fileno())}
        try:
            self._process = subprocess.Popen(
                [*COMMANDS[runtime], handler],
                cwd=folder,
                env={**necessities(), **variables},
                stdin=subprocess.DEVNULL,
                stdout=theirs,
                stderr=theirs,
                close_fds=True,
                **inherited,
                process_group=None if sys.platform == "win32" else 0,
            )
        except BaseException:
            os.close(self._pipe)
            raise
        finally:
            os.close(theirs)
        if sys.platform != "win32":
            os.set_blocking(self._pipe, False)

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def collect(self) -> None:
        """Take what the process has written out of its pipe, which is small; never waits."""
        with suppress(BlockingIOError, OSError):
            while part := self._read():
                self._output.append(part)

    def output(self) -> bytes:
        """What the process has written since the last call."""
        if self._pipe >= 0:
            self.collect()
        output, self._output = b"".join(self._output), []
        return output

    def _read(self) -> bytes:
        if sys.platform == "win32":
            import _winapi
            import msvcrt

            handle = msvcrt.get_osfhandle(self._pipe)
            waiting = _winapi.PeekNamedPipe(handle, 0)[0]
            return os.read(self._pipe, waiting) if waiting else b""
        return os.read(self._pipe, 65_536)

    def memory(self) -> int:
        """Bytes resident at most so far (Linux), or now (elsewhere); 0 when it has ended."""
        if sys.platform == "linux":
            return self._peak()
        import psutil

        with suppress(psutil.Error):
            return int(psutil.Process(self.pid).memory_info().rss)
        return 0

    def _peak(self) -> int:
        try:
            with open(f"/proc/{self.pid}/status", "rb", buffering=0) as status:
                found = PEAK.search(status.read(4_096))
        except OSError:
            return 0
        return int(found[1]) * 1024 if found else 0

    def ended(self) -> int | None:
        """The exit status, a negative signal number, or None while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """End the process and whatever it has started, and reap it; its output stays."""
        with suppress(OSError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        if self._pipe >= 0:
            self.collect()
            os.close(self._pipe)
            self._pipe = -1


def connected_pair() -> tuple[socket.socket, socket.socket] | tuple[None, None]:
    """Both ends of a connection that a process can inherit; nothing where none can be inherited."""
    return (None, None) if sys.platform == "win32" else socket.socketpair()


def processors() -> int:
    """How many cores this process may use, where the system tells; otherwise how many there are."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def necessities() -> dict[str, str]:
    """The few variables without which no program runs here, and no files of the user's."""
    found = {name: os.environ[name] for name in NECESSITIES if name in os.environ}
    # botocore would look into the home folder of whoever runs this.
    return {**found, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def explain(status: int) -> str:
    """An exit status in Lambda's words."""
    if status == 0:
        return "Runtime exited without providing a reason"
    if status > 0:
        return f"Runtime exited with error: exit status {status}"
    try:
        name = SIGNALS.get(-status) or signal.Signals(-status).name
    except ValueError:
        name = str(-status)
    return f"Runtime exited with error: signal: {name}"
