"""Hops of calls, and faults that were asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import ConnectionLost, ControlPlane
from serverless_app.local.faults import Faults
from serverless_app.local.http.messages import Request
from serverless_app.local.trace import Trace

ROOT = "1-6b05f0a2-0123456789abcdef01234567"
Refused = Callable[..., tuple[int, str, str]]
ITEM = {"g": {"S": "1"}, "k": {"S": "1"}}


def test_a_function_s_call_is_a_hop_from_the_function(
    plane: ControlPlane, trace: Trace, role: Callable[..., str], images: str
) -> None:
    trace.clear()
    client = plane.client("dynamodb", role_arn=role(), session_name="udagram-dev-createImage")
    client.put_item(TableName=images, Item=ITEM)
    (hop,) = trace.hops()
    assert (hop.source, hop.target, hop.operation) == (
        "udagram-dev-createImage",
        "dynamodb",
        "PutItem",
    )
    assert (hop.outcome, hop.detail) == ("ok", {"resource": "images", "status": 200})
    assert '"TableName": "images"' in hop.request
    assert hop.duration_ms is not None


def test_a_denied_call_is_a_refused_hop(
    plane: ControlPlane, trace: Trace, role: Callable[..., str], images: str, refused: Refused
) -> None:
    client = plane.client("dynamodb", role_arn=role(), session_name="f")
    plane.enforce_permissions()
    refused(client.put_item, TableName=images, Item=ITEM)
    hop = trace.hops()[-1]
    assert hop.outcome == "refused"
    assert "AccessDeniedException" in hop.answer


def test_a_failed_call_is_an_error(
    plane: ControlPlane, trace: Trace, role: Callable[..., str], refused: Refused
) -> None:
    client = plane.client("dynamodb", role_arn=role(), session_name="f")
    refused(client.put_item, TableName="none", Item=ITEM)
    assert trace.hops()[-1].outcome == "error"


def test_polling_in_this_process_is_no_hop(
    plane: ControlPlane, trace: Trace, role: Callable[..., str]
) -> None:
    url = plane.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    plane.client("sqs", role_arn=role(), session_name="poller").receive_message(QueueUrl=url)
    assert trace.hops() == []


@pytest.mark.parametrize(
    ("agent", "source"), [("Mozilla/5.0 (X11)", "browser"), ("curl/8", "client")]
)
def test_a_presigned_url_is_used_by_whoever_sends_it(
    plane: ControlPlane, trace: Trace, role: Callable[..., str], agent: str, source: str
) -> None:
    plane.client("s3").create_bucket(Bucket="pictures")
    client = plane.client("s3", role_arn=role(), session_name="createImage")
    url = client.generate_presigned_url("put_object", Params={"Bucket": "pictures", "Key": "a"})
    headers = (
        ("Host", plane.authority),
        ("User-Agent", agent),
        ("X-Amzn-Trace-Id", f"Root={ROOT}"),
    )
    target = url.removeprefix(plane.endpoint_url)
    asyncio.run(plane.handle(Request("PUT", target, headers, b"1")))
    (hop,) = trace.hops()
    assert (hop.source, hop.operation, hop.trace_id) == (source, "PutObject", ROOT)
    assert hop.detail["resource"] == "pictures"


def test_a_throttled_call_gets_the_service_s_own_error(
    plane: ControlPlane, faults: Faults, images: str, refused: Refused
) -> None:
    where = {"service": "dynamodb", "operation": "PutItem", "resource": images}
    faults.add("throttle", where=where)
    client = plane.client("dynamodb")
    client.describe_table(TableName=images)
    status, code, message = refused(client.put_item, TableName=images, Item=ITEM)
    assert (status, code) == (400, "ProvisionedThroughputExceededException")
    assert message.startswith("The level of configured provisioned throughput")
    client.put_item(TableName=images, Item=ITEM)
    assert faults.waiting() == []


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "status", "code"),
    [
        ("s3", "list_buckets", {}, 503, "SlowDown"),
        ("sqs", "list_queues", {}, 400, "RequestThrottled"),
        ("sns", "list_topics", {}, 429, "Throttled"),
        ("kinesis", "list_streams", {}, 400, "ProvisionedThroughputExceededException"),
        ("lambda", "list_functions", {}, 429, "TooManyRequestsException"),
        ("events", "list_rules", {}, 400, "ThrottlingException"),
    ],
)
def test_every_service_throttles_in_its_own_words(
    plane: ControlPlane,
    faults: Faults,
    refused: Refused,
    service: str,
    operation: str,
    parameters: dict[str, Any],
    status: int,
    code: str,
) -> None:
    faults.add("throttle", where={"service": service})
    answer = refused(getattr(plane.client(service), operation), **parameters)
    assert answer[:2] == (status, code)


def test_a_lost_service_gives_no_answer(
    plane: ControlPlane, faults: Faults, trace: Trace, role: Callable[..., str]
) -> None:
    client = plane.client("sns", role_arn=role(), session_name="f")
    faults.add("lose", where={"service": "sns", "operation": "ListTopics"})
    with pytest.raises(ConnectionLost, match="sns is out of reach"):
        client.list_topics()
    assert trace.hops()[-1].outcome == "error"
    assert client.list_topics()["Topics"] == []


def test_a_receive_that_waits_ends_when_a_message_comes(plane: ControlPlane) -> None:
    sqs = plane.client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]

    async def both() -> tuple[Any, Any]:
        waiting = asyncio.create_task(
            asyncio.to_thread(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=20)
        )
        sending = asyncio.to_thread(sqs.send_message, QueueUrl=url, MessageBody="1")
        return await asyncio.gather(waiting, sending)

    received, _ = asyncio.run(asyncio.wait_for(both(), 10))
    assert [message["Body"] for message in received["Messages"]] == ["1"]


def test_receives_that_wait_leave_the_other_threads_free(plane: ControlPlane) -> None:
    """As many wait as there are threads for calls, and a call is answered all the same."""
    sqs = plane.client("sqs")
    url = sqs.create_queue(QueueName="q", Attributes={"ReceiveMessageWaitTimeSeconds": "20"})[
        "QueueUrl"
    ]

    def request(operation: str, **parameters: Any) -> Request:
        import json

        headers = (
            ("X-Amz-Target", f"AmazonSQS.{operation}"),
            ("Content-Type", "application/x-amz-json-1.0"),
        )
        return Request("POST", "/", headers, json.dumps(parameters | {"QueueUrl": url}).encode())

    async def all_of_them() -> list[Any]:
        waiting = [asyncio.create_task(plane.handle(request("ReceiveMessage"))) for _ in range(6)]
        for number in range(6):
            await plane.handle(request("SendMessage", MessageBody=str(number)))
        return await asyncio.gather(*waiting)

    responses = asyncio.run(asyncio.wait_for(all_of_them(), 10))
    assert all(b'"Messages": [{' in response.body for response in responses)


def test_a_receive_without_waiting_answers_at_once(plane: ControlPlane, clock: Clock) -> None:
    sqs = plane.client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
