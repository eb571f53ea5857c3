"""Thumbnails: small, upright, of the right shape and colour, whatever kind of picture it was."""

from __future__ import annotations

import random
from io import BytesIO

import pytest
from PIL import Image

from app.imaging.inspect import NotAPicture
from app.imaging.thumbnail import LONGEST_EDGE, make_thumbnail, thumbnail_size


def encoded(image: Image.Image, file_format: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, file_format, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize(
    ("size", "small"),
    [((1024, 1024), (320, 320)), ((1536, 1024), (320, 213)), ((3840, 1280), (320, 107)), ((64, 48), (64, 48))],
)
def test_it_keeps_the_shape_and_never_grows(size: tuple[int, int], small: tuple[int, int]) -> None:
    made = opened(make_thumbnail(encoded(Image.new("RGB", size, "red"), "PNG")))
    assert made.format == "WEBP"
    assert made.size == small == thumbnail_size(*size)


def test_a_sliver_keeps_a_pixel() -> None:
    assert thumbnail_size(5000, 2) == (LONGEST_EDGE, 1)


@pytest.mark.parametrize(
    ("mode", "file_format"),
    [("RGB", "JPEG"), ("L", "JPEG"), ("CMYK", "JPEG"), ("RGB", "WEBP"), ("L", "PNG"), ("P", "GIF"), ("1", "PNG")],
)
def test_every_kind_of_picture_keeps_its_brightness(mode: str, file_format: str) -> None:
    data = encoded(Image.new("RGB", (400, 300), "white").convert(mode), file_format)
    pixel = opened(make_thumbnail(data)).convert("RGB").getpixel((160, 120))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 245


@pytest.mark.parametrize(("mode", "file_format"), [("RGBA", "PNG"), ("LA", "PNG"), ("RGBA", "WEBP")])
def test_what_is_transparent_stays_transparent(mode: str, file_format: str) -> None:
    data = encoded(Image.new("RGBA", (400, 300), (255, 0, 0, 0)).convert(mode), file_format)
    pixel = opened(make_thumbnail(data)).getpixel((160, 120))
    assert isinstance(pixel, tuple)
    assert pixel[3] == 0


def test_a_picture_lying_on_its_side_is_put_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by a quarter
    data = encoded(Image.new("RGB", (640, 320), "blue"), "JPEG", exif=exif)
    assert opened(make_thumbnail(data)).size == (160, 320)


def test_an_animation_is_shown_by_its_first_frame() -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    pixel = opened(make_thumbnail(data)).convert("RGB").getpixel((20, 20))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 240


@pytest.mark.parametrize("data", [b"", b"text", encoded(Image.effect_noise((90, 90), 50), "PNG")[:2000]])
def test_what_cannot_be_decoded_is_no_picture(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        make_thumbnail(data)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_sixty_are_less_than_a_page_may_weigh_even_of_noise(mode: str) -> None:
    side = 640
    noise = Image.frombytes(mode, (side, side), random.Random(3).randbytes(side * side * len(mode)))
    made = make_thumbnail(encoded(noise, "PNG", compress_level=1))
    assert len(made) * 60 < 1_350_000
    assert opened(made).size == (320, 320)
