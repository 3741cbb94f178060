"""Once permissions are enforced, functions may do and be asked only what policies say."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from serverless_app.local.functions import AccessDenied, Permission
from tests.local.functions.house import House

pytestmark = pytest.mark.anyio

ANSWER = "def handler(event, context): return 1"
API = "arn:aws:execute-api:us-east-1:123456789012:abc123"
GATEWAY = Permission("apigateway.amazonaws.com", f"{API}/dev/GET/groups")
MAY_LOG = {
    "Effect": "Allow",
    "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": "*",
}


def permit(house: House, **more: Any) -> None:
    """The resource policy that lets API Gateway invoke."""
    house.control_plane.client("lambda").add_permission(
        FunctionName="greet",
        StatementId="gateway",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        **more,
    )


async def test_a_service_without_a_permission_may_not_invoke(house: House) -> None:
    arn = house.create(ANSWER)
    house.control_plane.enforce_permissions()
    with pytest.raises(AccessDenied) as refused:
        await house.invoke(permission=GATEWAY)
    assert refused.value.message == (
        "User: apigateway.amazonaws.com is not authorized to perform: lambda:InvokeFunction "
        f"on resource: {arn} because no resource-based policy allows the "
        "lambda:InvokeFunction action"
    )
    with pytest.raises(AccessDenied):
        house.functions.accept("greet", b"{}", source="test", permission=GATEWAY)


@pytest.mark.parametrize("source", [f"{API}/*", f"{API}/dev/GET/groups", f"{API}/*/GET/groups"])
async def test_a_permission_for_the_source_lets_it_in(house: House, source: str) -> None:
    house.create(ANSWER)
    permit(house, SourceArn=source)
    house.control_plane.enforce_permissions()
    assert await house.answer(permission=GATEWAY) == 1


async def test_a_permission_for_another_source_does_not(house: House) -> None:
    house.create(ANSWER)
    permit(house, SourceArn=f"{API}/*/POST/groups")
    house.control_plane.enforce_permissions()
    with pytest.raises(AccessDenied):
        await house.invoke(permission=GATEWAY)


async def test_a_permission_for_another_account_does_not(house: House) -> None:
    house.create(ANSWER)
    permit(house, SourceAccount="999999999999")
    house.control_plane.enforce_permissions()
    with pytest.raises(AccessDenied):
        await house.invoke(permission=GATEWAY)


async def test_before_enforcement_everybody_may_invoke(house: House) -> None:
    house.create(ANSWER)
    assert await house.answer(permission=GATEWAY) == 1


async def test_the_invoke_api_asks_the_callers_policies(house: House) -> None:
    house.create(ANSWER)
    house.create(
        "import boto3\n"
        "def handler(event, context):\n"
        "    client = boto3.client('lambda')\n"
        "    return client.invoke(FunctionName='greet')['Payload'].read().decode()\n",
        FunctionName="caller",
        Role=house.role("caller-role"),
        Timeout=30,
    )
    house.control_plane.enforce_permissions()
    error = await house.error(name="caller")
    assert error["errorType"] == "ClientError"
    assert error["errorMessage"].startswith(
        "An error occurred (AccessDeniedException) when calling the Invoke operation: "
        "User: arn:aws:sts::123456789012:assumed-role/caller-role/caller is not authorized to "
        "perform: lambda:InvokeFunction on resource: "
    )
    may = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}
    house.control_plane.client("iam").put_role_policy(
        RoleName="caller-role",
        PolicyName="own",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [may]}),
    )
    assert await house.answer(name="caller") == "1"
    hop = [hop for hop in house.trace.hops() if hop.target == "greet"][-1]
    called = [hop for hop in house.trace.hops() if hop.target == "caller"][-1]
    assert (hop.source, hop.trace_id) == ("caller", called.trace_id)


async def test_an_unsigned_invoke_is_refused(house: House) -> None:
    house.create(ANSWER)
    house.control_plane.enforce_permissions()
    client = boto3.client(
        "lambda",
        region_name="us-east-1",
        endpoint_url=house.control_plane.endpoint_url,
        config=Config(signature_version=UNSIGNED),
    )
    with pytest.raises(ClientError) as refused:
        await asyncio.to_thread(client.invoke, FunctionName="greet")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


async def test_a_role_that_may_not_send_loses_the_record_visibly(house: House) -> None:
    house.create(ANSWER)
    queue = house.queue("done")
    house.control_plane.client("lambda").put_function_event_invoke_config(
        FunctionName="greet", DestinationConfig={"OnSuccess": {"Destination": queue}}
    )
    house.control_plane.enforce_permissions()
    house.functions.accept("greet", b"{}", source="test")
    await house.functions.drain()
    (hop,) = [hop for hop in house.trace.hops() if hop.operation == "Send"]
    assert (hop.source, hop.outcome) == ("greet", "error")
    assert "is not authorized to perform: sqs:" in hop.answer
    assert house.messages("done") == []


async def test_a_role_that_may_send_and_nothing_else_is_enough(house: House) -> None:
    queue = house.queue("done")
    may = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue}
    house.create(ANSWER, Role=house.role("sending-role", may))
    house.control_plane.client("lambda").put_function_event_invoke_config(
        FunctionName="greet", DestinationConfig={"OnSuccess": {"Destination": queue}}
    )
    house.control_plane.enforce_permissions()
    house.functions.accept("greet", b"{}", source="test")
    await house.functions.drain()
    assert len(house.messages("done")) == 1


async def test_a_role_that_may_not_log_has_no_log(house: House) -> None:
    house.create(ANSWER)
    house.create(ANSWER, FunctionName="logging", Role=house.role("logging-role", MAY_LOG))
    house.control_plane.enforce_permissions()
    await house.answer()
    await house.answer(name="logging")
    await house.functions.drain()
    groups = house.control_plane.client("logs").describe_log_groups()["logGroups"]
    assert [group["logGroupName"] for group in groups] == ["/aws/lambda/logging"]
