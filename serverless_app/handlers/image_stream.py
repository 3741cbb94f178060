"""The Images table's stream: two consumers."""

from __future__ import annotations

from serverless_app import operations
from serverless_app.handlers.edges import Event, Json, each_record, invoked
from serverless_app.streams import batch_item_failures, written_at
from serverless_app.wiring import App


@invoked
def index_images(event: Event, app: App) -> Json:
    """The search index follows the table."""
    app.telemetry.lag("IndexLag", written_at(event["Records"][0]))
    changes = operations.to_changes(event["Records"])
    return batch_item_failures(app.index_images(changes))


@invoked
def notify_watchers(event: Event, app: App) -> Json:
    """Watchers hear what became of an image."""
    return each_record(
        operations.to_changes(event["Records"]),
        app.notify_watchers,
        named=lambda change: change.sequence_number,
        app=app,
        stop=True,
    )
