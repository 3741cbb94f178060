"""The Invoke API, as boto3 sees it."""

from __future__ import annotations

import base64
import json

import pytest
from botocore.exceptions import ClientError

from tests.local.functions.house import House, decoded

pytestmark = pytest.mark.anyio

ECHO = "def handler(event, context): return event"


async def test_a_synchronous_invocation_answers_200_with_the_payload(house: House) -> None:
    house.create(ECHO)
    answer = await house.boto3("invoke", FunctionName="greet", Payload=b'{"a": 1}')
    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert answer["Payload"].read() == b'{"a": 1}'
    assert "FunctionError" not in answer
    assert "LogResult" not in answer


async def test_an_invocation_without_a_payload_has_an_empty_event(house: House) -> None:
    house.create(ECHO)
    answer = await house.boto3("invoke", FunctionName="greet")
    assert answer["Payload"].read() == b"{}"


async def test_a_failed_function_answers_200_with_a_function_error(house: House) -> None:
    house.create("def handler(event, context): raise RuntimeError('broken')")
    answer = await house.boto3("invoke", FunctionName="greet")
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert json.loads(answer["Payload"].read())["errorMessage"] == "broken"


async def test_log_type_tail_brings_the_log(house: House) -> None:
    house.create("def handler(event, context): print('working')")
    answer = await house.boto3("invoke", FunctionName="greet", LogType="Tail")
    request_id = answer["ResponseMetadata"]["RequestId"]
    log = decoded(answer["LogResult"]).splitlines()
    assert log[:3] == [
        f"START RequestId: {request_id} Version: $LATEST",
        "working",
        f"END RequestId: {request_id}",
    ]
    assert log[3].startswith(f"REPORT RequestId: {request_id}\tDuration: ")


async def test_an_event_is_accepted_with_202_and_runs_later(house: House) -> None:
    arn = house.create("def handler(event, context): print(event['word'])")
    answer = await house.boto3(
        "invoke", FunctionName=arn, InvocationType="Event", Payload=b'{"word": "later"}'
    )
    assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
    await house.functions.drain()
    assert "later\n" in house.logged()


async def test_a_dry_run_answers_204_and_runs_nothing(house: House) -> None:
    house.create(ECHO)
    answer = await house.boto3("invoke", FunctionName="greet", InvocationType="DryRun")
    assert answer["StatusCode"] == 204
    assert house.functions.environments() == []


async def test_a_qualifier_chooses_the_version(house: House) -> None:
    house.create("def handler(event, context): return context.invoked_function_arn")
    house.control_plane.client("lambda").publish_version(FunctionName="greet")
    answer = await house.boto3("invoke", FunctionName="greet", Qualifier="1")
    assert answer["ExecutedVersion"] == "1"
    arn = "arn:aws:lambda:us-east-1:123456789012:function:greet:1"
    assert json.loads(answer["Payload"].read()) == arn


async def test_the_client_context_reaches_the_function(house: House) -> None:
    house.create(
        "def handler(event, context):\n"
        "    given = context.client_context\n"
        "    return [given.custom, given.env, given.client.app_title]\n"
    )
    context = {"custom": {"é": 1}, "env": {"b": 2}, "client": {"app_title": "Shop"}}
    encoded = base64.b64encode(json.dumps(context).encode()).decode()
    answer = await house.boto3("invoke", FunctionName="greet", ClientContext=encoded)
    assert json.loads(answer["Payload"].read()) == [{"é": 1}, {"b": 2}, "Shop"]


@pytest.mark.parametrize(
    ("parameters", "status", "code", "message"),
    [
        (
            {"FunctionName": "nobody"},
            404,
            "ResourceNotFoundException",
            "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody",
        ),
        (
            {"Qualifier": "7"},
            404,
            "ResourceNotFoundException",
            "Function not found: arn:aws:lambda:us-east-1:123456789012:function:greet:7",
        ),
        (
            {"Payload": b"{oops"},
            400,
            "InvalidRequestContentException",
            "Could not parse request body into json: Expecting property name enclosed in double "
            "quotes: line 1 column 2 (char 1)",
        ),
        (
            {"ClientContext": "no base64!"},
            400,
            "InvalidRequestContentException",
            "Client context must be a valid Base64-encoded JSON object.",
        ),
        (
            {"Payload": b'"' + b"x" * 1_048_575 + b'"', "InvocationType": "Event"},
            413,
            "RequestTooLargeException",
            "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
        ),
        (
            {"Payload": b'"' + b"x" * 6_291_455 + b'"'},
            413,
            "RequestTooLargeException",
            "6291457 byte payload is too large for the RequestResponse invocation type "
            "(limit 6291456 bytes)",
        ),
    ],
)
async def test_a_refusal_is_the_error_that_boto3_knows(
    house: House, parameters: dict[str, object], status: int, code: str, message: str
) -> None:
    house.create(ECHO)
    with pytest.raises(ClientError) as refused:
        await house.boto3("invoke", **{"FunctionName": "greet", **parameters})
    answer = refused.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    assert (answer["Error"]["Code"], answer["Error"]["Message"]) == (code, message)
    assert house.functions.environments() == []


async def test_a_throttled_invocation_answers_429_with_its_reason(house: House) -> None:
    house.create(ECHO)
    client = house.client("lambda")
    client_put = house.control_plane.client("lambda").put_function_concurrency
    client_put(FunctionName="greet", ReservedConcurrentExecutions=0)
    with pytest.raises(client.exceptions.TooManyRequestsException) as refused:
        await house.boto3("invoke", FunctionName="greet")
    answer = refused.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert answer["Error"]["Message"] == "Rate Exceeded."
    assert answer["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
