"""Permissions of deliveries: the function's role reads, the function's policy lets in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.local.event_sources.house import House, body, key, live_in
from tests.local.event_sources.test_s3_events import bucket, keys, to_function


def allow(house: House, function: str, resource: str, *actions: str) -> None:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    house.client("iam").put_role_policy(
        RoleName=f"{function}-role",
        PolicyName="read",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


READ = (
    "dynamodb:DescribeStream",
    "dynamodb:GetShardIterator",
    "dynamodb:GetRecords",
)


def test_a_role_that_may_not_read_the_stream_gets_nothing_and_the_trace_says_so(
    tmp_path: Path,
) -> None:
    async def story(house: House) -> None:
        house.map(house.table(), house.function("index"))
        house.plane.enforce_permissions()
        house.put("a")
        await house.drained()
        assert house.events("index") == []
        refused = [h for h in house.trace.hops() if h.operation == "EventSourceMapping"]
        assert [(h.source, h.target, h.outcome) for h in refused] == [
            ("images", "index", "refused")
        ]
        assert "AccessDeniedException" in refused[0].answer

    live_in(tmp_path, story)


def test_a_role_that_may_read_the_stream_gets_its_records(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.table()
        function = house.function("index")
        allow(house, "index", arn, *READ)
        house.plane.enforce_permissions()
        house.map(arn, function)
        house.put("a")
        await house.drained()
        assert house.batches("index", key) == [["a"]]

    live_in(tmp_path, story)


def test_a_role_that_is_given_the_permission_goes_on_at_the_next_write(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.table()
        function = house.function("index")
        house.plane.enforce_permissions()
        house.map(arn, function)
        house.put("a")
        await house.drained()
        allow(house, "index", arn, *READ)
        house.put("b")
        await house.drained()
        assert [name for batch in house.batches("index", key) for name in batch] == ["a", "b"]

    live_in(tmp_path, story)


def test_the_documented_permissions_are_enough_for_a_queue(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.queue("jobs")
        function = house.function("work")
        allow(
            house, "work", arn, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"
        )
        house.plane.enforce_permissions()
        house.map(arn, function)
        house.send("jobs", "hello")
        await house.drained()
        assert house.batches("work", body) == [["hello"]]
        assert [h for h in house.trace.hops() if h.outcome == "refused"] == []

    live_in(tmp_path, story)


@pytest.mark.parametrize(("allowed", "told"), [(True, 1), (False, 0)])
def test_the_failure_queue_is_told_with_the_function_s_role(
    tmp_path: Path, allowed: bool, told: int
) -> None:
    async def story(house: House) -> None:
        arn, failures = house.table(), house.queue("failures")
        function = house.function("index", "fail")
        allow(house, "index", arn, *READ)
        if allowed:
            allow(house, "index", "*", *READ, "sqs:SendMessage")
        house.plane.enforce_permissions()
        house.map(
            arn,
            function,
            MaximumRetryAttempts=0,
            DestinationConfig={"OnFailure": {"Destination": failures}},
        )
        house.put("BAD")
        await house.drained()
        assert len(house.received("failures")) == told
        refused = {h.operation for h in house.trace.hops() if h.outcome == "refused"}
        assert refused == (set() if allowed else {"SendMessage", "EventSourceMapping"})

    live_in(tmp_path, story)


def test_s3_may_invoke_only_a_function_whose_policy_says_so(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        bucket(house, **to_function(house.function("onUpload")))
        house.plane.enforce_permissions()
        house.client("s3").put_object(Bucket="photos", Key="a", Body=b"x")
        await house.drained()
        assert house.events("onUpload") == []
        [hop] = [h for h in house.trace.hops() if h.target == "onUpload"]
        assert (hop.outcome, hop.answer.partition(":")[0]) == ("refused", "AccessDeniedException")
        house.client("lambda").add_permission(
            FunctionName="onUpload",
            StatementId="s3",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn="arn:aws:s3:::photos",
        )
        house.client("s3").put_object(Bucket="photos", Key="b", Body=b"x")
        await house.drained()
        assert keys(house, "onUpload") == ["b"]

    live_in(tmp_path, story)
