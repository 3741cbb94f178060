"""redriveFailures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from serverless_app.errors import IndexRefused, RecordsExpired
from serverless_app.images import Images
from serverless_app.model import FailedRange, ImageChange, View
from serverless_app.operations.changes import to_changes
from serverless_app.streams import FailedRecords
from serverless_app.telemetry import Telemetry


@dataclass(frozen=True, kw_only=True)
class Consumers:
    """The operations that gave up; each is repeated by its own rules, and may be repeated."""

    index_images: Callable[[Sequence[ImageChange]], Sequence[str]]
    notify_watchers: Callable[[ImageChange], None]
    count_views: Callable[[Sequence[View]], int]


def redrive_failures(
    failed: FailedRange,
    *,
    records: FailedRecords,
    consumers: Consumers,
    images: Images,
    telemetry: Telemetry,
) -> int:
    """Do again what a function gave up: how many records. 0 when the stream has them no longer.

    What has expired is said in the log and counted (there is an alarm), and its message is done
    with. Any other error leaves the message in its queue.
    """
    where = {"shard": failed.shard_id, "first": failed.first, "last": failed.last}
    try:
        number = _redrive(failed, records, consumers, images)
    except RecordsExpired as expired:
        telemetry.count(RedriveExpired=1)
        telemetry.log(str(expired), level="ERROR", **where, consumer=failed.function)
        return 0
    telemetry.count(RecordsRedriven=number)
    telemetry.log("Redriven", records=number, **where, consumer=failed.function)
    return number


def _redrive(
    failed: FailedRange, records: FailedRecords, consumers: Consumers, images: Images
) -> int:
    if failed.function == "countViews":
        views = records.views(failed)
        consumers.count_views(views)
        return len(views)
    changes = to_changes(records.changes(failed))
    if failed.function == "notifyWatchers":
        for change in changes:
            consumers.notify_watchers(change)
    if failed.function == "indexImages":
        latest = _as_they_are_now(changes, images)
        if consumers.index_images(latest):
            raise IndexRefused([change.image.image_id for change in latest])
    return len(changes)


def _as_they_are_now(changes: Sequence[ImageChange], images: Images) -> list[ImageChange]:
    """Each image once, as the table has it now: the record may be old, or be what was refused."""
    last = {change.image.image_id: change for change in changes}
    return [
        ImageChange(
            before=change.image,
            after=images.get(change.image.key),
            sequence_number=change.sequence_number,
        )
        for change in last.values()
    ]
