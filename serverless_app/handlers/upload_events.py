"""S3's events: something was uploaded."""

from __future__ import annotations

from urllib.parse import unquote_plus

from serverless_app import operations
from serverless_app.handlers.edges import Event, invoked
from serverless_app.uploads import IMAGES_PREFIX
from serverless_app.wiring import App


@invoked
def on_upload(event: Event, app: App) -> None:
    """s3:ObjectCreated:*; keys come as in a form: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html"""
    for record in event["Records"]:
        operations.on_upload(
            image_id=unquote_plus(record["s3"]["object"]["key"]).removeprefix(IMAGES_PREFIX),
            images=app.images,
            uploads=app.uploads,
            telemetry=app.telemetry,
        )
