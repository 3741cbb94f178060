"""`reset` brings the whole cloud back to what it was after its deployment, service by service."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from serverless_app.local.cloud import LocalCloud
from serverless_app.local.udagram import Udagram, jpeg, udagram

TABLES = ("Groups-dev", "Images-dev", "Connections-dev", "Trending-dev")
QUEUE, STREAM, BUCKET = (
    "udagram-dead-letters-dev",
    "udagram-views-dev",
    "udagram-images-dev-123456789012",
)


def contents(api: Udagram) -> dict[str, Any]:
    """How much lies in every service that keeps anything."""
    return {
        **{table: items(api.cloud, table) for table in TABLES},
        "objects": objects(api.cloud),
        "messages": messages(api.cloud),
        "records": records(api.cloud),
        "users": users(api.cloud),
        "found": len(api.get("/search?q=cat").json()["items"]),
    }


def items(cloud: LocalCloud, table: str) -> int:
    with closing(cloud.client("dynamodb")) as dynamodb:
        return int(dynamodb.scan(TableName=table)["Count"])


def objects(cloud: LocalCloud) -> int:
    with closing(cloud.client("s3")) as s3:
        return int(s3.list_objects_v2(Bucket=BUCKET)["KeyCount"])


def messages(cloud: LocalCloud) -> int:
    with closing(cloud.client("sqs")) as sqs:
        url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
        name = "ApproximateNumberOfMessages"
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
        return int(found["Attributes"][name])


def records(cloud: LocalCloud) -> int:
    with closing(cloud.client("kinesis")) as kinesis:
        shards = kinesis.list_shards(StreamName=STREAM)["Shards"]
        found = 0
        for shard in shards:
            where = {"StreamName": STREAM, "ShardId": shard["ShardId"]}
            first = kinesis.get_shard_iterator(**where, ShardIteratorType="TRIM_HORIZON")
            found += len(kinesis.get_records(ShardIterator=first["ShardIterator"])["Records"])
        return found


def users(cloud: LocalCloud) -> int:
    with closing(cloud.client("cognito-idp")) as cognito:
        return len(cognito.list_users(UserPoolId=cloud.user_pool_id)["Users"])


def use_everything(api: Udagram) -> None:
    """Leave something behind in every service."""
    cleo = api.signed_in("cleo@example.com")
    image = cleo.upload(cleo.group()["groupId"], jpeg())
    assert cleo.call("POST", f"/images/{image['imageId']}/views").status_code == 202
    with closing(cleo.cloud.client("sqs")) as sqs:
        url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="{}")
    cleo.cloud.drain()


def test_every_service_holds_again_what_it_held_after_deployment(anyone: Udagram) -> None:
    deployed = contents(anyone)
    group = anyone.signed_in("bob@example.com").group()["groupId"]
    with anyone.watching(group):
        use_everything(anyone)
        used = contents(anyone)
        anyone.cloud.reset(seed=False)
    assert [name for name in deployed if used[name] <= deployed[name]] == []
    assert contents(anyone) == deployed


def test_open_connections_are_closed(anyone: Udagram) -> None:
    group = anyone.signed_in().group()["groupId"]
    with anyone.watching(group) as socket:
        anyone.cloud.reset(seed=False)
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=20)


def test_the_clock_runs_with_the_wall_again(cloud: LocalCloud) -> None:
    cloud.clock.advance(hours=100)
    assert cloud.clock.now() - datetime.now(UTC) > timedelta(hours=99)
    cloud.reset(seed=False)
    assert abs(cloud.clock.now() - datetime.now(UTC)) < timedelta(hours=1)


def test_faults_that_have_not_struck_never_do(cloud: LocalCloud) -> None:
    cloud.faults.fail("getGroups")
    cloud.faults.lose("dynamodb")
    cloud.reset(seed=False)
    assert cloud.faults.waiting() == []


def test_the_trace_is_empty(anyone: Udagram) -> None:
    assert anyone.get("/groups").status_code == 200
    assert anyone.cloud.trace.hops() != []
    anyone.cloud.reset(seed=False)
    assert anyone.cloud.trace.hops() == []


def test_functions_stay_warm(anyone: Udagram) -> None:
    assert anyone.get("/groups").status_code == 200
    [before] = [one for one in anyone.cloud.environments() if "getGroups" in one["function"]]
    anyone.cloud.reset(seed=False)
    [after] = [one for one in anyone.cloud.environments() if "getGroups" in one["function"]]
    assert after["pid"] == before["pid"]


def test_the_seed_comes_back_when_it_is_asked_for() -> None:
    with LocalCloud.start(seed=True) as cloud, udagram(cloud) as api:
        cloud.reset(seed=True)  # waits until the seed is sown
        sown = contents(api)
        assert sown["Groups-dev"] > 0
        use_everything(api)
        cloud.reset(seed=True)
        assert contents(api) == sown
        cloud.reset(seed=False)
        assert contents(api)["Groups-dev"] == 0
