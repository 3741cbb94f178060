"""The way of an upload: createImage, onUpload, deleteImage, sweepUploads."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from PIL import Image as Picture

from serverless_app import operations
from serverless_app.handlers import upload_events
from serverless_app.handlers.schedules import sweep_uploads
from serverless_app.model import Image, ImageState
from serverless_app.uploads import Uploads, image_object, thumbnail_object
from serverless_app.wiring import App
from tests.application import ADA, NOBODY, SETTINGS, Standing
from tests.pictures import picture


def promised(app: App, *, content_type: str = "image/jpeg", size: int = 1_000) -> Image:
    group = operations.create_group(
        name="Cats", description="", owner=ADA, groups=app.groups, system=app.system
    )
    image, _ = operations.create_image(
        group_id=group.group_id,
        title="A cat",
        description=None,
        content_type=content_type,
        size=size,
        owner=ADA,
        groups=app.groups,
        images=app.images,
        uploads=app.uploads,
        system=app.system,
    )
    return image


def put(image: Image, data: bytes) -> None:
    """What a client's presigned PUT leaves in the bucket."""
    boto3.client("s3").put_object(
        Bucket=SETTINGS.images_bucket,
        Key=image_object(image.image_id),
        Body=data,
        ContentType=image.content_type,
        Metadata={"group-id": image.group_id, "uploaded-key": image.uploaded_key},
    )


def objects() -> set[str]:
    listed = boto3.client("s3").list_objects_v2(Bucket=SETTINGS.images_bucket)
    return {each["Key"] for each in listed.get("Contents", [])}


def arrive(app: App, image_id: str) -> None:
    """The event that S3 sends."""
    event = {"Records": [{"s3": {"object": {"key": f"images/{image_id}"}}}]}
    upload_events.on_upload(event, app=app)


def now(app: App, image: Image) -> Image:
    current = app.images.get(image.key)
    assert current is not None
    return current


def test_an_upload_becomes_ready_with_its_size_and_a_thumbnail(app: App) -> None:
    image = promised(app)
    put(image, picture(size=(640, 480)))

    arrive(app, image.image_id)

    ready = now(app, image)
    assert (ready.state, ready.width, ready.height) == (ImageState.READY, 640, 480)
    assert ready.version == 2
    assert objects() == {image_object(image.image_id), thumbnail_object(image.image_id)}


def test_an_image_that_is_ready_has_addresses(app: App) -> None:
    image = promised(app)
    put(image, picture())
    arrive(app, image.image_id)

    shown = app.uploads.with_urls(now(app, image))

    assert f"/images/{image.image_id}?" in shown["url"]
    assert f"/thumbnails/{image.image_id}.webp?" in shown["thumbnailUrl"]
    assert "X-Amz-Expires=300" in shown["url"]


def test_a_file_that_is_no_image_becomes_rejected_and_goes(app: App) -> None:
    image = promised(app)
    put(image, b"hello")

    arrive(app, image.image_id)

    rejected = now(app, image)
    assert rejected.state is ImageState.REJECTED
    assert rejected.reason == "The file is no JPEG, PNG, GIF or WebP image."
    assert objects() == set()


def test_a_decision_is_made_once(app: App) -> None:
    image = promised(app)
    put(image, picture())
    arrive(app, image.image_id)
    before = now(app, image)

    arrive(app, image.image_id)

    assert now(app, image) == before
    assert thumbnail_object(image.image_id) in objects()


def test_an_event_that_comes_after_the_deletion_leaves_nothing(app: App) -> None:
    image = promised(app)
    delete(app, image)
    put(image, picture())

    arrive(app, image.image_id)

    assert app.images.get(image.key) is None
    assert objects() == set()


def test_an_event_for_an_object_that_is_gone_does_nothing(app: App) -> None:
    image = promised(app)

    arrive(app, image.image_id)

    assert now(app, image) == image


def test_an_object_without_an_item_is_removed(app: App) -> None:
    boto3.client("s3").put_object(
        Bucket=SETTINGS.images_bucket, Key=image_object(NOBODY), Body=picture()
    )

    arrive(app, NOBODY)

    assert objects() == set()


def test_metadata_that_leads_to_another_image_is_not_believed(app: App) -> None:
    mine, other = promised(app), promised(app)
    boto3.client("s3").put_object(
        Bucket=SETTINGS.images_bucket,
        Key=image_object(mine.image_id),
        Body=picture(),
        Metadata={"group-id": other.group_id, "uploaded-key": other.uploaded_key},
    )

    arrive(app, mine.image_id)

    assert now(app, other).state is ImageState.PENDING


def test_uploads_are_counted_without_a_call(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    image = promised(app)
    put(image, picture())

    arrive(app, image.image_id)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (metric,) = [line for line in lines if "_aws" in line]
    assert (metric["UploadsReady"], metric["Stage"]) == (1, "dev")
    assert metric["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "Udagram",
            "Dimensions": [["Stage"]],
            "Metrics": [{"Name": "UploadsReady", "Unit": "Count"}],
        }
    ]


def delete(app: App, image: Image) -> None:
    operations.delete_image(
        image_id=image.image_id, owner=ADA, images=app.images, uploads=app.uploads
    )


