"""A picture as another kind of file: the same to look at, and nothing else of the old file in it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from app.imaging.convert import converted
from app.imaging.inspect import NotAPicture, inspect_picture

KINDS = ("image/png", "image/jpeg", "image/webp")


def file_of(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, file_format, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("mime_type", KINDS)
@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "GIF"])
def test_any_kept_kind_becomes_any_kind(file_format: str, mime_type: str) -> None:
    image = Image.linear_gradient("L").resize((48, 32)).convert("RGB")
    out = converted(file_of(image, file_format), mime_type)
    facts = inspect_picture(out)
    assert (facts.mime_type, facts.width, facts.height) == (mime_type, 48, 32)
    middle = opened(out).convert("RGB").getpixel((24, 16))
    assert all(abs(value - 132) < 8 for value in middle)


def test_what_is_transparent_is_white_in_a_jpeg_and_stays_transparent_elsewhere() -> None:
    clear = file_of(Image.new("RGBA", (16, 16), (200, 0, 0, 0)))
    assert opened(converted(clear, "image/jpeg")).getpixel((8, 8)) == (255, 255, 255)
    for mime_type in ("image/png", "image/webp"):
        assert opened(converted(clear, mime_type)).convert("RGBA").getchannel("A").getextrema() == (0, 0)


def test_a_png_is_exact() -> None:
    image = Image.effect_noise((40, 30), 90).convert("RGB")
    assert opened(converted(file_of(image, "WEBP", lossless=True), "image/png")).tobytes() == image.tobytes()


def test_it_stands_upright_and_keeps_no_metadata() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "canary"
    data = file_of(Image.new("RGB", (30, 20)), "JPEG", exif=exif, comment=b"canary", xmp=b"canary")
    for mime_type in KINDS:
        out = converted(data, mime_type)
        assert opened(out).size == (20, 30)
        assert b"canary" not in out


def test_what_cannot_be_decoded_or_written_is_no_picture() -> None:
    with pytest.raises(NotAPicture):
        converted(b"\x89PNG\r\n\x1a\n", "image/png")
    with pytest.raises(NotAPicture, match="16383"):
        converted(file_of(Image.new("L", (16_384, 1))), "image/webp")
