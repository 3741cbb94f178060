"""The process of a laptop cloud: how it starts, what it says, and that nothing is left of it."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest

from serverless_app.local.cloud import CloudDidNotStart, LocalCloud
from serverless_app.local.project import ROOT
from serverless_app.local.serve import DEFAULT_PORT

RUN = [sys.executable, "-m", "serverless_app.local", "run", "--no-notebooks", "--no-seed"]
posix = pytest.mark.skipif(os.name != "posix", reason="signals and modes of POSIX")


@contextmanager
def running(*flags: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`run` in a terminal of its own, until it has said where everything is."""
    process = subprocess.Popen(
        [*RUN, *flags],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said = ""
    try:
        for line in process.stdout:
            said += line
            if "Ctrl-C stops" in line:
                break
        yield process, said
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def page_of(said: str) -> str:
    return next(line.split()[-1] for line in said.splitlines() if "The page" in line)


@posix
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_it_and_its_functions(name: str) -> None:
    with running() as (process, said):
        api = f"{page_of(said)}dev/groups"
        assert httpx.get(api, timeout=30).status_code == 200
        functions = psutil.Process(process.pid).children(recursive=True)
        assert functions
        process.send_signal(getattr(signal, name))
        assert process.wait(20) == 0
        _, alive = psutil.wait_procs(functions, timeout=20)
        assert alive == []
    assert not (ROOT / ".local" / "cloud.json").exists()


@posix
def test_functions_end_when_the_cloud_is_killed() -> None:
    with running() as (process, said):
        assert httpx.get(f"{page_of(said)}dev/groups", timeout=30).status_code == 200
        functions = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()
        _, alive = psutil.wait_procs(functions, timeout=20)
        assert alive == []


def test_a_port_that_was_asked_for_and_is_taken_is_said_so() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = str(other.getsockname()[1])
        done = subprocess.run(
            [*RUN, "--port", port], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} is in use by another program. Choose another")


def test_when_the_usual_port_is_taken_another_is_used() -> None:
    with ExitStack() as held:
        with suppress(OSError):  # somebody may have it already, which is just as good
            held.enter_context(closing(socket.create_server(("127.0.0.1", DEFAULT_PORT))))
        with running() as (_, said):
            page = page_of(said)
            assert f":{DEFAULT_PORT}/" not in page
            assert httpx.get(page, timeout=30).status_code == 200


@posix
def test_cloud_json_says_the_addresses_to_this_user_alone() -> None:
    with running() as (_, said):
        file = ROOT / ".local" / "cloud.json"
        addresses = json.loads(file.read_text())
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert addresses["web_url"] == page_of(said)
        assert addresses["api_url"].endswith("/dev")
        with_tool = LocalCloud.running()
        assert with_tool.endpoint_url == addresses["endpoint_url"]
        with_tool.stop()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_real_credentials_reach_neither_the_cloud_nor_its_functions() -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    with running(AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY=secret) as (
        process,
        said,
    ):
        assert httpx.get(f"{page_of(said)}dev/groups", timeout=30).status_code == 200
        functions = psutil.Process(process.pid).children(recursive=True)
        assert functions
        for function in functions:
            environment = function.environ()
            assert environment["AWS_SECRET_ACCESS_KEY"] != secret
            assert environment["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")


def test_a_template_that_is_not_there_is_said_so() -> None:
    with pytest.raises(CloudDidNotStart, match=r"nowhere\.json"):
        LocalCloud.start(template=Path("nowhere.json"))
