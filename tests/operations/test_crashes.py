"""Whatever happens to an upload, and wherever a function dies: nothing is left over."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import boto3
import pytest

from serverless_app import operations
from serverless_app.errors import ImageNotFound
from serverless_app.handlers.schedules import sweep_uploads
from serverless_app.model import Image, ImageState
from serverless_app.uploads import image_object, thumbnail_object
from serverless_app.wiring import App
from tests.application import ADA, SETTINGS, Standing
from tests.pictures import picture

WRITES = ("PutObject", "DeleteObject", "UpdateItem", "DeleteItem")
GOOD, BAD = picture(), b"hello"
_numbers = itertools.count(1)


class Crash(BaseException):
    """A function that dies in the middle: nothing of ours catches it."""


@contextmanager
def dying_at(app: App, number: int) -> Iterator[None]:
    """Let the `number`-th write that the application makes be its last."""
    left = itertools.count(number, -1)

    def before_call(model: Any, **_: Any) -> None:
        if model.name in WRITES and next(left) == 0:
            raise Crash

    clients = (app.uploads._s3, app.images._table.meta.client)
    for client in clients:
        client.meta.events.register("before-call", before_call)
    try:
        yield
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", before_call)


def promised(app: App) -> Image:
    image = Image(
        image_id=f"{next(_numbers):08x}-1111-4111-8111-111111111111",
        group_id="99999999-0000-4000-8000-000000000000",
        group_name="Cats",
        title="A cat",
        content_type="image/jpeg",
        size=len(GOOD),
        uploaded_at=app.system.timestamp(),
        owner=ADA,
    )
    app.images.put(image)
    return image


def client_puts(image: Image, data: bytes) -> None:
    """The presigned PUT: only the first counts, as `If-None-Match: *` demands."""
    s3 = boto3.client("s3")
    with suppress(s3.exceptions.ClientError):
        s3.put_object(
            Bucket=SETTINGS.images_bucket,
            Key=image_object(image.image_id),
            Body=data,
            IfNoneMatch="*",
            Metadata={"group-id": image.group_id, "uploaded-key": image.uploaded_key},
        )


def do(app: App, image: Image, action: str) -> None:
    match action:
        case "put a picture":
            client_puts(image, GOOD)
        case "put rubbish":
            client_puts(image, BAD)
        case "event":
            operations.on_upload(
                image_id=image.image_id,
                images=app.images,
                uploads=app.uploads,
                telemetry=app.telemetry,
            )
        case "delete":
            with suppress(ImageNotFound):
                operations.delete_image(
                    image_id=image.image_id, owner=ADA, images=app.images, uploads=app.uploads
                )
        case "sweep":
            sweep_uploads({}, app=app)


def objects_of(image: Image) -> set[str]:
    s3 = boto3.client("s3")
    listed = s3.list_objects_v2(Bucket=SETTINGS.images_bucket).get("Contents", [])
    return {each["Key"] for each in listed if image.image_id in each["Key"]}


LIVES = [
    ("put a picture", "event", "delete"),
    ("put rubbish", "event", "delete"),
    ("put a picture", "delete", "event"),
    ("put a picture", "event", "event", "delete", "delete"),
    ("delete", "put a picture", "event"),
    ("put rubbish", "event", "put a picture", "event"),
    ("put a picture", "event", "delete", "put rubbish", "event"),
    ("put a picture", "sweep", "event", "delete"),
    ("sweep", "put a picture", "event"),
    ("delete", "sweep"),
]


@pytest.mark.parametrize("actions", LIVES, ids=", ".join)
def test_a_crash_at_any_write_leaves_nothing_that_the_sweep_does_not_finish(
    app: App, clock: Standing, actions: tuple[str, ...]
) -> None:
    for write in range(8):
        image = promised(app)
        clock.advance(hours=3)

        live(app, image, actions, dies_at=write)

        now = app.images.get(image.key)
        ready = now is not None and now.state is ImageState.READY
        names = {image_object(image.image_id), thumbnail_object(image.image_id)}
        assert ready or now is None or now.state is ImageState.REJECTED
        assert objects_of(image) == (names if ready else set()), f"died at write {write}"


def live(app: App, image: Image, actions: tuple[str, ...], *, dies_at: int) -> None:
    """Do all that; then what is still to come comes, and the sweep."""
    waiting = False  # an event that no function has worked off yet: S3 delivers at least once
    with dying_at(app, dies_at):
        for action in actions:
            before = objects_of(image)
            with suppress(Crash):
                do(app, image, action)
                waiting = waiting and action != "event"
            waiting = waiting or (action.startswith("put") and objects_of(image) != before)
    if waiting:
        do(app, image, "event")
    do(app, image, "sweep")
