"""Snapshot and restore: everything as it was, at the address of whoever restores."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import Change, ControlPlane
from serverless_app.local.faults import Faults
from serverless_app.local.trace import Trace

ROOT = Path(__file__).resolve().parents[3]
Deploy = Callable[..., None]


@pytest.fixture
def stack(deploy: Deploy) -> None:
    """A stack whose resources hold addresses."""
    role = {
        "RoleName": "worker",
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda"}}
            ],
        },
    }
    endpoint = {"Fn::GetAtt": ["Sockets", "ApiEndpoint"]}
    function = {
        "FunctionName": "f",
        "Runtime": "python3.13",
        "Handler": "f.f",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": "def f(event, context): pass"},
        "Environment": {"Variables": {"ENDPOINT": endpoint}},
    }
    deploy(
        {
            "Role": {"Type": "AWS::IAM::Role", "Properties": role},
            "Sockets": {
                "Type": "AWS::ApiGatewayV2::Api",
                "Properties": {"Name": "s", "ProtocolType": "WEBSOCKET"},
            },
            "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
            "Pool": {"Type": "AWS::Cognito::UserPool", "Properties": {}},
        },
        Outputs={"Endpoint": {"Value": endpoint}},
    )


def test_a_restore_undoes_what_came_after(plane: ControlPlane, images: str) -> None:
    dynamodb, s3, sqs = (plane.client(name) for name in ("dynamodb", "s3", "sqs"))
    item = {"g": {"S": "1"}, "k": {"S": "1"}, "b": {"B": b"\x00"}, "n": {"N": "1.5"}}
    dynamodb.put_item(TableName=images, Item=item)
    s3.create_bucket(Bucket="pictures")
    s3.put_object(Bucket="pictures", Key="a", Body=b"1")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    state = plane.snapshot()
    for _ in range(2):
        dynamodb.delete_table(TableName=images)
        s3.put_object(Bucket="pictures", Key="b", Body=b"2")
        sqs.receive_message(QueueUrl=url)
        plane.client("sns").create_topic(Name="t")
        plane.restore(state)
        assert dynamodb.scan(TableName=images)["Items"] == [item]
        objects = s3.list_objects_v2(Bucket="pictures")["Contents"]
        assert [found["Key"] for found in objects] == ["a"]
        assert s3.get_object(Bucket="pictures", Key="a")["Body"].read() == b"1"
        assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "hello"
        assert plane.client("sns").list_topics()["Topics"] == []


def test_writes_after_a_restore_are_told(
    plane: ControlPlane, images: str, changes: list[Change]
) -> None:
    plane.restore(plane.snapshot())
    plane.client("dynamodb").put_item(TableName=images, Item={"g": {"S": "1"}, "k": {"S": "1"}})
    assert [change.kind for change in changes] == ["table"]


def test_addresses_follow_the_authority(plane: ControlPlane, stack: None) -> None:
    state = plane.snapshot()
    plane.authority = "127.0.0.1:9"
    plane.restore(state)
    (api,) = plane.client("apigatewayv2").get_apis()["Items"]
    endpoint = f"ws://127.0.0.1:9/_aws/execute-api/{api['ApiId']}"
    function = plane.client("lambda").get_function(FunctionName="f")["Configuration"]
    assert api["ApiEndpoint"] == endpoint
    assert function["Environment"]["Variables"] == {"ENDPOINT": endpoint}
    assert plane.outputs("test") == {"Endpoint": endpoint}


def test_a_stack_can_be_updated_after_a_restore(
    plane: ControlPlane, stack: None, deploy: Deploy
) -> None:
    plane.restore(plane.snapshot())
    deploy({"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}}})
    assert [found.logical_id for found in plane.resources("test")] == ["Queue"]
    assert plane.client("lambda").list_functions()["Functions"] == []


def test_a_restore_counts_as_a_write_of_every_service(plane: ControlPlane) -> None:
    state, before = plane.snapshot(), plane.revision("apigateway")
    plane.restore(state)
    assert plane.revision("apigateway") > before


def test_credentials_given_out_stay_good_after_a_restore(
    plane: ControlPlane, role: Callable[..., str]
) -> None:
    arn = role()
    state = plane.snapshot()
    client = plane.client("sts", role_arn=arn, session_name="warm")
    plane.restore(state)
    plane.enforce_permissions()
    assert client.get_caller_identity()["Arn"].endswith("assumed-role/worker/warm")


def test_users_and_their_codes_are_in_a_snapshot(plane: ControlPlane) -> None:
    cognito = plane.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="page")["UserPoolClient"]
    sign_up = {"ClientId": client["ClientId"], "Username": "ada", "Password": "Correct-1"}
    cognito.sign_up(**sign_up)
    codes = plane.confirmation_codes()
    state = plane.snapshot()
    confirmation = {"ClientId": client["ClientId"], "Username": "ada"}
    cognito.confirm_sign_up(**confirmation, ConfirmationCode=codes[0].code)
    assert plane.confirmation_codes() == []
    plane.restore(state)
    assert plane.confirmation_codes() == codes


IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import ControlPlane
from serverless_app.local.faults import Faults
from serverless_app.local.trace import Trace
plane = ControlPlane(trace=Trace(), clock=Clock(), faults=Faults(), authority="127.0.0.1:9")
plane.restore(Path(sys.argv[1]).read_bytes())
assert "moto.ec2.models" not in sys.modules
print(plane.outputs("test")["Endpoint"].partition("/_aws")[0])
print(plane.client("lambda").list_functions()["Functions"][0]["FunctionName"])
plane.close()
"""


def test_a_snapshot_is_restored_in_another_process(
    plane: ControlPlane, stack: None, tmp_path: Path
) -> None:
    file = tmp_path / "state"
    file.write_bytes(plane.snapshot())
    ran = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, str(file)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.split() == ["ws://127.0.0.1:9", "f"], ran.stderr


def test_a_new_control_plane_starts_empty(
    plane: ControlPlane, images: str, trace: Trace, clock: Clock, faults: Faults
) -> None:
    another: Any = ControlPlane(trace=trace, clock=clock, faults=faults, authority="127.0.0.1:9")
    assert another.client("dynamodb").list_tables()["TableNames"] == []
    another.close()
