"""Image changes out of the records of the Images table's stream."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from serverless_app.images import from_item
from serverless_app.model import Image, ImageChange
from serverless_app.streams import Record, plain_item, sequence_number


def to_changes(records: Iterable[Record]) -> list[ImageChange]:
    """What these records say, in their order."""
    return [
        ImageChange(
            before=_image(record["dynamodb"].get("OldImage")),
            after=_image(record["dynamodb"].get("NewImage")),
            sequence_number=sequence_number(record),
        )
        for record in records
    ]


def _image(attributes: dict[str, Any] | None) -> Image | None:
    item = plain_item(attributes)
    return from_item(item) if item else None
