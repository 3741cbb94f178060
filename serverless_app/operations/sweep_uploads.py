"""sweepUploads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from serverless_app.images import Images
from serverless_app.model import Image, ImageState
from serverless_app.operations.delete_image import finish_deletion
from serverless_app.operations.on_upload import on_upload
from serverless_app.system import System, timestamp
from serverless_app.telemetry import Telemetry
from serverless_app.uploads import Uploads

PATIENCE = timedelta(hours=2)
ENOUGH_TIME_MS = 70_000  # one upload may take a minute


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a sweep did."""

    processed: int = 0  # had an object that nobody had looked at
    removed: int = 0  # were promised and never uploaded
    deleted: int = 0  # were half-way gone

    def __add__(self, other: Swept) -> Swept:
        return Swept(
            processed=self.processed + other.processed,
            removed=self.removed + other.removed,
            deleted=self.deleted + other.deleted,
        )


def sweep_uploads(
    *,
    images: Images,
    uploads: Uploads,
    telemetry: Telemetry,
    system: System,
    remaining_ms: Callable[[], float],
) -> Swept:
    """Finish what was left unfinished for two hours: the oldest first, as far as the time goes.

    `ByUnfinished` holds nothing else, so a sweep reads only what there is to do.
    """
    swept = Swept()
    for key in images.unfinished(before=timestamp(system.now() - PATIENCE)):
        if remaining_ms() < ENOUGH_TIME_MS:
            break  # the next sweep goes on
        image = images.get(key)
        if image is not None:
            swept += _finish(image, images=images, uploads=uploads, telemetry=telemetry)
    telemetry.log("Swept", processed=swept.processed, removed=swept.removed, deleted=swept.deleted)
    return swept


def _finish(image: Image, *, images: Images, uploads: Uploads, telemetry: Telemetry) -> Swept:
    if image.state is ImageState.DELETING:
        finish_deletion(image.key, images=images, uploads=uploads)
        return Swept(deleted=1)
    if image.state is not ImageState.PENDING:
        return Swept()  # finished meanwhile
    if uploads.exists(image.image_id):
        on_upload(image_id=image.image_id, images=images, uploads=uploads, telemetry=telemetry)
        return Swept(processed=1)
    if images.mark_deleting(image.key, only=(ImageState.PENDING,)) is None:
        return Swept()  # its file came just now
    finish_deletion(image.key, images=images, uploads=uploads)
    return Swept(removed=1)
