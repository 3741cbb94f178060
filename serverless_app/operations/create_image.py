"""createImage."""

from __future__ import annotations

from serverless_app.errors import GroupNotFound
from serverless_app.groups import Groups
from serverless_app.images import Images
from serverless_app.model import Image, Upload
from serverless_app.system import System
from serverless_app.uploads import Uploads


def create_image(
    *,
    group_id: str,
    title: str,
    description: str | None,
    content_type: str,
    size: int,
    owner: str,
    groups: Groups,
    images: Images,
    uploads: Uploads,
    system: System,
) -> tuple[Image, Upload]:
    """Promise an image: its item, PENDING, and the address to upload its file to.

    The group's name is copied into the image, for groups are never renamed, and search and watchers
    need it without another read. Raises GroupNotFound.
    """
    group = groups.get(group_id)
    if group is None:
        raise GroupNotFound(group_id)
    image = Image(
        image_id=system.new_id(),
        group_id=group_id,
        group_name=group.name,
        title=title,
        description=description,
        content_type=content_type,
        size=size,
        uploaded_at=system.timestamp(),
        owner=owner,
    )
    images.put(image)
    return image, uploads.presigned_put(image)
