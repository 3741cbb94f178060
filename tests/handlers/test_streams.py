"""The streams' consumers: notifyWatchers, indexImages, redriveFailures."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from serverless_app import errors
from serverless_app.handlers import failures, image_stream, rest_api
from serverless_app.images import to_item
from serverless_app.local.search import SearchEngine
from serverless_app.model import Connection, Image, ImageState
from serverless_app.search import Search
from serverless_app.streams import FailedRecords
from serverless_app.wiring import App
from tests.application import ADA, SETTINGS, call, changed
from tests.connection_server import ConnectionServer, connection_server
from tests.search_domain import away, client_of, new_engine, refresh

GROUP = "99999999-0000-4000-8000-000000000000"
PENDING = Image(
    image_id="00000001-1111-4111-8111-111111111111",
    group_id=GROUP,
    group_name="Cats",
    title="A cat",
    content_type="image/png",
    size=1,
    uploaded_at="2026-11-24T20:00:00.000Z",
    owner=ADA,
)
READY = replace(PENDING, state=ImageState.READY, width=64, height=48, version=2)
REJECTED = replace(PENDING, state=ImageState.REJECTED, reason="It is no image.", version=2)
DELETING = replace(READY, state=ImageState.DELETING, version=3)


@pytest.fixture
def server() -> Iterator[ConnectionServer]:
    with connection_server() as server:
        yield server


@pytest.fixture
def engine() -> SearchEngine:
    return new_engine()


@pytest.fixture
def live(app: App, server: ConnectionServer, engine: SearchEngine) -> App:
    """The application with connections and a search engine that answer."""
    live = changed(app, websocket_endpoint=server.endpoint)
    live.__dict__["search"] = Search(client_of(engine))
    return live


def typed(image: Image | None) -> dict[str, Any] | None:
    from boto3.dynamodb.types import TypeSerializer

    serialize = TypeSerializer().serialize
    return {k: serialize(v) for k, v in to_item(image).items()} if image else None


def record(before: Image | None, after: Image | None, number: str = "100") -> dict[str, Any]:
    """A record of the Images table's stream."""
    images = {"OldImage": typed(before), "NewImage": typed(after)}
    kind = "INSERT" if before is None else "REMOVE" if after is None else "MODIFY"
    return {
        "eventID": number,
        "eventName": kind,
        "dynamodb": {
            "SequenceNumber": number,
            "ApproximateCreationDateTime": 1796160615.0,
            **{name: image for name, image in images.items() if image},
        },
    }


def watch(app: App, *connection_ids: str) -> None:
    for each in connection_ids:
        app.connections.put(Connection(group_id=GROUP, connection_id=each), now=0)


def notify(app: App, *records: dict[str, Any]) -> Any:
    return image_stream.notify_watchers({"Records": list(records)}, app=app)


def test_watchers_hear_of_an_image_that_is_ready(live: App, server: ConnectionServer) -> None:
    watch(live, "c-1", "c-2")

    assert notify(live, record(PENDING, READY)) == {"batchItemFailures": []}

    assert set(server.received) == {"c-1", "c-2"}
    (message,) = server.received["c-1"]
    assert (message["type"], message["groupId"]) == ("image.ready", GROUP)
    assert message["image"]["imageId"] == READY.image_id
    assert {"url", "thumbnailUrl"} <= message["image"].keys()


def test_watchers_hear_of_a_rejection_and_its_reason(live: App, server: ConnectionServer) -> None:
    watch(live, "c-1")

    notify(live, record(PENDING, REJECTED))

    assert server.received["c-1"] == [
        {"type": "image.rejected", "groupId": GROUP, "image": REJECTED.as_json()}
    ]


def test_watchers_hear_of_a_deletion(live: App, server: ConnectionServer) -> None:
    watch(live, "c-1")

    notify(live, record(READY, DELETING), record(DELETING, None))

    assert [message["type"] for message in server.received["c-1"]] == ["image.deleted"]


def test_other_changes_are_no_news(live: App, server: ConnectionServer) -> None:
    watch(live, "c-1")

    notify(live, record(None, PENDING), record(READY, replace(READY, version=3)))

    assert server.received == {}


