"""Pixels in, pixels out: is this upload an image, how large is it upright, what does it look like.

What somebody uploads is not to be trusted: it may be no image, another kind than declared, cut off,
or a small file that unpacks to gigabytes. Each of these is a NotAnImage with a reason to show.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from typing import TYPE_CHECKING

from serverless_app.errors import NotAnImage
from serverless_app.model import Thumbnail

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_SIDE = 480
MOST_PIXELS = 50_000_000
_FORMATS = {
    "image/jpeg": ("JPEG", "MPO"),  # MPO: a JPEG with more of them behind it, as phones make
    "image/png": ("PNG",),
    "image/gif": ("GIF",),
    "image/webp": ("WEBP",),
}
_ORIENTATION = 0x0112  # the EXIF tag
_LYING = (5, 6, 7, 8)  # orientations that turn the picture by a quarter
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)


def make_thumbnail(data: bytes, content_type: str) -> Thumbnail:
    """A WebP of at most 480 pixels a side, upright, without any of the original's metadata.

    Of an animation, the first picture. Raises NotAnImage.
    """
    import PIL.WebPImagePlugin  # noqa: F401 - known by name, or Pillow loads its forty other formats
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a file's author did wrong is no warning to us
            picture = Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "GIF", "WEBP"])
            _check(picture, content_type)
            return _shrink(picture)
    except UnidentifiedImageError as error:
        raise NotAnImage("The file is no JPEG, PNG, GIF or WebP image.") from error
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except _DAMAGED as error:
        raise NotAnImage("The image is damaged or incomplete.") from error


def _check(picture: Image, content_type: str) -> None:
    """Only headers were read so far: the time to refuse what would cost much to unpack."""
    if picture.format not in _FORMATS.get(content_type, ()):
        raise NotAnImage(f"The file is {picture.format}, but {content_type} was declared.")
    if picture.width * picture.height > MOST_PIXELS:
        raise _too_many_pixels()


def _shrink(picture: Image) -> Thumbnail:
    orientation = _orientation(picture)
    width, height = picture.size if orientation not in _LYING else picture.size[::-1]
    picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG can be decoded at a fraction
    small = _eight_bits(picture)
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright = _turned(small, orientation)
    upright.info.clear()  # EXIF, GPS, comments, profiles: nothing of them leaves
    out = io.BytesIO()
    upright.save(out, "WEBP", quality=80)
    return Thumbnail(data=out.getvalue(), width=width, height=height)


def _orientation(picture: Image) -> int:
    """How a camera was held; 1, upright, where EXIF is missing or broken."""
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except (*_DAMAGED, TypeError, KeyError):
        return 1


def _turned(picture: Image, orientation: int) -> Image:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return picture.transpose(turns[orientation]) if orientation in turns else picture


def _eight_bits(picture: Image) -> Image:
    """RGB, or RGBA where something shows through, from whatever the file has (CMYK, 16 bits …)."""
    if picture.mode.startswith("I"):  # sixteen bits of grey: Pillow would clip them, not scale
        return picture.convert("I").point(lambda grey: grey * (1 / 256)).convert("L").convert("RGB")
    transparent = "A" in picture.getbands() or "transparency" in picture.info
    return picture.convert("RGBA" if transparent else "RGB")


def _too_many_pixels() -> NotAnImage:
    return NotAnImage(f"The image has more than {MOST_PIXELS // 1_000_000} megapixels.")
