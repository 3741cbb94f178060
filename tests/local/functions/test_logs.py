"""What an invocation leaves in the log."""

from __future__ import annotations

import re

import pytest

from tests.local.functions.house import House

pytestmark = pytest.mark.anyio

START = r"START RequestId: {0} Version: \$LATEST\n"
END = r"END RequestId: {0}\n"
REPORT = (
    r"REPORT RequestId: {0}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\t"
    r"Memory Size: 128 MB\tMax Memory Used: \d+ MB\t"
)
INIT = r"Init Duration: \d+\.\d\d ms\t"


async def test_a_cold_invocation_reports_its_init_duration(house: House) -> None:
    house.create("def handler(event, context): print('working')")
    invocation = await house.invoke()
    expected = START + "working\n" + END + REPORT + INIT + r"\n"
    assert re.fullmatch(expected.format(invocation.request_id), invocation.log_tail)


async def test_a_warm_invocation_has_none(house: House) -> None:
    house.create("def handler(event, context): print('working')")
    await house.invoke()
    invocation = await house.invoke()
    expected = START + "working\n" + END + REPORT + r"\n"
    assert re.fullmatch(expected.format(invocation.request_id), invocation.log_tail)


async def test_everything_stands_in_cloudwatch_logs(house: House) -> None:
    house.create("print('at import')\ndef handler(event, context): print('working')")
    first, second = await house.invoke(), await house.invoke()
    await house.functions.drain()
    assert [event for event in house.logged() if not event.startswith("REPORT")] == [
        "INIT_START Runtime Version: python3.12\n",
        "at import\n",
        f"START RequestId: {first.request_id} Version: $LATEST\n",
        "working\n",
        f"END RequestId: {first.request_id}\n",
        f"START RequestId: {second.request_id} Version: $LATEST\n",
        "working\n",
        f"END RequestId: {second.request_id}\n",
    ]


async def test_logging_writes_lambdas_format_and_one_event_for_several_lines(house: House) -> None:
    house.create(
        "import logging\n"
        "logging.basicConfig(level='DEBUG')\n"
        "log = logging.getLogger('shop')\n"
        "def handler(event, context):\n"
        "    log.warning('two\\nlines')\n"
    )
    invocation = await house.invoke()
    await house.functions.drain()
    (event,) = [event for event in house.logged() if "lines" in event]
    time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    expected = rf"\[WARNING\]\t{time}\t{invocation.request_id}\ttwo\nlines\n"
    assert re.fullmatch(expected, event)


async def test_an_error_is_one_event_with_its_traceback(house: House) -> None:
    house.create("def handler(event, context):\n    raise ValueError('no')\n")
    await house.invoke()
    await house.functions.drain()
    (event,) = [event for event in house.logged() if event.startswith("[ERROR]")]
    first, second, *frames = event.splitlines()
    assert (first, second) == ("[ERROR] ValueError: no", "Traceback (most recent call last):")
    assert frames[-1] == "    raise ValueError('no')"


async def test_an_import_error_stands_in_the_log(house: House) -> None:
    house.create("import nowhere")
    invocation = await house.invoke()
    assert (
        "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': "
        "No module named 'nowhere'\n"
    ) in invocation.log_tail


async def test_a_timeout_stands_in_the_log_after_what_was_printed(house: House) -> None:
    house.create(
        "import time\ndef handler(event, context):\n    print('begun')\n    time.sleep(60)",
        Timeout=1,
    )
    invocation = await house.invoke()
    time = r"[\d-]+T[\d:.]+Z"
    timed_out = time + " {0} Task timed out after 1.00 seconds\n\n"
    expected = START + "begun\n" + timed_out + END + REPORT + INIT + r"Status: timeout\t\n"
    assert re.fullmatch(expected.format(invocation.request_id), invocation.log_tail)


async def test_a_crash_stands_in_the_log_with_its_reason(house: House) -> None:
    house.create("import os\ndef handler(event, context): os._exit(3)")
    invocation = await house.invoke()
    reason = "RequestId: {0} Error: Runtime exited with error: exit status 3\nRuntime.ExitError\n"
    status = r"Status: error\tError Type: Runtime.ExitError\t\n"
    expected = START + reason + END + REPORT + INIT + status
    assert re.fullmatch(expected.format(invocation.request_id), invocation.log_tail)


async def test_a_traced_function_reports_its_trace_id(house: House) -> None:
    root = "1-00000000-cccccccccccccccccccccccc"
    house.create("def handler(event, context): pass", TracingConfig={"Mode": "Active"})
    invocation = await house.invoke(trace_id=root)
    assert invocation.log_tail.endswith(f"\nXRAY TraceId: {root}\tSampled: true\t\n")


async def test_the_tail_is_the_last_four_kilobytes(house: House) -> None:
    house.create("def handler(event, context): print('é' * 5_000)")
    invocation = await house.invoke()
    size = len(invocation.log_tail.encode())
    assert 4_094 <= size <= 4_096
    assert invocation.log_tail.startswith("é")


async def test_more_output_than_a_pipe_holds_is_all_there(house: House) -> None:
    house.create("def handler(event, context):\n    for i in range(15_000): print(i)", Timeout=30)
    await house.invoke()
    await house.functions.drain()
    logs = house.control_plane.backend("logs").groups["/aws/lambda/greet"]
    (stream,) = logs.streams.values()
    numbers = [event.message for event in stream.events if event.message[:-1].isdigit()]
    assert numbers == [f"{number}\n" for number in range(15_000)]