def test_a_connection_that_has_gone_is_forgotten(live: App, server: ConnectionServer) -> None:
    watch(live, "gone-1", "c-1")

    assert notify(live, record(PENDING, READY)) == {"batchItemFailures": []}
    assert {each.connection_id for each in live.connections.watchers(GROUP)} == {"c-1"}


def test_a_watcher_that_cannot_be_told_fails_its_record_and_spares_the_rest(
    live: App, server: ConnectionServer
) -> None:
    watch(live, "broken-1", "c-1")

    answer = notify(live, record(PENDING, READY, "7"), record(PENDING, REJECTED, "8"))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "7"}]}
    assert [message["type"] for message in server.received["c-1"]] == ["image.ready"]


def test_a_watcher_that_does_not_answer_holds_nobody_up(
    live: App, server: ConnectionServer
) -> None:
    watch(live, "silent-1", "c-1")

    answer = notify(live, record(PENDING, READY, "7"), record(PENDING, REJECTED, "8"))

    assert answer == {"batchItemFailures": []}
    assert [m["type"] for m in server.received["c-1"]] == ["image.ready", "image.rejected"]


def test_many_watchers_are_all_told(live: App, server: ConnectionServer) -> None:
    names = {f"c-{number}" for number in range(150)}
    watch(live, *names)

    notify(live, record(PENDING, READY))

    assert set(server.received) == names


def index(app: App, *records: dict[str, Any]) -> Any:
    return image_stream.index_images({"Records": list(records)}, app=app)


def found(app: App, engine: SearchEngine, text: str = "cat") -> Any:
    refresh(engine)
    return call(rest_api.search_images, app, query={"q": text})


def test_the_index_follows_the_table(live: App, engine: SearchEngine) -> None:
    assert index(live, record(None, PENDING), record(PENDING, READY)) == {"batchItemFailures": []}

    answer = found(live, engine)
    assert (answer.status, answer.body["total"]) == (200, 1)
    (item,) = answer.body["items"]
    assert item["imageId"] == READY.image_id
    assert item["highlights"] == {
        "title": ["A <mark>cat</mark>"],
        "groupName": ["<mark>Cats</mark>"],
    }
    assert item["score"] > 0
    assert f"/thumbnails/{READY.image_id}.webp?" in item["thumbnailUrl"]


def test_the_indexs_lag_is_a_metric(live: App, capsys: pytest.CaptureFixture[str]) -> None:
    index(live, record(PENDING, READY))

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert any("IndexLag" in line for line in lines)


def test_a_record_that_the_index_refuses_is_named(live: App, engine: SearchEngine) -> None:
    index(live, record(PENDING, READY, "1"))
    bad = replace(READY, image_id="bad", uploaded_at="yesterday")

    assert index(live, record(None, bad, "2")) == {"batchItemFailures": [{"itemIdentifier": "2"}]}


def test_when_search_is_away_the_whole_batch_comes_again(live: App) -> None:
    live.__dict__["search"] = Search(away())

    with pytest.raises(errors.SearchUnavailable):
        index(live, record(PENDING, READY))


def test_when_search_is_away_the_route_answers_503(live: App) -> None:
    live.__dict__["search"] = Search(away())

    answer = call(rest_api.search_images, live, query={"q": "cat"})

    assert (answer.status, answer.body["error"]["code"]) == (503, "search_unavailable")


def failure(function: str, stream_arn: str, shard: str, first: str, last: str) -> dict[str, Any]:
    """A message of the failure queue, as Lambda writes it."""
    kind = "KinesisBatchInfo" if ":kinesis:" in stream_arn else "DDBStreamBatchInfo"
    name = f"arn:aws:lambda:us-east-1:123456789012:function:udagram-dev-{function}"
    body = {
        "requestContext": {"functionArn": name, "condition": "RetryAttemptsExhausted"},
        "version": "1.0",
        kind: {
            "shardId": shard,
            "startSequenceNumber": first,
            "endSequenceNumber": last,
            "batchSize": 1,
            "streamArn": stream_arn,
        },
    }
    return {"Records": [{"messageId": "m-1", "body": json.dumps(body)}]}


@pytest.fixture
def image_shard(live: App) -> tuple[str, str]:
    """The Images stream and its shard."""
    streams = boto3.client("dynamodbstreams")
    (stream,) = streams.list_streams(TableName=SETTINGS.images_table)["Streams"]
    described = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]
    return stream["StreamArn"], described["Shards"][0]["ShardId"]


