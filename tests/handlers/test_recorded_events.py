"""Each handler reads the event that AWS documents for its source: one recorded event a case."""

from __future__ import annotations

import json
from typing import Any

from serverless_app.handlers.authorizer import authorize_connection
from serverless_app.handlers.upload_events import on_upload
from serverless_app.handlers.view_stream import count_views
from serverless_app.model import FailedRange, Image, ImageState
from serverless_app.operations import to_changes
from serverless_app.streams import failed_range, views
from serverless_app.wiring import App
from tests.application import ADA, ROOT

IMAGE_ID = "00000001-1111-4111-8111-111111111111"
IMAGE = Image(
    image_id=IMAGE_ID,
    group_id="99999999-0000-4000-8000-000000000000",
    group_name="Cats",
    title="A cat",
    content_type="image/png",
    size=1024,
    uploaded_at="2026-11-24T21:30:26.123Z",
    owner=ADA,
)


def recorded(name: str) -> Any:
    return json.loads((ROOT / "tests/events" / f"{name}.json").read_text("utf-8"))


def test_an_event_of_s3_names_the_image(app: App) -> None:
    app.images.put(IMAGE)

    assert on_upload(recorded("s3_object_created"), app=app) is None
    assert app.images.get(IMAGE.key) == IMAGE  # there is no object: nothing was decided


def test_a_record_of_the_images_stream_is_a_change() -> None:
    (change,) = to_changes(recorded("dynamodb_image_ready")["Records"])

    assert change.before == IMAGE
    assert change.after is not None
    assert (change.after.state, change.after.width, change.after.version) == (
        ImageState.READY,
        64,
        2,
    )
    assert change.sequence_number == "4421584500000000017450439091"


def test_a_record_of_the_views_stream_is_a_view(app: App) -> None:
    app.images.put(IMAGE)
    event = recorded("kinesis_view")
    (view,) = views(event["Records"])

    assert count_views(event, app=app) == {"batchItemFailures": []}
    assert view.shard_id == "shardId-000000000000"
    assert [n for _, n in app.trending.most_viewed(view.hour)] == [1]


def test_a_message_of_the_failure_queue_is_a_range() -> None:
    (message,) = recorded("sqs_stream_failure")["Records"]

    assert failed_range(message["body"]) == FailedRange(
        function="indexImages",
        stream_arn=(
            "arn:aws:dynamodb:us-east-1:123456789012:table/Images-dev/stream/"
            "2026-11-24T20:00:00.000"
        ),
        shard_id="shardId-00000001573689847184-864758bb",
        first="800000000003126276362",
        last="800000000003126276365",
    )


def test_a_handshake_without_a_token_is_allowed(app: App) -> None:
    event = recorded("websocket_authorizer")

    answer = authorize_connection(event, app=app)

    assert answer["principalId"] == "anonymous"
    (statement,) = answer["policyDocument"]["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Allow", event["methodArn"])
