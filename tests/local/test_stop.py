"""What a stop of the laptop cloud says of the events that it had accepted and not finished."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing

from serverless_app.local.cloud import LocalCloud
from serverless_app.local.project import ROOT

SERVE = [sys.executable, "-m", "serverless_app.local", "serve"]


def serving() -> tuple[subprocess.Popen[str], LocalCloud]:
    """A cloud's process, and a handle that leaves its stderr to the test."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(SERVE, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert process.stdout is not None
    return process, LocalCloud(json.loads(process.stdout.readline()), None)


def test_a_stop_names_each_event_that_is_lost_by_it() -> None:
    process, cloud = serving()
    with process, closing(cloud.client("lambda")) as functions:
        cloud.faults.delay("onUpload", 600)
        accepted = functions.invoke(FunctionName="udagram-dev-onUpload", InvocationType="Event")
        cloud.stop()  # only the handle: its cloud ends when its stdin does
        _, said = process.communicate(timeout=60)
    request = accepted["ResponseMetadata"]["RequestId"]
    assert said == (
        "Lost by this stop: an event from client for udagram-dev-onUpload, "
        f"try 1, request {request}\n"
    )
    assert process.returncode == 0


def test_a_stop_after_everything_was_done_says_nothing() -> None:
    process, cloud = serving()
    with process, closing(cloud.client("lambda")) as functions:
        functions.invoke(FunctionName="udagram-dev-getGroups", InvocationType="Event")
        cloud.drain()
        cloud.stop()
        _, said = process.communicate(timeout=60)
    assert said == ""