def numbers(arn: str, shard: str) -> list[str]:
    streams = boto3.client("dynamodbstreams")
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    return [each["dynamodb"]["SequenceNumber"] for each in records]


def test_a_range_that_was_not_indexed_is_indexed_from_the_table(
    live: App, engine: SearchEngine, image_shard: tuple[str, str]
) -> None:
    live.images.put(PENDING)
    live.images.mark_ready(PENDING.key, width=64, height=48)
    arn, shard = image_shard
    first, last = numbers(arn, shard)

    answer = failures.redrive_failures(failure("indexImages", arn, shard, first, last), app=live)

    assert answer == {"batchItemFailures": []}
    assert found(live, engine).body["total"] == 1


def test_a_redriven_insert_does_not_bring_a_deleted_image_back(
    live: App, engine: SearchEngine, image_shard: tuple[str, str]
) -> None:
    live.images.put(PENDING)
    live.images.mark_ready(PENDING.key, width=64, height=48)
    live.images.mark_deleting(PENDING.key)
    live.images.remove(PENDING.key)
    arn, shard = image_shard
    first, second, *_ = numbers(arn, shard)

    failures.redrive_failures(failure("indexImages", arn, shard, first, second), app=live)

    assert found(live, engine).body["total"] == 0


def test_watchers_are_told_when_their_range_is_redriven(
    live: App, server: ConnectionServer, image_shard: tuple[str, str]
) -> None:
    watch(live, "c-1")
    live.images.put(PENDING)
    live.images.mark_ready(PENDING.key, width=64, height=48)
    arn, shard = image_shard
    first, last = numbers(arn, shard)

    failures.redrive_failures(failure("notifyWatchers", arn, shard, first, last), app=live)

    assert [message["type"] for message in server.received["c-1"]] == ["image.ready"]


def test_what_cannot_be_redriven_yet_stays_in_the_queue(
    live: App, image_shard: tuple[str, str]
) -> None:
    live.__dict__["search"] = Search(away())
    live.images.put(READY)
    arn, shard = image_shard
    (number,) = numbers(arn, shard)

    answer = failures.redrive_failures(failure("indexImages", arn, shard, number, number), app=live)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}


def test_a_message_that_is_no_failure_stays_in_the_queue(live: App) -> None:
    event = {"Records": [{"messageId": "m-1", "body": "hello"}]}

    answer = failures.redrive_failures(event, app=live)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}


def test_what_has_expired_is_said_and_done_with(
    live: App, image_shard: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """moto's streams never expire: botocore's stub says what AWS does then."""
    arn, shard = image_shard
    client = boto3.client("dynamodbstreams")
    live.__dict__["failed_records"] = FailedRecords(dynamodb_streams=client, kinesis=None)
    event = failure("indexImages", arn, shard, "1" * 21, "2" * 21)

    with Stubber(client) as stub:
        stub.add_client_error("get_shard_iterator", "TrimmedDataAccessException")
        answer = failures.redrive_failures(event, app=live)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answer == {"batchItemFailures": []}
    assert any(line.get("RedriveExpired") == 1 for line in lines)
    assert any("no longer has the records" in line.get("message", "") for line in lines)


def test_views_that_were_given_up_are_counted_once(live: App) -> None:
    live.images.put(READY)
    kinesis = boto3.client("kinesis")
    data = json.dumps({"imageId": READY.image_id}).encode()
    put = [
        kinesis.put_record(StreamName=SETTINGS.views_stream, Data=data, PartitionKey="p")
        for _ in range(3)
    ]
    arn = kinesis.describe_stream_summary(StreamName=SETTINGS.views_stream)[
        "StreamDescriptionSummary"
    ]["StreamARN"]
    first, last = put[0]["SequenceNumber"], put[-1]["SequenceNumber"]
    event = failure("countViews", arn, put[0]["ShardId"], first, last)

    for _ in range(2):
        assert failures.redrive_failures(event, app=live) == {"batchItemFailures": []}

    hour = time.strftime("%Y-%m-%dT%H", time.gmtime())  # moto stamps arrivals with the wall's clock
    counted = [n for _, n in live.trending.most_viewed(hour)]
    assert counted == [3]
