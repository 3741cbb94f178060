"""Asynchronous invocation: retries, ages, dead letters and destinations."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from serverless_app.local.functions import RequestTooLarge
from tests.local.functions.house import WAITING, Gate, House, open_house

pytestmark = pytest.mark.anyio

FAIL = "def handler(event, context): raise RuntimeError('broken')"
ANSWER = "def handler(event, context): return {'got': event}"
# Fails twice, then works: what it did stands in a file.
THIRD_TIME_LUCKY = """
import pathlib
def handler(event, context):
    with open(event, "a") as file:
        file.write(context.aws_request_id + "\\n")
    tries = pathlib.Path(event).read_text().splitlines()
    if len(tries) < 3:
        raise RuntimeError("not yet")
"""


def configure(house: House, **settings: Any) -> None:
    """The function's EventInvokeConfig."""
    client = house.control_plane.client("lambda")
    client.put_function_event_invoke_config(FunctionName="greet", **settings)


def attempts(house: House) -> list[tuple[int, str]]:
    """The tries that the trace shows."""
    hops = house.trace.hops()
    return [(h.attempt, h.outcome) for h in hops if h.operation == "Invoke" and h.kind == "event"]


def accept(house: House, event: Any = None, **more: Any) -> str:
    """Put an event into the queue."""
    return house.functions.accept("greet", json.dumps(event).encode(), source="test", **more)


async def test_an_event_that_fails_is_tried_twice_more_under_the_same_request_id(
    house: House, tmp_path: Path
) -> None:
    house.create(THIRD_TIME_LUCKY)
    request_id = accept(house, str(tmp_path / "tries"))
    await house.functions.drain()
    assert (tmp_path / "tries").read_text().splitlines() == [request_id] * 3
    assert attempts(house) == [(1, "error"), (2, "error"), (3, "ok")]


async def test_all_tries_belong_to_the_trace_that_accepted_it(house: House) -> None:
    house.create(FAIL)
    root = "1-00000000-dddddddddddddddddddddddd"
    accept(house, trace_id=root)
    await house.functions.drain()
    assert [hop.operation for hop in house.trace.hops(root)] == ["Invoke"] * 3


async def test_the_waits_between_tries_are_on_the_clock_that_lessons_move() -> None:
    async with open_house(retry_waits=(60.0, 120.0)) as house:
        house.create(FAIL)
        failed: asyncio.Queue[int] = asyncio.Queue()
        house.trace.listen(
            lambda hop: failed.put_nowait(hop.attempt) if hop.outcome == "error" else None
        )
        accept(house)
        assert await failed.get() == 1
        await asyncio.sleep(0)
        (event,) = house.functions.pending()
        assert (event.function, event.attempt, event.source) == ("greet", 2, "test")
        house.clock.advance(60)
        assert await failed.get() == 2
        await asyncio.sleep(0)
        house.clock.advance(120)
        assert await failed.get() == 3
        await house.functions.drain()
        assert house.functions.pending() == []


@pytest.mark.parametrize(("retries", "tries"), [(0, 1), (1, 2), (2, 3)])
async def test_maximum_retry_attempts_is_kept(house: House, retries: int, tries: int) -> None:
    house.create(FAIL)
    configure(house, MaximumRetryAttempts=retries)
    accept(house)
    await house.functions.drain()
    assert len(attempts(house)) == tries


async def test_an_event_that_grew_too_old_goes_to_the_failure_destination() -> None:
    async with open_house(retry_waits=(3_600.0, 3_600.0)) as house:
        house.create(FAIL)
        destination = {"OnFailure": {"Destination": house.queue("failures")}}
        configure(house, MaximumEventAgeInSeconds=600, DestinationConfig=destination)
        failed = asyncio.Event()
        house.trace.listen(lambda hop: failed.set() if hop.outcome == "error" else None)
        accept(house)
        await failed.wait()
        await asyncio.sleep(0)
        house.clock.advance(3_600)
        await house.functions.drain()
        (message,) = house.messages("failures")
        context = json.loads(message["Body"])["requestContext"]
        assert (context["condition"], context["approximateInvokeCount"]) == ("EventAgeExceeded", 1)
        assert len(attempts(house)) == 1


async def test_a_failed_event_becomes_a_dead_letter(house: House) -> None:
    house.create(FAIL)
    house.control_plane.backend("lambda").get_function("greet").dead_letter_config = {
        "TargetArn": house.queue("dead")
    }
    request_id = accept(house, {"a": 1})
    await house.functions.drain()
    (letter,) = house.messages("dead")
    assert letter["Body"] == '{"a": 1}'
    attributes = letter["MessageAttributes"]
    assert {name: value["StringValue"] for name, value in attributes.items()} == {
        "RequestID": request_id,
        "ErrorCode": "200",
        "ErrorMessage": "broken",
    }


async def test_a_failure_destination_gets_the_invocation_record(house: House) -> None:
    arn = house.create(FAIL)
    configure(house, DestinationConfig={"OnFailure": {"Destination": house.queue("failures")}})
    request_id = accept(house, {"a": 1})
    await house.functions.drain()
    (message,) = house.messages("failures")
    record = json.loads(message["Body"])
    timestamp, answer = record.pop("timestamp"), record.pop("responsePayload")
    assert record == {
        "version": "1.0",
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{arn}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"a": 1},
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
    }
    assert (answer["errorMessage"], answer["errorType"]) == ("broken", "RuntimeError")
    assert timestamp.endswith("Z")


