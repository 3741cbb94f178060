"""What the speed-ups promise, counted in work instead of seconds."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from serverless_app.local.control_plane import ControlPlane

ROOT = Path(__file__).resolve().parents[3]
OWNER = {
    "IndexName": "ByOwner",
    "KeyConditionExpression": "#o = :o",
    "ExpressionAttributeNames": {"#o": "owner"},
}


def put(plane: ControlPlane, number: int, owner: str | None = None) -> None:
    item = {"g": {"S": str(number % 10)}, "k": {"S": f"{number:04d}"}}
    if owner:
        item["owner"] = {"S": owner}
    plane.client("dynamodb").put_item(TableName="images", Item=item)


def owned(plane: ControlPlane, owner: str) -> list[str]:
    values = {":o": {"S": owner}}
    answer = plane.client("dynamodb").query(
        TableName="images", ExpressionAttributeValues=values, **OWNER
    )
    return [item["k"]["S"] for item in answer["Items"]]


@pytest.fixture
def touched(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], int]:
    """How many key comparisons and look-ups a call makes, whatever the clock says."""
    from moto.dynamodb.models.dynamo_type import DynamoType

    def touched(call: Callable[[], Any]) -> int:
        counted = [0]
        stock = DynamoType.__eq__

        def equal(self: Any, other: Any) -> bool:
            counted[0] += 1
            return bool(stock(self, other))

        with monkeypatch.context() as patched:
            patched.setattr(DynamoType, "__eq__", equal)
            call()
        return counted[0]

    return touched


@pytest.mark.parametrize("index", [False, True])
def test_a_query_works_as_much_in_a_large_table_as_in_a_small_one(
    plane: ControlPlane, images: str, touched: Callable[..., int], index: bool
) -> None:
    def query() -> Any:
        if index:
            return owned(plane, "ada")
        return plane.client("dynamodb").query(
            TableName=images,
            KeyConditionExpression="g = :g",
            ExpressionAttributeValues={":g": {"S": "only"}},
        )

    put(plane, 1, "ada")
    query()
    small = touched(query)
    for number in range(2, 200):
        put(plane, number)
    assert touched(query) <= small + 2


def test_an_index_follows_every_write(plane: ControlPlane, images: str) -> None:
    put(plane, 1, "ada")
    assert owned(plane, "ada") == ["0001"]
    put(plane, 2, "ada")
    put(plane, 1, "bob")
    assert (owned(plane, "ada"), owned(plane, "bob")) == (["0002"], ["0001"])
    dynamodb = plane.client("dynamodb")
    key = {"g": {"S": "2"}, "k": {"S": "0002"}}
    values = {"ExpressionAttributeNames": {"#o": "owner"}}
    dynamodb.update_item(
        TableName=images,
        Key=key,
        UpdateExpression="SET #o = :o",
        ExpressionAttributeValues={":o": {"S": "bob"}},
        **values,
    )
    assert (owned(plane, "ada"), owned(plane, "bob")) == ([], ["0001", "0002"])
    dynamodb.update_item(TableName=images, Key=key, UpdateExpression="REMOVE #o", **values)
    assert owned(plane, "bob") == ["0001"]
    dynamodb.delete_item(TableName=images, Key={"g": {"S": "1"}, "k": {"S": "0001"}})
    assert owned(plane, "bob") == []


def test_an_index_follows_a_transaction_and_its_refusal(plane: ControlPlane, images: str) -> None:
    put(plane, 1, "ada")
    assert owned(plane, "ada") == ["0001"]
    item = {"g": {"S": "2"}, "k": {"S": "0002"}, "owner": {"S": "ada"}}
    write = {"Put": {"TableName": images, "Item": item}}
    never = {
        "ConditionCheck": {
            "TableName": images,
            "Key": {"g": {"S": "none"}, "k": {"S": "none"}},
            "ConditionExpression": "attribute_exists(g)",
        }
    }
    dynamodb = plane.client("dynamodb")
    with pytest.raises(ClientError):
        dynamodb.transact_write_items(TransactItems=[write, never])
    assert owned(plane, "ada") == ["0001"]
    dynamodb.transact_write_items(TransactItems=[write])
    assert owned(plane, "ada") == ["0001", "0002"]


def test_what_a_query_returns_is_not_the_stored_item(plane: ControlPlane, images: str) -> None:
    put(plane, 1, "ada")
    table = plane.backend("dynamodb").tables[images]
    (found,), _, _ = table.query(
        next(iter(table.items)), None, [], 10, None, True, None, hash_key_conditions=[]
    )
    found.attrs.clear()
    assert owned(plane, "ada") == ["0001"]


def test_a_transaction_copies_only_the_items_it_touches(
    plane: ControlPlane, images: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moto.dynamodb.models.dynamo_type import DynamoType

    for number in range(50):
        put(plane, number)
    copied = [0]
    stock = DynamoType.__deepcopy__

    def deepcopy(self: Any, memo: Any) -> Any:
        copied[0] += 1
        return stock(self, memo)

    monkeypatch.setattr(DynamoType, "__deepcopy__", deepcopy)
    item = {"g": {"S": "new"}, "k": {"S": "new"}}
    plane.client("dynamodb").transact_write_items(
        TransactItems=[{"Put": {"TableName": images, "Item": item}}]
    )
    assert copied[0] < 20


def test_what_is_deleted_is_not_kept(plane: ControlPlane) -> None:
    """moto lists every instance it ever made, stored pictures among them."""
    s3 = plane.client("s3")
    s3.create_bucket(Bucket="pictures")
    s3.put_object(Bucket="pictures", Key="a", Body=b"1")
    gone = weakref.ref(plane.backend("s3").buckets["pictures"].keys["a"])
    s3.delete_object(Bucket="pictures", Key="a")
    gc.collect()
    assert gone() is None


def test_writes_leave_no_list_of_instances_that_grows(plane: ControlPlane, images: str) -> None:
    from moto.core.model_instances import model_data

    def tracked() -> int:
        models = (model for service in model_data.values() for model in service.values())
        return sum(len(model.instances_tracked) for model in models)

    before = tracked()
    for number in range(20):
        put(plane, number, "ada")
    plane.client("sqs").create_queue(QueueName="q")
    assert tracked() == before


def test_a_user_pool_asks_for_no_key_until_a_token_is_signed(plane: ControlPlane) -> None:
    from serverless_app.local.control_plane import signing_keys

    signing_keys.private_key.cache_clear()
    plane.client("cognito-idp").create_user_pool(PoolName="people")
    assert signing_keys.private_key.cache_info().currsize == 0


def test_a_template_in_json_is_not_read_as_yaml(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    import yaml

    resources = '{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}'
    monkeypatch.setattr(yaml, "load", None)
    plane.client("cloudformation").create_stack(StackName="json", TemplateBody=resources)
    assert len(plane.resources("json")) == 1


def test_a_template_in_yaml_is_read_too(plane: ControlPlane) -> None:
    resources = "Resources: {Q: {Type: 'AWS::SQS::Queue', Properties: {QueueName: !Sub 'q'}}}"
    plane.client("cloudformation").create_stack(StackName="yaml", TemplateBody=resources)
    assert plane.resources("yaml")[0].physical_id == "http://127.0.0.1:45660/123456789012/q"


START = """
import sys
from serverless_app.local.control_plane import patches
patches.install()
left_out = [name for name in ("moto.ec2.models", "moto.ssm.models", "moto.rds.models",
            "openapi_spec_validator", "flask") if name in sys.modules]
