"""Execution environments: cold and warm, how many, how they end."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from pathlib import Path

import psutil
import pytest

from serverless_app.local.functions import Limits, TooManyRequests, environment
from serverless_app.local.functions.environment import ExecutionEnvironment
from serverless_app.local.functions.runtime_api import RuntimeConnection
from tests.local.functions.house import WAITING, Gate, House, open_house

pytestmark = pytest.mark.anyio

NEEDS_SIGNALS = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
ROOT = Path(__file__).parents[3]
COUNTER = """
import os
count = 0
def handler(event, context):
    global count
    count += 1
    return [os.getpid(), count]
"""


async def test_module_state_stays_while_an_environment_is_warm(house: House) -> None:
    house.create(COUNTER)
    first, second = await house.invoke(), await house.invoke()
    assert (first.cold, second.cold) == (True, False)
    assert first.init_ms is not None
    assert second.init_ms is None
    (pid, count), (same_pid, next_count) = json.loads(first.payload), json.loads(second.payload)
    assert (same_pid, count, next_count) == (pid, 1, 2)


async def test_an_environment_works_on_one_invocation_at_a_time(house: House, gate: Gate) -> None:
    house.create(WAITING, Timeout=30)
    both = [asyncio.create_task(house.answer(gate.port)) for _ in range(2)]
    await gate.arrived(2)
    assert [view.state for view in house.functions.environments()] == ["busy", "busy"]
    gate.open()
    first, second = await asyncio.gather(*both)
    assert first != second
    assert [view.state for view in house.functions.environments()] == ["idle", "idle"]


async def test_the_most_recently_used_environment_is_used_next(house: House, gate: Gate) -> None:
    house.create(WAITING, Timeout=30)
    both = [asyncio.create_task(house.answer(gate.port)) for _ in range(2)]
    await gate.arrived(2)
    gate.open()
    await asyncio.gather(*both)
    last = await house.answer(gate.port)
    assert [await house.answer(gate.port) for _ in range(3)] == [last] * 3
    used = {view.pid: view.invocations for view in house.functions.environments()}
    assert sorted(used.values()) == [1, 5]
    assert used[last] == 5


async def test_reserved_concurrency_throttles(house: House, gate: Gate) -> None:
    house.create(WAITING, Timeout=30)
    house.control_plane.client("lambda").put_function_concurrency(
        FunctionName="greet", ReservedConcurrentExecutions=1
    )
    running = asyncio.create_task(house.answer(gate.port))
    await gate.arrived()
    with pytest.raises(TooManyRequests) as refused:
        await house.invoke(gate.port)
    assert refused.value.more == {"Reason": "ReservedFunctionConcurrentInvocationLimitExceeded"}
    gate.open()
    await running
    assert await house.answer(gate.port)


async def test_the_accounts_concurrency_is_shared_by_all_functions(gate: Gate) -> None:
    async with open_house(limits=Limits(concurrency=1)) as house:
        house.create(WAITING, Timeout=30)
        house.create("def handler(event, context): return 1", FunctionName="other")
        running = asyncio.create_task(house.answer(gate.port))
        await gate.arrived()
        with pytest.raises(TooManyRequests) as refused:
            await house.invoke(name="other")
        assert refused.value.message == "Rate Exceeded."
        assert refused.value.more == {"Reason": "ConcurrentInvocationLimitExceeded"}
        gate.open()
        await running


async def test_reserved_concurrency_is_taken_from_the_accounts(gate: Gate) -> None:
    async with open_house(limits=Limits(concurrency=2)) as house:
        house.create("def handler(event, context): return 1", FunctionName="kept")
        house.control_plane.client("lambda").put_function_concurrency(
            FunctionName="kept", ReservedConcurrentExecutions=1
        )
        house.create(WAITING, Timeout=30)
        running = asyncio.create_task(house.answer(gate.port))
        await gate.arrived()
        with pytest.raises(TooManyRequests):
            await house.invoke(gate.port)
        assert await house.answer(name="kept") == 1
        gate.open()
        await running


async def test_a_timeout_ends_the_process(house: House) -> None:
    house.create("import time\ndef handler(event, context): time.sleep(60)", Timeout=1)
    invocation = await house.invoke()
    assert json.loads(invocation.payload) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {invocation.request_id} Error: "
        "Task timed out after 1.00 seconds",
    }
    assert house.functions.environments() == []
    assert psutil.Process().children() == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("os._exit(3)", "Runtime exited with error: exit status 3"),
        ("sys.exit(4)", "Runtime exited with error: exit status 4"),
        ("sys.exit()", "Runtime exited without providing a reason"),
        pytest.param(
            "os.kill(os.getpid(), 9)",
            "Runtime exited with error: signal: killed",
            marks=NEEDS_SIGNALS,
        ),
        pytest.param(
            "os.kill(os.getpid(), 11)",
            "Runtime exited with error: signal: segmentation fault",
            marks=NEEDS_SIGNALS,
        ),
    ],
)
async def test_a_crash_is_reported_and_its_environment_replaced(
    house: House, code: str, reason: str
) -> None:
    house.create(
        f"import os, sys\ndef handler(event, context):\n    if event: {code}\n    return 1"
    )
    invocation = await house.invoke("crash")
    assert json.loads(invocation.payload) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {invocation.request_id} Error: {reason}",
    }
    assert house.functions.environments() == []
    again = await house.invoke()
    assert (again.payload, again.cold) == (b"1", True)


async def test_a_process_that_ends_during_its_import_is_a_crash(house: House) -> None:
    house.create("import os\nos._exit(5)")
    error = await house.error()
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith("Error: Runtime exited with error: exit status 5")


async def test_a_function_over_its_memory_is_killed(house: House) -> None:
    source = "import time\ndef handler(e, c):\n    x = bytearray(200_000_000)\n    return len(x)"
    house.create(source, MemorySize=128)
    invocation = await house.invoke()
    assert json.loads(invocation.payload) == {
        "errorType": "Runtime.OutOfMemory",
        "errorMessage": f"RequestId: {invocation.request_id} Error: "
        "Runtime exited with error: signal: killed",
    }
    house.control_plane.client("lambda").update_function_configuration(
        FunctionName="greet", MemorySize=512
    )
    assert await house.answer() == 200_000_000


async def test_an_init_phase_that_takes_too_long_runs_again_under_the_functions_timeout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = tmp_path / "ready"
    source = f"""