async def test_a_success_destination_gets_the_answer(house: House) -> None:
    house.create(ANSWER)
    configure(house, DestinationConfig={"OnSuccess": {"Destination": house.queue("done")}})
    accept(house, 1)
    await house.functions.drain()
    (message,) = house.messages("done")
    record = json.loads(message["Body"])
    assert record["requestContext"]["condition"] == "Success"
    assert record["responsePayload"] == {"got": 1}
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}


async def test_another_function_may_be_the_destination(house: House) -> None:
    house.create(ANSWER)
    next_arn = house.create("def handler(event, context): print(event)", FunctionName="next")
    configure(house, DestinationConfig={"OnSuccess": {"Destination": next_arn}})
    accept(house, 1, trace_id="1-00000000-eeeeeeeeeeeeeeeeeeeeeeee")
    await house.functions.drain()
    hops = [hop for hop in house.trace.hops() if hop.operation == "Invoke"]
    assert [(hop.source, hop.target) for hop in hops] == [("test", "greet"), ("greet", "next")]
    assert hops[0].trace_id == hops[1].trace_id
    assert json.loads(hops[1].request)["responsePayload"] == {"got": 1}


async def test_a_topic_may_be_the_destination(house: House) -> None:
    house.create(ANSWER)
    sns = house.control_plane.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    queue = house.queue("readers")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    configure(house, DestinationConfig={"OnSuccess": {"Destination": topic}})
    accept(house, 1)
    await house.functions.drain()
    (message,) = house.messages("readers")
    record = json.loads(json.loads(message["Body"])["Message"])
    assert record["responsePayload"] == {"got": 1}


async def test_an_event_bus_may_be_the_destination(house: House) -> None:
    house.create(FAIL)
    events, queue = house.control_plane.client("events"), house.queue("seen")
    events.put_rule(Name="all", EventPattern=json.dumps({"source": ["lambda"]}))
    events.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": queue}])
    bus = "arn:aws:events:us-east-1:123456789012:event-bus/default"
    configure(house, DestinationConfig={"OnFailure": {"Destination": bus}})
    accept(house, 1)
    await house.functions.drain()
    (message,) = house.messages("seen")
    event = json.loads(message["Body"])
    assert event["detail-type"] == "Lambda Function Invocation Result - Failure"
    assert event["detail"]["requestContext"]["condition"] == "RetriesExhausted"


async def test_a_bucket_may_be_the_failure_destination(house: House) -> None:
    house.create(FAIL)
    s3 = house.control_plane.client("s3")
    s3.create_bucket(Bucket="failures")
    configure(house, DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::failures"}})
    accept(house, 1)
    await house.functions.drain()
    (entry,) = s3.list_objects_v2(Bucket="failures")["Contents"]
    assert entry["Key"].startswith("aws/lambda/async/greet/20")


async def test_a_destination_that_is_gone_shows_in_the_trace(house: House) -> None:
    house.create(ANSWER)
    arn = "arn:aws:sqs:us-east-1:123456789012:nowhere"
    configure(house, DestinationConfig={"OnSuccess": {"Destination": arn}})
    accept(house, 1)
    await house.functions.drain()
    (hop,) = [hop for hop in house.trace.hops() if hop.operation == "Send"]
    assert (hop.source, hop.target, hop.outcome) == ("greet", arn, "error")
    assert "NonExistentQueue" in hop.answer


async def test_a_throttled_event_waits_for_its_turn(house: House, gate: Gate) -> None:
    house.create(WAITING, Timeout=30)
    house.control_plane.client("lambda").put_function_concurrency(
        FunctionName="greet", ReservedConcurrentExecutions=1
    )
    throttled = asyncio.Event()
    house.trace.listen(lambda hop: throttled.set() if hop.outcome == "refused" else None)
    accept(house, gate.port)
    accept(house, gate.port)
    await throttled.wait()
    gate.open()
    await house.functions.drain()
    assert sorted(outcome for _, outcome in attempts(house)) == ["ok", "ok", "refused"]


async def test_a_function_that_may_not_run_at_all_gives_up_its_events(house: House) -> None:
    house.create(ANSWER)
    house.control_plane.client("lambda").put_function_concurrency(
        FunctionName="greet", ReservedConcurrentExecutions=0
    )
    configure(house, DestinationConfig={"OnFailure": {"Destination": house.queue("failures")}})
    accept(house, 1)
    await house.functions.drain()
    (message,) = house.messages("failures")
    condition = json.loads(message["Body"])["requestContext"]["condition"]
    assert condition == "ZeroReservedConcurrency"


async def test_a_crash_of_the_function_loses_no_event(house: House, tmp_path: Path) -> None:
    source = THIRD_TIME_LUCKY.replace('raise RuntimeError("not yet")', "import os; os._exit(1)")
    house.create(source)
    accept(house, str(tmp_path / "tries"))
    await house.functions.drain()
    assert attempts(house) == [(1, "error"), (2, "error"), (3, "ok")]


async def test_an_event_over_one_megabyte_is_refused(house: House) -> None:
    house.create(ANSWER)
    with pytest.raises(RequestTooLarge) as refused:
        accept(house, "x" * 1_048_576)
    assert refused.value.message == (
        "1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)"
    )
    assert house.functions.pending() == []


async def test_reset_forgets_queued_events() -> None:
    async with open_house(retry_waits=(60.0, 120.0)) as house:
        house.create(FAIL)
        failed = asyncio.Event()
        house.trace.listen(lambda hop: failed.set() if hop.outcome == "error" else None)
        accept(house)
        await failed.wait()
        await house.functions.reset()
        assert house.functions.pending() == []
        await house.functions.drain()
