"""IAM, once it is enforced: who may do what to what."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from serverless_app.local.control_plane import ControlPlane
from serverless_app.local.http.messages import Request

TABLES = "arn:aws:dynamodb:us-east-1:123456789012:table/"
WORKER = "arn:aws:sts::123456789012:assumed-role/worker/job"
Item = dict[str, Any]
Statement = Callable[..., dict[str, Any]]
Refused = Callable[..., tuple[int, str, str]]


@pytest.fixture
def worker(plane: ControlPlane, role: Callable[..., str]) -> Callable[..., Callable[[str], Any]]:
    """Give a role statements, enforce permissions, and hand out its clients."""

    def worker(*statements: dict[str, Any]) -> Callable[[str], Any]:
        arn = role(*statements)
        plane.enforce_permissions()
        return lambda service: plane.client(service, role_arn=arn, session_name="job")

    return worker


def item(number: str = "1") -> Item:
    return {"g": {"S": number}, "k": {"S": number}}


def test_before_they_are_enforced_permissions_do_not_count(
    plane: ControlPlane, role: Callable[..., str], images: str
) -> None:
    client = plane.client("dynamodb", role_arn=role())
    assert client.put_item(TableName=images, Item=item())["ResponseMetadata"]["RetryAttempts"] == 0
    assert not plane.enforcing


def test_the_administrator_may_do_everything(plane: ControlPlane, images: str) -> None:
    plane.enforce_permissions()
    assert plane.enforcing
    assert plane.client("dynamodb").list_tables()["TableNames"] == [images]


def test_a_denied_call_of_a_json_service_is_worded_as_aws_words_it(
    worker: Any, images: str, refused: Refused
) -> None:
    client = worker()("dynamodb")
    assert refused(client.put_item, TableName=images, Item=item()) == (
        400,
        "AccessDeniedException",
        f"User: {WORKER} is not authorized to perform: dynamodb:PutItem on resource: "
        f"{TABLES}images because no identity-based policy allows the dynamodb:PutItem action",
    )


def test_a_denied_call_of_s3_is_xml(worker: Any, plane: ControlPlane, refused: Refused) -> None:
    plane.client("s3").create_bucket(Bucket="pictures")
    status, code, message = refused(worker()("s3").put_object, Bucket="pictures", Key="a", Body=b"")
    assert (status, code) == (403, "AccessDenied")
    assert "not authorized to perform: s3:PutObject on resource: arn:aws:s3:::pictures/a" in message


def test_a_denied_call_of_a_query_service_is_a_403(worker: Any, refused: Refused) -> None:
    assert refused(worker()("sns").create_topic, Name="t")[:2] == (403, "AccessDenied")


def test_a_denied_call_of_a_rest_service_is_a_403(worker: Any, refused: Refused) -> None:
    answer = refused(worker()("lambda").list_functions)
    assert answer[:2] == (403, "AccessDeniedException")


def test_a_table_may_be_named(
    worker: Any, images: str, statement: Statement, refused: Refused
) -> None:
    client = worker(statement("dynamodb:PutItem", TABLES + images))("dynamodb")
    client.put_item(TableName=images, Item=item())
    assert refused(client.put_item, TableName="others", Item=item())[1] == "AccessDeniedException"


def test_an_index_is_a_resource_of_its_own(
    worker: Any, images: str, statement: Statement, refused: Refused
) -> None:
    client = worker(statement("dynamodb:Query", f"{TABLES}{images}/index/*"))("dynamodb")
    owner = {
        "KeyConditionExpression": "#o = :o",
        "ExpressionAttributeNames": {"#o": "owner"},
        "ExpressionAttributeValues": {":o": {"S": "ada"}},
    }
    assert client.query(TableName=images, IndexName="ByOwner", **owner)["Items"] == []
    assert (
        "on resource: " + TABLES + images + " "
        in refused(client.query, TableName=images, **owner)[2]
    )


@pytest.mark.parametrize("operation", ["batch_write_item", "batch_get_item"])
def test_every_table_of_a_batch_must_be_allowed(
    worker: Any, images: str, statement: Statement, refused: Refused, operation: str
) -> None:
    client = worker(statement("dynamodb:Batch*", TABLES + images))("dynamodb")
    written = {"PutRequest": {"Item": item()}}
    entry = [written] if operation == "batch_write_item" else {"Keys": [item()]}
    getattr(client, operation)(RequestItems={images: entry})
    message = refused(getattr(client, operation), RequestItems={images: entry, "others": entry})[2]
    assert f"on resource: {TABLES}others" in message


def test_a_transaction_needs_the_action_of_each_of_its_items(
    worker: Any, images: str, statement: Statement, refused: Refused
) -> None:
    client = worker(statement("dynamodb:PutItem", TABLES + images))("dynamodb")
    put = {"Put": {"TableName": images, "Item": item()}}
    delete = {"Delete": {"TableName": images, "Key": item("2")}}
    client.transact_write_items(TransactItems=[put])
    message = refused(client.transact_write_items, TransactItems=[put, delete])[2]
    assert f"dynamodb:DeleteItem on resource: {TABLES}images" in message


def test_a_stream_is_read_by_its_arn(
    worker: Any, plane: ControlPlane, images: str, statement: Statement, refused: Refused
) -> None:
    stream = plane.client("dynamodbstreams").list_streams()["Streams"][0]["StreamArn"]
    client = worker(statement(["dynamodb:GetRecords", "dynamodb:GetShardIterator"], stream))(
        "dynamodbstreams"
    )
    shard = plane.client("dynamodbstreams").describe_stream(StreamArn=stream)
    shard_id = shard["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = client.get_shard_iterator(
        StreamArn=stream, ShardId=shard_id, ShardIteratorType="LATEST"
    )["ShardIterator"]
    assert client.get_records(ShardIterator=iterator)["Records"] == []
    assert refused(client.describe_stream, StreamArn=stream)[1] == "AccessDeniedException"


def test_queues_streams_and_topics_are_named_by_their_arns(
    worker: Any, plane: ControlPlane, statement: Statement, refused: Refused
) -> None:
    url = plane.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    plane.client("kinesis").create_stream(StreamName="s", ShardCount=1)
    topic = plane.client("sns").create_topic(Name="t")["TopicArn"]
    clients = worker(
        statement("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:q"),
        statement("kinesis:PutRecord", "arn:aws:kinesis:us-east-1:123456789012:stream/s"),
        statement("sns:Publish", topic),
    )
    clients("sqs").send_message(QueueUrl=url, MessageBody="1")
    clients("kinesis").put_record(StreamName="s", Data=b"1", PartitionKey="1")
    clients("sns").publish(TopicArn=topic, Message="1")
    assert refused(clients("sqs").receive_message, QueueUrl=url)[1] == "AccessDeniedException"
    assert refused(clients("kinesis").describe_stream, StreamName="s")[1] == "AccessDeniedException"
    assert refused(clients("sns").delete_topic, TopicArn=topic)[1] == "AccessDenied"


def test_an_explicit_deny_wins(
    worker: Any, images: str, statement: Statement, refused: Refused
) -> None:
    deny = statement("dynamodb:PutItem", "*") | {"Effect": "Deny"}
    client = worker(statement("*", "*"), deny)("dynamodb")
    message = refused(client.put_item, TableName=images, Item=item())[2]
    assert message.endswith("with an explicit deny in a policy")


def test_a_copy_needs_to_read_its_source(
    worker: Any, plane: ControlPlane, statement: Statement, refused: Refused
) -> None:
    plane.client("s3").create_bucket(Bucket="pictures")
    plane.client("s3").put_object(Bucket="pictures", Key="a", Body=b"1")
    client = worker(statement("s3:PutObject", "arn:aws:s3:::pictures/*"))("s3")
    source = {"Bucket": "pictures", "Key": "a"}
    message = refused(client.copy_object, Bucket="pictures", Key="b", CopySource=source)[2]
    assert "s3:GetObject on resource: arn:aws:s3:::pictures/a" in message


def test_who_may_not_list_a_bucket_is_not_told_that_a_key_is_missing(
    worker: Any, plane: ControlPlane, statement: Statement, refused: Refused
) -> None:
    plane.client("s3").create_bucket(Bucket="pictures")
    client = worker(statement("s3:GetObject", "arn:aws:s3:::pictures/*"))("s3")
    assert refused(client.get_object, Bucket="pictures", Key="none")[:2] == (403, "AccessDenied")


def test_who_may_list_a_bucket_is_told_that_a_key_is_missing(
    worker: Any, plane: ControlPlane, statement: Statement, refused: Refused
) -> None:
    plane.client("s3").create_bucket(Bucket="pictures")
    resources = ["arn:aws:s3:::pictures/*", "arn:aws:s3:::pictures"]
    client = worker(statement(["s3:GetObject", "s3:ListBucket"], resources))("s3")
    assert refused(client.get_object, Bucket="pictures", Key="none")[:2] == (404, "NoSuchKey")


def test_a_bucket_policy_may_allow_a_role(
    worker: Any, plane: ControlPlane, statement: Statement
) -> None:
    s3 = plane.client("s3")
    s3.create_bucket(Bucket="pictures")
    principal = {"AWS": "arn:aws:iam::123456789012:role/worker"}
    policy = statement("s3:PutObject", "arn:aws:s3:::pictures/*", Principal=principal)
    s3.put_bucket_policy(Bucket="pictures", Policy=json.dumps({"Statement": [policy]}))
    answer = worker()("s3").put_object(Bucket="pictures", Key="a", Body=b"1")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_bucket_that_denies_insecure_transport_serves_this_laptop(
    worker: Any, plane: ControlPlane, statement: Statement
) -> None:
    s3 = plane.client("s3")
    s3.create_bucket(Bucket="pictures")
    deny = statement("s3:*", "arn:aws:s3:::pictures/*", Principal="*") | {
        "Effect": "Deny",
        "Condition": {"Bool": {"aws:SecureTransport": False}},
    }
    s3.put_bucket_policy(Bucket="pictures", Policy=json.dumps({"Statement": [deny]}))
    client = worker(statement("s3:PutObject", "arn:aws:s3:::pictures/*"))("s3")
    answer = client.put_object(Bucket="pictures", Key="a", Body=b"1")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_anonymous_readers_need_a_bucket_policy(plane: ControlPlane, statement: Statement) -> None:
    s3 = plane.client("s3")
    s3.create_bucket(Bucket="pictures")
    s3.put_object(Bucket="pictures", Key="open/a", Body=b"1")
    s3.put_object(Bucket="pictures", Key="b", Body=b"2")
    policy = statement("s3:GetObject", "arn:aws:s3:::pictures/open/*", Principal="*")
    s3.put_bucket_policy(Bucket="pictures", Policy=json.dumps({"Statement": [policy]}))
    plane.enforce_permissions()
    host = (("Host", plane.authority),)
    assert plane.answer(Request("GET", "/pictures/open/a", host)).status == 200
    assert plane.answer(Request("GET", "/pictures/b", host)).status == 403


def test_a_role_is_taken_only_if_it_trusts_who_takes_it(
    worker: Any, plane: ControlPlane, statement: Statement, refused: Refused
) -> None:
    trust = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {}}]}
    iam = plane.client("iam")
    for name, principal in (("friend", {"AWS": "123456789012"}), ("stranger", {"AWS": "9" * 12})):
        trust["Statement"][0]["Principal"] = principal
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    client = worker(statement("sts:AssumeRole", "*"))("sts")
    roles = "arn:aws:iam::123456789012:role/"
    taken = client.assume_role(RoleArn=roles + "friend", RoleSessionName="xy")
    assert taken["AssumedRoleUser"]["Arn"].endswith("assumed-role/friend/xy")
    stranger = {"RoleArn": roles + "stranger", "RoleSessionName": "xy"}
    assert refused(client.assume_role, **stranger)[1] == "AccessDenied"


def test_an_unsigned_call_is_refused(plane: ControlPlane) -> None:
    plane.enforce_permissions()
    target = (("X-Amz-Target", "DynamoDB_20120810.ListTables"),)
    response = plane.answer(Request("POST", "/", target, b"{}"))
    assert response.status == 400
    assert json.loads(response.body)["__type"].endswith("MissingAuthenticationTokenException")


def test_a_data_plane_asks_for_signature_and_policy(
    plane: ControlPlane, role: Callable[..., str], statement: Statement
) -> None:
    """A request as the SDK signs it for the connection URL, given to `authorize`."""
    path = "/_aws/execute-api/abc/dev/@connections/1"
    resource = "arn:aws:execute-api:us-east-1:123456789012:abc/dev/POST/@connections/1"
    action = "execute-api:ManageConnections"
    allowed = role(statement(action, resource.replace("/1", "/*")), name="allowed")
    denied = role(name="denied")
    assert plane.authorize(Request("POST", path), action, resource) is None  # not enforced yet
    plane.enforce_permissions()
    assert plane.authorize(signed(plane, allowed, path), action, resource) is None
    refusal = plane.authorize(signed(plane, denied, path), action, resource)
    assert refusal is not None
    assert refusal.status == 403
    assert b"is not authorized to perform: execute-api:ManageConnections" in refusal.body
    unsigned = plane.authorize(Request("POST", path), action, resource)
    assert unsigned is not None
    assert b"Missing Authentication Token" in unsigned.body


def signed(plane: ControlPlane, role_arn: str, path: str) -> Request:
    """What boto3's connection client sends."""
    sent: list[Any] = []
    endpoint = path.partition("/@connections")[0]
    import boto3

    held = plane.credentials_for(role_arn, "job")
    client = boto3.session.Session().client(
        "apigatewaymanagementapi",
        region_name="us-east-1",
        endpoint_url=plane.endpoint_url + endpoint,
        aws_access_key_id=held.access_key_id,
        aws_secret_access_key=held.secret_access_key,
        aws_session_token=held.session_token,
    )

    class Stop(Exception):
        pass

    def keep(request: Any, **_: Any) -> None:
        sent.append(request)
        raise Stop

    client.meta.events.register("before-send", keep)
    with pytest.raises(Stop):
        client.post_to_connection(ConnectionId="1", Data=b"hello")
    from serverless_app.local.control_plane.clients import as_request

    return as_request(sent[0])


