"""The same handlers under AWS's own runtime interface client (Linux only)."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator

import pytest

from tests.local.functions.house import House, open_house
from tests.local.functions.test_invocations import CONTEXT

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="awslambdaric has Linux wheels only"),
]


@pytest.fixture(params=["own", "awslambdaric"])
async def either(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[House]:
    """One house a runtime client."""
    async with open_house(runtime=request.param) as house:
        yield house


async def test_both_answer(either: House) -> None:
    either.create("def handler(event, context): return event")
    assert await either.answer({"a": [1, 2.5, None, "é"]}) == {"a": [1, 2.5, None, "é"]}


async def test_both_stay_warm(either: House) -> None:
    either.create("import os\ndef handler(event, context): return os.getpid()")
    assert await either.answer() == await either.answer()


async def test_both_fill_the_context(either: House) -> None:
    arn = either.create(CONTEXT)
    context = await either.answer()
    assert context["invoked_function_arn"] == arn
    assert context["identity"] == [None, None]
    assert context["client_context"] is None
    assert 0 < context["remaining"] <= 30_000


async def test_both_report_an_exception_alike(either: House) -> None:
    either.create("def handler(event, context):\n    raise ValueError('no')\n")
    error = await either.error()
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no")
    (frame,) = error["stackTrace"]
    assert frame.endswith("app.py\", line 2, in handler\n    raise ValueError('no')\n")


async def test_both_report_a_missing_module_alike(either: House) -> None:
    either.create("import nowhere")
    error = await either.error()
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert error["errorMessage"] == "Unable to import module 'app': No module named 'nowhere'"
    assert error["stackTrace"] == []


async def test_both_refuse_an_answer_that_is_no_json_alike(either: House) -> None:
    either.create("def handler(event, context): return {1}")
    error = await either.error()
    assert error["errorType"] == "Runtime.MarshalError"
    assert error["errorMessage"] == (
        "Unable to marshal response: Object of type set is not JSON serializable"
    )


async def test_both_log_alike(either: House) -> None:
    either.create(
        "import logging\n"
        "def handler(event, context):\n"
        "    print('printed')\n"
        "    logging.getLogger().error('logged')\n"
    )
    invocation = await either.invoke()
    lines = invocation.log_tail.splitlines()
    assert lines[1] == "printed"
    level, _, request_id, text = lines[2].split("\t")
    assert (level, request_id, text) == ("[ERROR]", invocation.request_id, "logged")


async def test_both_take_six_megabytes(either: House) -> None:
    either.create("def handler(event, context): return event")
    payload = json.dumps("x" * 6_000_000).encode()
    invocation = await either.functions.invoke("greet", payload, source="test")
    assert invocation.payload == payload