import os, pathlib, time
while not pathlib.Path({str(ready)!r}).exists():
    time.sleep(0.01)
def handler(event, context):
    return os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
"""
    ended: asyncio.Queue[str] = asyncio.Queue()
    end = ExecutionEnvironment.end

    def watched_end(environment: ExecutionEnvironment) -> None:
        ended.put_nowait(environment.log_stream)
        end(environment)

    monkeypatch.setattr(ExecutionEnvironment, "end", watched_end)
    async with open_house(limits=Limits(init_seconds=0.3)) as house:
        house.create(source, Timeout=30)
        answer = asyncio.create_task(house.answer())
        first = await ended.get()
        await asyncio.to_thread(ready.touch)
        assert await answer != first


async def test_a_process_that_connects_when_its_time_is_over_is_sent_away(house: House) -> None:
    house.create("def handler(event, context): return 1")
    await house.answer()
    (gone,) = house.functions._pool.all()
    gone.end()
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as server:
        late = socket.create_connection(server.getsockname(), timeout=30)
        ours, _ = server.accept()
    with late:
        await loop.connect_accepted_socket(lambda: RuntimeConnection(gone), ours)
        assert await asyncio.to_thread(late.recv, 1) == b""


async def test_an_environment_that_ends_before_its_process_starts_none(house: House) -> None:
    house.create("def handler(event, context): return 1")
    answer = asyncio.create_task(house.error())
    await asyncio.sleep(0)
    (early,) = house.functions._pool.all()
    assert (early.state, early.pid) == ("starting", 0)
    early.kill()
    assert (await answer)["errorType"] == "Runtime.ExitError"
    assert psutil.Process().children() == []


@NEEDS_SIGNALS
async def test_a_process_inherits_its_connection_and_keeps_it_to_itself(house: House) -> None:
    house.create(
        "import os\n"
        "def handler(event, context):\n"
        "    mine = [n for n in map(int, os.listdir('/dev/fd')) if n > 2 and is_open(n)]\n"
        "    return [os.getpid(), len(mine), any(map(os.get_inheritable, mine))]\n"
        "def is_open(number):\n"
        "    try:\n"
        "        return bool(os.fstat(number))\n"
        "    except OSError:\n"
        "        return False\n"
    )
    pid, files, inheritable = await house.answer()
    assert psutil.Process(pid).net_connections("tcp") == []
    assert (files, inheritable) == (1, False)


async def test_a_process_that_can_inherit_none_makes_its_connection(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "connected_pair", lambda: (None, None))
    house.create("import os\ndef handler(event, context): return os.getpid()")
    pid = await house.answer()
    (connection,) = psutil.Process(pid).net_connections("tcp")
    assert connection.status == psutil.CONN_ESTABLISHED


async def test_an_init_phase_that_never_ends_is_a_timeout() -> None:
    async with open_house(limits=Limits(init_seconds=0.1)) as house:
        house.create("import time\ntime.sleep(60)", Timeout=1)
        error = await house.error()
        assert error["errorType"] == "Sandbox.Timedout"


async def test_idle_environments_are_ended_after_a_while() -> None:
    async with open_house(limits=Limits(idle_seconds=100)) as house:
        house.create("def handler(event, context): return 1")
        await house.answer()
        (view,) = house.functions.environments()
        house.clock.advance(99)
        await house.answer()
        assert [again.pid for again in house.functions.environments()] == [view.pid]
        process = psutil.Process(view.pid)
        house.clock.advance(126)
        await asyncio.to_thread(process.wait, 5)
        assert house.functions.environments() == []


async def test_a_new_configuration_needs_a_new_environment(house: House) -> None:
    house.create("import os\ndef handler(event, context): return os.environ.get('WORD')")
    assert await house.answer() is None
    house.control_plane.client("lambda").update_function_configuration(
        FunctionName="greet", Environment={"Variables": {"WORD": "new"}}
    )
    assert await house.answer() == "new"
    assert len(house.functions.environments()) == 1


async def test_an_edit_of_the_source_shows_at_the_next_invocation(
    house: House, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text("import words\ndef handler(e, c): return words.HELLO")
    (tmp_path / "words.py").write_text("HELLO = 'one'")
    house.create_from(tmp_path)
    assert await house.answer() == "one"
    (tmp_path / "words.py").write_text("HELLO = 'two'")
    invocation = await house.invoke()
    assert (json.loads(invocation.payload), invocation.cold) == ("two", True)
    assert (await house.invoke()).cold is False


async def test_a_file_imported_during_an_invocation_is_watched_too(
    house: House, tmp_path: Path
) -> None:
    source = "def handler(event, context):\n    import words\n    return words.HELLO"
    (tmp_path / "app.py").write_text(source)
    (tmp_path / "words.py").write_text("HELLO = 'one'")
    house.create_from(tmp_path)
    assert await house.answer() == "one"
    (tmp_path / "words.py").write_text("HELLO = 'two'")
    assert await house.answer() == "two"


async def test_what_nobody_edits_is_not_watched(house: House, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import os\ndef handler(event, context): return os.getpid()")
    (tmp_path / "notes.py").write_text("not imported")
    house.create_from(tmp_path)
    pid = await house.answer()
    (tmp_path / "notes.py").write_text("still not imported")
    assert await house.answer() == pid


async def test_an_environment_that_died_while_idle_is_not_used(house: House) -> None:
    house.create(COUNTER)
    pid, _ = await house.answer()
    process = psutil.Process(pid)
    process.kill()
    process.wait(5)  # without the event loop, which cannot have heard of it yet
    again, count = await house.answer()
    assert (again != pid, count) == (True, 1)


async def test_a_caller_who_goes_away_leaves_the_function_at_work(house: House, gate: Gate) -> None:
    house.create(WAITING, Timeout=30)
    caller = asyncio.create_task(house.answer(gate.port))
    await gate.arrived()
    caller.cancel()
    await asyncio.wait([caller])
    (busy,) = house.functions.environments()
    assert busy.state == "busy"
    gate.open()
    await house.functions.drain()
    assert await house.answer(gate.port) == busy.pid


async def test_reset_keeps_environments_that_are_still_true(house: House) -> None:
    house.create(COUNTER)
    house.create(COUNTER, FunctionName="gone")
    (pid, _), _ = await house.answer(), await house.answer(name="gone")
    house.control_plane.client("lambda").delete_function(FunctionName="gone")
    await house.functions.reset()
    assert [view.pid for view in house.functions.environments()] == [pid]
    assert await house.answer() == [pid, 2]


async def test_stop_ends_every_process_and_tells_who_waits(gate: Gate) -> None:
    async with open_house() as house:
        house.create(WAITING, Timeout=30)
        running = asyncio.create_task(house.error(gate.port))
        await gate.arrived()
        await house.functions.stop()
        assert psutil.Process().children() == []
        assert (await running)["errorType"] == "Runtime.ExitError"


ORPHAN = """
import asyncio
from tests.local.functions.house import open_house
async def main():
    async with open_house() as house:
        house.create("import os\\ndef handler(event, context): return os.getpid()")
        print(await house.answer(), flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_functions_end_when_their_laptop_cloud_is_killed() -> None:
    cloud = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ORPHAN, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert cloud.stdout
    function = psutil.Process(int(await cloud.stdout.readline()))
    cloud.kill()
    await cloud.wait()
    await asyncio.to_thread(function.wait, 5)
    assert not function.is_running()