def test_a_domain_s_access_policy_counts_for_its_data_plane(
    plane: ControlPlane, role: Callable[..., str]
) -> None:
    arn = role(name="reader")
    statement = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "es:ESHttpGet"}
    domain = "arn:aws:es:us-east-1:123456789012:domain/books"
    policy = json.dumps({"Statement": [statement | {"Resource": f"{domain}/*"}]})
    plane.client("opensearch").create_domain(DomainName="books", AccessPolicies=policy)
    plane.enforce_permissions()
    assert plane.authorize(signed(plane, arn, "/_search"), "es:ESHttpGet", f"{domain}/x") is None
    refusal = plane.authorize(signed(plane, arn, "/_search"), "es:ESHttpPut", f"{domain}/x")
    assert refusal is not None


def test_allows_answers_for_a_role_by_its_policies(
    plane: ControlPlane, role: Callable[..., str], statement: Statement
) -> None:
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/f"
    arn = role(statement("logs:PutLogEvents", f"{group}:*"))
    assert plane.allows(arn, "logs:CreateLogGroup", group)  # not enforced yet
    plane.enforce_permissions()
    assert plane.allows(arn, "logs:PutLogEvents", f"{group}:log-stream:1")
    assert not plane.allows(arn, "logs:CreateLogGroup", group)


def test_a_user_s_keys_carry_the_user_s_policies(
    plane: ControlPlane, statement: Statement, images: str, refused: Refused
) -> None:
    iam = plane.client("iam")
    iam.create_user(UserName="ada")
    document = {"Version": "2012-10-17", "Statement": [statement("dynamodb:ListTables", "*")]}
    policy = json.dumps(document)
    iam.put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=policy)
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    plane.enforce_permissions()
    from serverless_app.local.control_plane import Credentials

    held = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    client = plane._clients.client("dynamodb", plane.endpoint_url, "us-east-1", held)
    assert client.list_tables()["TableNames"] == [images]
    assert refused(client.put_item, TableName=images, Item=item())[1] == "AccessDeniedException"
