"""The views stream."""

from __future__ import annotations

from serverless_app.handlers.edges import Event, Json, invoked
from serverless_app.streams import batch_item_failures, views
from serverless_app.wiring import App


@invoked
def count_views(event: Event, app: App) -> Json:
    """Views become trends. A failure fails the whole batch: what was counted stays counted."""
    app.count_views(views(event["Records"]))
    return batch_item_failures([])
