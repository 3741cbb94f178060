"""The queue of stream failures."""

from __future__ import annotations

from serverless_app.handlers.edges import Event, Json, each_record, invoked
from serverless_app.streams import failed_range
from serverless_app.wiring import App


@invoked
def redrive_failures(event: Event, app: App) -> Json:
    """What a stream's consumer gave up is done again; what fails again stays in the queue."""
    return each_record(
        event["Records"],
        lambda message: app.redrive_failures(failed_range(message["body"])),
        named=lambda message: message["messageId"],
        app=app,
    )