def test_a_deletion_takes_the_objects_and_the_item(app: App) -> None:
    image = promised(app)
    put(image, picture())
    arrive(app, image.image_id)

    delete(app, image)

    assert app.images.get(image.key) is None
    assert objects() == set()


class DeletedMeanwhile(Uploads):
    """A bucket whose image is deleted while its thumbnail is being made."""

    delete: Callable[[], None]

    def put_thumbnail(self, image_id: str, data: bytes) -> None:
        self.delete()
        super().put_thumbnail(image_id, data)


def test_a_deletion_while_the_thumbnail_is_made_leaves_nothing(app: App) -> None:
    image = promised(app)
    put(image, picture())
    uploads = DeletedMeanwhile(app.uploads._s3, SETTINGS.images_bucket)
    uploads.delete = lambda: delete(app, image)

    operations.on_upload(
        image_id=image.image_id, images=app.images, uploads=uploads, telemetry=app.telemetry
    )

    assert app.images.get(image.key) is None
    assert objects() == set()


def test_a_rejection_that_stopped_half_way_is_finished_by_the_next_try(app: App) -> None:
    image = promised(app)
    put(image, b"hello")
    app.images.mark_rejected(image.key, reason="The file is no image.")

    arrive(app, image.image_id)

    assert now(app, image).reason == "The file is no image."
    assert objects() == set()


def sweep(app: App) -> Any:
    return sweep_uploads({}, app=app)


def test_what_is_younger_than_two_hours_is_left_alone(app: App, clock: Standing) -> None:
    promised(app)
    clock.advance(hours=1, minutes=59)

    assert sweep(app) == {"processed": 0, "removed": 0, "deleted": 0}


def test_a_promise_that_nobody_kept_is_removed(app: App, clock: Standing) -> None:
    image = promised(app)
    clock.advance(hours=2, seconds=1)

    assert sweep(app) == {"processed": 0, "removed": 1, "deleted": 0}
    assert app.images.get(image.key) is None


def test_an_upload_that_nobody_looked_at_is_processed(app: App, clock: Standing) -> None:
    image = promised(app)
    put(image, picture())
    clock.advance(hours=2, seconds=1)

    assert sweep(app) == {"processed": 1, "removed": 0, "deleted": 0}
    assert now(app, image).state is ImageState.READY


@pytest.mark.parametrize("removed", [(), ("image",), ("image", "thumbnail")])
def test_a_deletion_that_stopped_half_way_is_finished(
    app: App, clock: Standing, removed: tuple[str, ...]
) -> None:
    image = promised(app)
    put(image, picture())
    arrive(app, image.image_id)
    app.images.mark_deleting(image.key)
    names = {"image": image_object(image.image_id), "thumbnail": thumbnail_object(image.image_id)}
    for each in removed:
        boto3.client("s3").delete_object(Bucket=SETTINGS.images_bucket, Key=names[each])
    clock.advance(hours=2, seconds=1)

    assert sweep(app) == {"processed": 0, "removed": 0, "deleted": 1}
    assert app.images.get(image.key) is None
    assert objects() == set()


def test_what_is_finished_is_never_swept(app: App, clock: Standing) -> None:
    good, bad = promised(app), promised(app)
    put(good, picture())
    put(bad, b"hello")
    arrive(app, good.image_id)
    arrive(app, bad.image_id)
    clock.advance(days=30)

    assert sweep(app) == {"processed": 0, "removed": 0, "deleted": 0}


def test_a_sweep_stops_in_time_and_the_next_goes_on(app: App, clock: Standing) -> None:
    promised(app)
    promised(app)
    clock.advance(hours=3)
    left = iter([math.inf, 1_000.0])

    swept = operations.sweep_uploads(
        images=app.images,
        uploads=app.uploads,
        telemetry=app.telemetry,
        system=app.system,
        remaining_ms=lambda: next(left),
    )

    assert swept.removed == 1
    assert sweep(app) == {"processed": 0, "removed": 1, "deleted": 0}


def test_a_file_that_comes_while_the_sweep_looks_is_kept(app: App, clock: Standing) -> None:
    image = promised(app)
    put(image, picture())
    arrive(app, image.image_id)

    assert app.images.mark_deleting(image.key, only=(ImageState.PENDING,)) is None
    assert now(app, image).state is ImageState.READY


def test_the_presigned_put_signs_all_that_may_not_be_changed(app: App) -> None:
    image = promised(app)

    url = app.uploads.presigned_put(image).url

    signed = (
        "content-length;content-type;host;if-none-match;x-amz-meta-group-id;x-amz-meta-uploaded-key"
    )
    assert f"X-Amz-SignedHeaders={signed.replace(';', '%3B')}&" in url
    assert "X-Amz-Expires=300" in url
    assert "checksum" not in url


def test_a_thumbnail_is_stored_as_webp(app: App) -> None:
    image = promised(app)
    put(image, picture())
    arrive(app, image.image_id)

    stored = boto3.client("s3").get_object(
        Bucket=SETTINGS.images_bucket, Key=thumbnail_object(image.image_id)
    )

    assert stored["ContentType"] == "image/webp"
    assert Picture.open(io.BytesIO(stored["Body"].read())).format == "WEBP"
