"""onUpload."""

from __future__ import annotations

from serverless_app.errors import NotAnImage
from serverless_app.images import Images
from serverless_app.model import Image, ImageState
from serverless_app.telemetry import Telemetry
from serverless_app.thumbnails import make_thumbnail
from serverless_app.uploads import Uploads


def on_upload(*, image_id: str, images: Images, uploads: Uploads, telemetry: Telemetry) -> None:
    """Look at an uploaded file: READY with a thumbnail, or REJECTED with a reason.

    S3 may tell the same upload twice, late, or after the image was deleted. What was decided once
    stays; an object that no image needs (any more) is removed.
    """
    upload = uploads.get(image_id)
    if upload is None:
        return telemetry.log("There is no object: it was removed meanwhile", imageId=image_id)
    image = images.get(upload.key) if upload.key else None
    if image is None or image.image_id != image_id:
        uploads.remove(image_id)
        return telemetry.log("No image belongs to this object: removed", imageId=image_id)
    if image.state is ImageState.PENDING:
        _decide(image, upload.data, images=images, uploads=uploads, telemetry=telemetry)
    return _tidy(image, images=images, uploads=uploads)


def _decide(
    image: Image, data: bytes, *, images: Images, uploads: Uploads, telemetry: Telemetry
) -> None:
    try:
        thumbnail = make_thumbnail(data, image.content_type)
    except NotAnImage as refusal:
        if images.mark_rejected(image.key, reason=refusal.reason):
            telemetry.count(UploadsRejected=1)
            telemetry.log("Rejected", imageId=image.image_id, reason=refusal.reason)
        return
    uploads.put_thumbnail(image.image_id, thumbnail.data)
    if images.mark_ready(image.key, width=thumbnail.width, height=thumbnail.height):
        telemetry.count(UploadsReady=1)
        telemetry.log("Ready", imageId=image.image_id, size=image.size)


def _tidy(image: Image, *, images: Images, uploads: Uploads) -> None:
    """Only a READY image keeps its objects. Read again, for it may have changed meanwhile."""
    now = images.get(image.key)
    if now is None or now.state is not ImageState.READY:
        uploads.remove(image.image_id)
