"""notifyWatchers."""

from __future__ import annotations

from typing import Any

from serverless_app.connections import Connections
from serverless_app.errors import WatchersUnreached
from serverless_app.model import Connection, Image, ImageChange, ImageState
from serverless_app.notifications import Notifications
from serverless_app.telemetry import Telemetry
from serverless_app.uploads import Uploads


def notify_watchers(
    change: ImageChange,
    *,
    connections: Connections,
    notifications: Notifications,
    uploads: Uploads,
    telemetry: Telemetry,
) -> None:
    """Tell a group's watchers what became of an image; forget the connections that have gone.

    Raises WatchersUnreached when posts failed that may succeed another time: those who were told
    then hear it twice, and it is the same news.
    """
    message = news(change, uploads)
    if message is None:
        return
    group_id = change.image.group_id
    ids = [connection.connection_id for connection in connections.watchers(group_id)]
    outcome = notifications.post_to_all(ids, message)
    for gone in outcome.gone:
        connections.remove(Connection(group_id=group_id, connection_id=gone))
    telemetry.count(
        NotificationsSent=len(outcome.told),
        ConnectionsGone=len(outcome.gone),
        ConnectionsSilent=len(outcome.silent),
    )
    if outcome.unreached:
        raise WatchersUnreached(outcome.unreached)


def news(change: ImageChange, uploads: Uploads) -> dict[str, Any] | None:
    """The message for watchers, or None when a change is no news."""
    kind = _kind(change.before, change.after)
    if kind is None:
        return None
    image = change.image
    return {"type": kind, "groupId": image.group_id, "image": uploads.with_urls(image)}


def _kind(before: Image | None, after: Image | None) -> str | None:
    if after is None:
        return "image.deleted"
    if before is not None and before.state is after.state:
        return None
    kinds = {ImageState.READY: "image.ready", ImageState.REJECTED: "image.rejected"}
    return kinds.get(after.state)