print(left_out)
"""


def test_starting_imports_nothing_that_nobody_asked_for() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", START],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "[]"


MOCKED = """
import boto3, moto
from serverless_app.local.control_plane import patches
patches.install()
patches.install()
with moto.mock_aws():
    session = boto3.session.Session("test", "test", region_name="eu-west-1")
    dynamodb, s3, kinesis, sqs, cognito, ec2 = (
        session.client(name) for name in ("dynamodb", "s3", "kinesis", "sqs", "cognito-idp", "ec2")
    )
    schema = [{"AttributeName": "g", "KeyType": "HASH"}]
    dynamodb.create_table(TableName="t", BillingMode="PAY_PER_REQUEST", KeySchema=schema,
        AttributeDefinitions=[{"AttributeName": "g", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    dynamodb.put_item(TableName="t", Item={"g": {"S": "1"}})
    assert dynamodb.scan(TableName="t")["Count"] == 1
    streams = session.client("dynamodbstreams", endpoint_url=
        "https://streams.dynamodb.eu-west-1.amazonaws.com")
    arn = streams.list_streams()["Streams"][0]["StreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard,
        ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    assert len(streams.get_records(ShardIterator=iterator)["Records"]) == 1
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="bucket", Key="k", Body=b"1")
    s3.delete_object(Bucket="bucket", Key="k")
    kinesis.create_stream(StreamName="s", ShardCount=1)
    number = kinesis.put_record(StreamName="s", Data=b"1", PartitionKey="1")["SequenceNumber"]
    assert number == "1"
    pool = cognito.create_user_pool(PoolName="p")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="c")["UserPoolClient"]
    cognito.sign_up(ClientId=client["ClientId"], Username="ada", Password="Correct-1")
    cognito.confirm_sign_up(ClientId=client["ClientId"], Username="ada", ConfirmationCode="any")
    ec2.create_vpc(CidrBlock="10.0.0.0/16")
    vpc = '{"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.1.0.0/16"}}'
    template = '{"Resources": {"V": %s}}' % vpc
    session.client("cloudformation").create_stack(StackName="s", TemplateBody=template)
    assert len(ec2.describe_vpcs()["Vpcs"]) == 3
print("as before")
"""


def test_lessons_that_mock_aws_in_the_same_process_see_moto_as_it_is() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", MOCKED],
        env={**os.environ, "PYTHONPATH": str(ROOT), "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.strip() == "as before", ran.stderr
