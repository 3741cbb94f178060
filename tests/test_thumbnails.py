"""thumbnails.py: what is an image, and what becomes of it."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from serverless_app.errors import NotAnImage
from serverless_app.thumbnails import make_thumbnail
from tests.pictures import opened, picture


def test_a_thumbnail_is_a_webp_of_480_pixels_at_most() -> None:
    thumbnail = make_thumbnail(picture(size=(1200, 800)), "image/jpeg")

    small = opened(thumbnail.data)
    assert (thumbnail.width, thumbnail.height) == (1200, 800)
    assert (small.format, small.size) == ("WEBP", (480, 320))


def test_a_small_image_is_not_enlarged() -> None:
    thumbnail = make_thumbnail(picture(size=(64, 48)), "image/jpeg")

    assert opened(thumbnail.data).size == (64, 48)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("JPEG", "YCbCr"),
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "LA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("GIF", "P"),
        ("WEBP", "RGB"),
        ("WEBP", "RGBA"),
    ],
)
def test_every_kind_and_colour_space_looks_as_it_did(kind: str, mode: str) -> None:
    thumbnail = make_thumbnail(picture(kind, mode), f"image/{kind.lower()}")

    grey = opened(thumbnail.data).convert("L")
    dark, light = grey.getpixel((4, 24)), grey.getpixel((60, 24))
    expected = (0, 255) if mode == "1" else (40, 200)
    assert isinstance(dark, int)
    assert isinstance(light, int)
    assert abs(dark - expected[0]) < 12
    assert abs(light - expected[1]) < 12


def test_sixteen_bits_of_grey_are_scaled_not_clipped() -> None:
    grey = Image.frombytes("I;16", (8, 8), struct.pack("<H", 0x8000) * 64)
    file = io.BytesIO()
    grey.save(file, "PNG")

    thumbnail = make_thumbnail(file.getvalue(), "image/png")

    assert opened(thumbnail.data).convert("L").getpixel((4, 4)) == 128


def test_what_shows_through_still_does() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(file, "PNG")

    assert opened(make_thumbnail(file.getvalue(), "image/png").data).mode == "RGBA"


@pytest.mark.parametrize(
    ("orientation", "size", "dark_corner"),
    [
        (1, (64, 48), (4, 24)),
        (2, (64, 48), (60, 24)),
        (3, (64, 48), (60, 24)),
        (4, (64, 48), (4, 24)),
        (5, (48, 64), (24, 4)),
        (6, (48, 64), (24, 4)),
        (7, (48, 64), (24, 60)),
        (8, (48, 64), (24, 60)),
    ],
)
def test_a_picture_is_turned_as_the_camera_was_held(
    orientation: int, size: tuple[int, int], dark_corner: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation

    thumbnail = make_thumbnail(picture(exif=exif), "image/jpeg")

    shade = opened(thumbnail.data).convert("L").getpixel(dark_corner)
    assert (thumbnail.width, thumbnail.height) == size
    assert isinstance(shade, int)
    assert shade < 60


def test_nothing_that_a_camera_wrote_is_left() -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)

    small = opened(make_thumbnail(picture(exif=exif, comment=b"at home"), "image/jpeg").data)

    assert len(small.getexif()) == 0
    assert not {"exif", "xmp", "icc_profile", "comment"} & small.info.keys()


def test_a_broken_exif_is_no_reason_to_refuse() -> None:
    file = picture(exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")

    assert make_thumbnail(file, "image/jpeg").width == 64


@pytest.mark.parametrize("data", [b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(NotAnImage, match="no JPEG, PNG, GIF or WebP"):
        make_thumbnail(data, "image/jpeg")


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO"])
def test_other_kinds_of_images_are_refused(kind: str) -> None:
    with pytest.raises(NotAnImage, match="no JPEG, PNG, GIF or WebP"):
        make_thumbnail(picture(kind), "image/jpeg")


def test_another_kind_than_declared_is_refused() -> None:
    with pytest.raises(NotAnImage, match="PNG, but image/jpeg was declared"):
        make_thumbnail(picture("PNG"), "image/jpeg")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_half_an_image_is_refused(kind: str) -> None:
    file = picture(kind, size=(640, 480), mode="P" if kind == "GIF" else "RGB")

    with pytest.raises(NotAnImage):
        make_thumbnail(file[: len(file) // 2], f"image/{kind.lower()}")


@pytest.mark.parametrize("side", [7_072, 10_000, 30_000])
def test_a_small_file_that_unpacks_to_gigabytes_is_refused_unopened(side: int) -> None:
    with pytest.raises(NotAnImage, match="more than 50 megapixels"):
        make_thumbnail(_png_header(side), "image/png")


def _png_header(side: int) -> bytes:
    """A PNG that claims to have side × side pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
