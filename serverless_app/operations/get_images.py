"""getImages."""

from __future__ import annotations

from serverless_app.errors import GroupNotFound
from serverless_app.groups import Groups
from serverless_app.images import Images, Selection
from serverless_app.model import Image, Page


def get_images(
    *,
    group_id: str,
    selection: Selection,
    limit: int,
    next_key: str | None,
    groups: Groups,
    images: Images,
) -> Page[Image]:
    """A page of a group's images. Raises GroupNotFound, InvalidCursor.

    The group is looked for only when the page is empty: an image proves its group.
    """
    page = images.in_group(group_id, selection, limit=limit, next_key=next_key)
    if not page.items and groups.get(group_id) is None:
        raise GroupNotFound(group_id)
    return page
