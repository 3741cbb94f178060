"""`LocalCloud`: a laptop cloud in a process of its own, and everything a lesson does with it.

with LocalCloud.start() as cloud:
    cloud.client("dynamodb").list_tables()
    print(cloud.api_url)
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from serverless_app.local.control import Control
from serverless_app.local.project import Project
from serverless_app.local.remote import RemoteClock, RemoteFaults, RemoteTrace

STOP_SECONDS = 15
MAKING = threading.Lock()  # a boto3 session makes one client at a time, and they share their models
LOOPBACK = ("127.0.0.1", "localhost")


class CloudDidNotStart(Exception):
    """The cloud's process ended before it was ready; the text is what it said."""


class LocalCloud(AbstractContextManager["LocalCloud"]):
    """A running laptop cloud. Its addresses are attributes; see `cloud.json` in DESIGN."""

    def __init__(self, addresses: dict[str, Any], process: subprocess.Popen[str] | None) -> None:
        no_proxy_for_loopback()
        self._process = process
        self._control = Control(addresses["endpoint_url"])
        self.secret_access_key: str = addresses["secret_access_key"]
        self.endpoint_url: str = addresses["endpoint_url"]
        self.region: str = addresses["region"]
        self.stack: str = addresses["stack"]
        self.api_url: str = addresses["api_url"]
        self.websocket_url: str = addresses["websocket_url"]
        self.web_url: str = addresses["web_url"]
        self.console_url: str = addresses["console_url"]
        self.search_url: str | None = addresses["search_url"]
        self.user_pool_id: str = addresses["user_pool_id"]
        self.user_pool_client_id: str = addresses["user_pool_client_id"]
        self.access_key_id: str = addresses["access_key_id"]
        self.trace = RemoteTrace(self._control, self.stack)
        self.faults = RemoteFaults(self._control, self.stack)
        self.clock = RemoteClock(self._control)

    @classmethod
    def start(
        cls,
        *,
        template: Path | None = None,
        source: Path | None = None,
        seed: bool = False,
        fresh: bool = False,
    ) -> LocalCloud:
        """Start a cloud on a free port; it ends with this program at the latest.

        `template` is a compiled CloudFormation template (this project's without one), `source`
        the folder from which its functions run, `seed` brings the project's example data, `fresh`
        deploys even when a saved state is there.

        Raises CloudDidNotStart with what the process said.
        """
        command = [sys.executable, "-m", "serverless_app.local", "serve"]
        command += ["--template", str(template)] if template else []
        command += ["--source", str(source)] if source else []
        command += ["--seed"] if seed else []
        command += ["--fresh"] if fresh else []
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        errors = Collector(process)
        line = process.stdout.readline()
        if not line:
            end(process)
            raise CloudDidNotStart(errors.text() or f"It ended with {process.returncode}.")
        return cls(json.loads(line), process)

    @classmethod
    def running(cls, project: Project | None = None) -> LocalCloud:
        """The cloud that `make run` started, by its `.local/cloud.json`.

        Raises FileNotFoundError when none runs.
        """
        file = (project or Project()).state / "cloud.json"
        cloud = cls(json.loads(file.read_text("utf-8")), None)
        try:
            cloud.trace.hops(after=sys.maxsize)
        except ConnectionError:  # it was killed, and could not take its file away
            file.unlink(missing_ok=True)
            raise FileNotFoundError(f"No laptop cloud runs: {file} was a dead one's.") from None
        return cloud

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client of this cloud: as its administrator, unless `options` bring other keys."""
        return self._made("client", service, options)

    def resource(self, service: str, **options: Any) -> Any:
        """A boto3 resource of this cloud, as `client`: `resource("dynamodb").Table(…)`."""
        return self._made("resource", service, options)

    def _made(self, kind: str, service: str, options: dict[str, Any]) -> Any:
        from botocore.config import Config

        of_this_cloud = {
            "config": Config(s3={"addressing_style": "path"}),
            "endpoint_url": self.endpoint_url,
            "region_name": self.region,
            "aws_access_key_id": self.access_key_id,
            "aws_secret_access_key": self.secret_access_key,
        }
        with MAKING:
            return getattr(session(), kind)(service, **(of_this_cloud | options))

    def reset(self, *, seed: bool = True) -> None:
        """Back to the state after deployment (with the seed, if it was started with one)."""
        self._control.post("reset", {"seed": seed})

    def drain(self) -> None:
        """Wait until every function has ended and every consumer has caught up."""
        self._control.post("drain")

    def environments(self) -> list[dict[str, Any]]:
        """The execution environments: function, process, state, invocations, memory."""
        found: list[dict[str, Any]] = self._control.get("environments")["environments"]
        return found

    def confirmation_code(self, user_name: str) -> str:
        """The newest code that Cognito would have sent to a user by e-mail.

        Raises LookupError when none was made for that user.
        """
        for code in self._control.get("codes")["codes"]:
            if user_name in (code["username"], code["destination"]):
                return str(code["code"])
        raise LookupError(f"No code was made for {user_name}.")

    @property
    def process_id(self) -> int | None:
        """The cloud's process, if this handle started it."""
        return self._process.pid if self._process else None

    def stop(self) -> None:
        """End the cloud, if this handle started it: its data goes with it."""
        self._control.close()
        if self._process is not None:
            end(self._process)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"LocalCloud({self.stack})"


def no_proxy_for_loopback() -> None:
    """Let this program reach its own machine past a proxy that is meant for the way out.

    Every HTTP and WebSocket client reads NO_PROXY: a lesson's own as well, which no option of ours
    could reach.
    """
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join(dict.fromkeys((*hosts, *LOOPBACK)))


@cache
def session() -> Any:
    """A boto3 session that reads neither profiles nor files of the user: real ones stay unused."""
    import boto3
    import botocore.session

    nothing = {
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
        "ignore_configured_endpoint_urls": (None, None, True, None),
    }
    return boto3.session.Session(botocore_session=botocore.session.Session(session_vars=nothing))


def end(process: subprocess.Popen[str]) -> None:
    """Close a cloud's stdin, which ends it; one that does not end is killed."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for stream in (process.stdout, process.stderr):
        assert stream is not None
        stream.close()


class Collector:
    """Reads a process's stderr so that it never blocks, and keeps the end of it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._lines: list[str] = []
        self._stream = process.stderr
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def text(self) -> str:
        """What was said, once the process has ended."""
        self._thread.join(2)
        return "".join(self._lines).strip()

    def _read(self) -> None:
        assert self._stream is not None
        with contextlib.suppress(ValueError):  # it was closed while we read: the cloud has ended
            for line in self._stream:
                self._lines.append(line)
                sys.stderr.write(line)
                del self._lines[:-200]
