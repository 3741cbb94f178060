"""deleteImage."""

from __future__ import annotations

from serverless_app.errors import ImageNotFound, NotTheOwner
from serverless_app.images import Images
from serverless_app.model import ImageKey
from serverless_app.uploads import Uploads


def delete_image(*, image_id: str, owner: str, images: Images, uploads: Uploads) -> None:
    """Remove an image, its objects and, through the stream, its document in the search index.

    Raises ImageNotFound, NotTheOwner. The order matters when this stops half-way: the item is
    marked first and goes last, so that the sweep always finds what is left to do.
    """
    image = images.find(image_id)
    if image is None:
        raise ImageNotFound(image_id)
    if image.owner != owner:
        raise NotTheOwner(image_id)
    images.mark_deleting(image.key)
    finish_deletion(image.key, images=images, uploads=uploads)


def finish_deletion(key: ImageKey, *, images: Images, uploads: Uploads) -> None:
    """What follows the mark; each step may be repeated."""
    uploads.remove(key.image_id)
    images.remove(key)
