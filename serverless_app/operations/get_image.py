"""getImage."""

from __future__ import annotations

from serverless_app.errors import ImageNotFound
from serverless_app.images import Images
from serverless_app.model import Image


def get_image(*, image_id: str, images: Images) -> Image:
    """The image of this id. Raises ImageNotFound, for a moment after its creation too."""
    image = images.find(image_id)
    if image is None:
        raise ImageNotFound(image_id)
    return image
