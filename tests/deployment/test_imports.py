"""What a cold start pays for: importing a handler costs next to nothing, and reads nothing."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.application import ROOT

HANDLERS = [path.stem for path in sorted((ROOT / "serverless_app/handlers").glob("[a-z]*.py"))]
HEAVY = ["boto3", "botocore", "opensearchpy", "PIL", "jwt", "cryptography", "requests", "urllib3"]
PROBE = """
import json, sys
before = set(sys.modules)
import {module}
print(json.dumps([name for name in {heavy!r} if name in sys.modules]))
"""


def probe(code: str) -> list[str]:
    """Run in a bare interpreter: no environment, no site-wide state of this one."""
    environment = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", HANDLERS)
def test_importing_a_handler_imports_nothing_heavy(name: str) -> None:
    module = f"serverless_app.handlers.{name}"

    assert probe(PROBE.format(module=module, heavy=HEAVY)) == []


def test_importing_the_application_asks_for_no_environment() -> None:
    code = """
import json, pkgutil, importlib, serverless_app
for each in pkgutil.iter_modules(serverless_app.__path__, "serverless_app."):
    if not each.name.endswith((".local", ".deployment")):
        importlib.import_module(each.name)
print(json.dumps([]))
"""
    assert probe(code) == []


USED = """
import json, os, sys
for name in {names!r}:
    os.environ[name] = "x"
os.environ["WEBSOCKET_ENDPOINT"] = "ws://127.0.0.1:9"
from serverless_app.handlers.{file} import {function}
try:
    {function}({event})
except Exception as error:
    print(type(error).__name__, error)
print(json.dumps([name for name in {heavy!r} if name in sys.modules]))
"""
TOKEN = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0.eyJpc3MiOiJ5In0.c2ln"
NAMES = [
    *("STAGE", "AWS_REGION", "GROUPS_TABLE", "IMAGES_TABLE", "CONNECTIONS_TABLE"),
    *("TRENDING_TABLE", "VIEWS_STREAM", "IMAGES_BUCKET", "USER_POOL_ISSUER", "USER_POOL_CLIENT_ID"),
]


@pytest.mark.parametrize(
    ("file", "function", "event", "allowed"),
    [
        ("rest_api", "get_status", {"stage": "dev", "requestId": "r"}, []),
        (
            "authorizer",
            "authorize_connection",
            {"methodArn": "a", "queryStringParameters": {"token": TOKEN}},
            ["jwt", "cryptography"],
        ),
        ("authorizer", "authorize_connection", {"methodArn": "a"}, []),
        ("websocket_api", "connect", {"requestContext": {"connectionId": "c"}}, []),
        ("websocket_api", "answer_default", {"requestContext": {"connectionId": "c"}}, []),
        ("image_stream", "notify_watchers", {"Records": []}, []),
        ("upload_events", "on_upload", {"Records": []}, []),
    ],
)
def test_a_function_imports_what_it_uses_and_no_more(
    file: str, function: str, event: dict[str, object], allowed: list[str]
) -> None:
    code = USED.format(names=NAMES, file=file, function=function, event=event, heavy=HEAVY)

    assert probe(code) == allowed


@pytest.mark.parametrize(
    ("piece", "allowed"),
    [
        ("groups", ["boto3", "botocore", "urllib3"]),
        ("uploads", ["boto3", "botocore", "urllib3"]),
        ("views", ["boto3", "botocore", "urllib3"]),
        ("notifications", ["boto3", "botocore", "urllib3"]),
        ("tokens", []),
        ("search", ["boto3", "botocore", "opensearchpy", "requests", "urllib3"]),
    ],
)
def test_each_piece_brings_its_own_library_alone(piece: str, allowed: list[str]) -> None:
    code = f"""
import json, os, sys
for name in {NAMES!r}:
    os.environ[name] = "x"
os.environ["AWS_REGION"] = "us-east-1"
os.environ["WEBSOCKET_ENDPOINT"] = "ws://127.0.0.1:9"
os.environ["SEARCH_ENDPOINT"] = "http://127.0.0.1:9/prefix"
os.environ["AWS_ACCESS_KEY_ID"] = os.environ["AWS_SECRET_ACCESS_KEY"] = "x"
from serverless_app.wiring import the_app
the_app().{piece}
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""
    assert probe(code) == allowed
