"""indexImages."""

from __future__ import annotations

from collections.abc import Sequence

from serverless_app.model import ImageChange
from serverless_app.search import Search
from serverless_app.telemetry import Telemetry


def index_images(
    changes: Sequence[ImageChange], *, search: Search, telemetry: Telemetry
) -> list[str]:
    """Let the index follow these changes: the sequence numbers of those that it did not take.

    Raises SearchUnavailable when the domain does not answer: then the whole batch comes again.
    """
    refused = search.write(changes)
    for change in refused:
        telemetry.log("The index refused it", level="ERROR", imageId=change.image.image_id)
    telemetry.count(ImagesIndexed=len(changes) - len(refused))
    return [change.sequence_number for change in refused]
