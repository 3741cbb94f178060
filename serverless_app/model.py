"""The nouns of Udagram. They are frozen: a change is a new value, made where the change is made."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")

ID_PATTERN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class ImageState(StrEnum):
    """How far an image has come."""

    PENDING = "PENDING"  # promised: the client has an address to upload to
    READY = "READY"  # uploaded, verified, and it has a thumbnail
    REJECTED = "REJECTED"  # uploaded, but it was no image: `reason` says why
    DELETING = "DELETING"  # its owner wants it gone, and its objects are being removed


@dataclass(frozen=True, kw_only=True)
class Group:
    """A named place for images. Groups are never renamed and never deleted."""

    group_id: str
    name: str
    description: str
    created_at: str
    owner: str

    def as_json(self) -> dict[str, Any]:
        """The group as the API gives it."""
        return {
            "groupId": self.group_id,
            "name": self.name,
            "description": self.description,
            "createdAt": self.created_at,
            "owner": self.owner,
        }


@dataclass(frozen=True, kw_only=True)
class Image:
    """A picture in a group. `version` starts at 1 and grows by one with every write."""

    image_id: str
    group_id: str
    group_name: str
    title: str
    content_type: str
    size: int
    uploaded_at: str
    owner: str
    description: str | None = None
    state: ImageState = ImageState.PENDING
    width: int | None = None
    height: int | None = None
    reason: str | None = None
    version: int = 1

    @property
    def uploaded_key(self) -> str:
        """The sort key: unique even for two images of the same millisecond."""
        return f"{self.uploaded_at}#{self.image_id}"

    @property
    def key(self) -> ImageKey:
        """What leads to its item."""
        return ImageKey(group_id=self.group_id, uploaded_key=self.uploaded_key)

    def as_json(self) -> dict[str, Any]:
        """The image as the API gives it, without the addresses of its objects."""
        all_of_it = {
            "imageId": self.image_id,
            "groupId": self.group_id,
            "groupName": self.group_name,
            "title": self.title,
            "description": self.description,
            "contentType": self.content_type,
            "size": self.size,
            "uploadedAt": self.uploaded_at,
            "owner": self.owner,
            "state": str(self.state),
            "width": self.width,
            "height": self.height,
            "reason": self.reason,
        }
        return {name: value for name, value in all_of_it.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class ImageKey:
    """The primary key of an image's item."""

    group_id: str
    uploaded_key: str

    @property
    def image_id(self) -> str:
        """The id at the end of the sort key."""
        return self.uploaded_key.partition("#")[2]


@dataclass(frozen=True, kw_only=True)
class ImageChange:
    """What a write did to an image: before and after, either of which may be missing."""

    before: Image | None
    after: Image | None
    sequence_number: str

    @property
    def image(self) -> Image:
        """The image as it is after the change, or was before it went."""
        image = self.after or self.before
        assert image is not None  # a change changes something
        return image


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A WebSocket that watches a group."""

    group_id: str
    connection_id: str


@dataclass(frozen=True, kw_only=True)
class View:
    """Somebody looked at an image: a record of the views stream, as it arrived."""

    image_id: str
    arrived_at: str
    shard_id: str
    sequence_number: str

    @property
    def hour(self) -> str:
        """The hour in which it arrived, `2026-11-24T21`: not the one in which it is counted."""
        return self.arrived_at[:13]


@dataclass(frozen=True, kw_only=True)
class FailedRange:
    """Stream records that a function gave up, by their place: such a message carries no data."""

    function: str  # as in serverless.yml
    stream_arn: str
    shard_id: str
    first: str
    last: str


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    """An image that was found: how well it fits, and where, as HTML that is safe to show."""

    image: Image
    score: float
    highlights: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Item]):
    """A part of a list, and the token that continues it, if it goes on."""

    items: Sequence[Item]
    next_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Thumbnail:
    """A small WebP of an image, and the image's own size as seen upright."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Upload:
    """An address that takes one object once, and the headers that must go with it."""

    url: str
    headers: Mapping[str, str]
