"""Outside the mask the answer equals the upload, pixel for pixel: all kinds of pictures, masks and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageOps

from app.domain.accounts import STUDIO
from app.domain.requests import Edit
from app.imaging.fit import Fitting
from app.wiring import Studio
from tests.imaging.pictures import edit_map, encoded, opened, raw_png, soft
from tests.services.editors import done, draft, drawing, result
from tests.upstream import Upstream

Size = tuple[int, int]
Given = tuple[bytes, Image.Image]
"""A file, and the pixels that it shows."""

MODEL_COLOUR = (255, 0, 255)


def rgb(size: Size) -> Given:
    image = soft(size)
    return encoded(image), image


def rgba(size: Size) -> Given:
    image = soft(size, "RGBA")
    image.paste((9, 8, 7, 0), (0, 0, size[0] // 4, size[1] // 4))
    return encoded(image), image


def palette(size: Size) -> Given:
    image = soft(size).quantize(64)
    return encoded(image), image.convert("RGB")


def sixteen_bits(size: Size) -> Given:
    """Each sample with a low byte of its own, which sRGB of eight bits leaves out."""
    image = soft(size)
    wide = bytearray(2 * len(image.tobytes()))
    wide[0::2] = wide[1::2] = image.tobytes()
    row = size[0] * 6
    rows = b"".join(b"\0" + wide[at : at + row] for at in range(0, len(wide), row))
    return raw_png(size, 16, 2, rows), image


def turned(orientation: int) -> Given:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(soft((60, 40)), "JPEG", quality=95, exif=exif)
    return data, ImageOps.exif_transpose(opened(data))


def transparent(edit: Image.Image) -> bytes:
    sheet = Image.new("RGBA", edit.size, "white")
    sheet.putalpha(ImageChops.invert(edit))
    return encoded(sheet)


def grey(edit: Image.Image) -> bytes:
    return encoded(edit.point([40] * 128 + [210] * 128))


def twice_as_large(edit: Image.Image) -> bytes:
    return encoded(edit.resize((2 * edit.width, 2 * edit.height), Image.Resampling.NEAREST))


MASKS: dict[str, tuple[Any, dict[str, Any]]] = {
    "transparent": (transparent, {}),
    "white": (encoded, {}),
    "black": (lambda edit: encoded(ImageChops.invert(edit)), {}),
    "black as told": (lambda edit: encoded(ImageChops.invert(edit).convert("RGB")), {"mask_means": "black-is-edited"}),
    "grey": (grey, {}),
    "JPEG": (lambda edit: encoded(edit, "JPEG", quality=90), {}),
    "other size": (twice_as_large, {}),
    "inverted": (lambda edit: encoded(ImageChops.invert(edit)), {"mask_means": "white-is-edited", "invert_mask": True}),
}
BOXES = {(1000, 750): (304, 160, 496, 400), (513, 1999): (64, 1600, 256, 1840), (37, 51): (8, 16, 24, 40)}
SOURCES = (rgb, rgba, palette, sixteen_bits)
ANSWERS = ((1008, 752), (256, 192), (333, 777))
FORMATS = ({}, {"output_format": "webp"}, {"output_format": "webp", "output_compression": 100})


@dataclass(frozen=True)
class Arrived:
    """What the upstream got, and what was kept."""

    sent: Image.Image
    mask: Image.Image
    request: Edit
    kept: Image.Image
    model_drew: Image.Image
    drift: float


def edited(studio: Studio, upstream: Upstream, source: bytes, mask: bytes, answer: Image.Image, **more: Any) -> Arrived:
    prepared = studio.editing.prepare(STUDIO, draft(source, mask=mask, **more))
    assert isinstance(prepared.request, Edit)
    upstream.script(drawing(answer))
    job = done(studio, prepared.request)
    image, cover = upstream.ledger[-1].files
    assert (image.name, image.mime_type, cover.name, cover.mime_type) == ("image", "image/png", "mask", "image/png")
    assert len(cover.data) < 4_000_000
    assert upstream.ledger[-1].fields["size"] == [prepared.request.size]
    (picture,) = job.pictures
    assert picture.model_picture_id is not None
    assert picture.drift is not None
    beside = studio.library.find(STUDIO, picture.model_picture_id)
    return Arrived(
        opened(image.data),
        opened(cover.data),
        prepared.request,
        result(studio, picture),
        result(studio, beside),
        picture.drift,
    )


def check(arrived: Arrived, source: Image.Image, edit: Image.Image, answer: Image.Image) -> None:
    """The promises of `reference`: what was sent, and what came of it."""
    assert arrived.request.given is not None
    fitting = Fitting.from_record(dict(arrived.request.given.fitting or {}))
    assert arrived.sent.size == arrived.mask.size == fitting.sent
    assert arrived.mask.mode == "RGBA"
    assert exactly_marked(arrived.mask, edit, fitting)
    keep = ImageChops.invert(edit)
    mode = "RGBA" if "RGBA" in (source.mode, arrived.kept.mode) else "RGB"
    assert arrived.kept.size == source.size
    assert only(arrived.kept, keep, mode) == only(source, keep, mode)
    left, top, right, bottom = edit.getbbox() or (0, 0, 0, 0)
    middle = ((left + right) // 2, (top + bottom) // 2)
    assert arrived.kept.convert("RGB").getpixel(middle) == MODEL_COLOUR
    assert arrived.model_drew.tobytes() == answer.tobytes()
    assert arrived.drift > 1


def exactly_marked(mask: Image.Image, edit: Image.Image, fitting: Fitting) -> bool:
    """Whether alpha is 0 on each pixel that shows anything to edit, and 255 elsewhere."""
    alpha = mask.getchannel("A")
    part = edit.crop(fitting.crop)
    if fitting.placed.width < part.width:
        # Made smaller: the box of what is marked, to the pixel that interpolation may reach beyond it.
        marked = alpha.point([255] + [0] * 255).crop(fitting.placed)
        scale = fitting.placed.width / part.width
        wanted = [edge * scale for edge in part.getbbox() or ()]
        counts = marked.histogram()
        near = all(abs(found - edge) <= 1.5 for found, edge in zip(marked.getbbox() or (), wanted, strict=True))
        return near and counts[0] + counts[255] == marked.width * marked.height
    expected = Image.new("L", fitting.sent, 255)
    part = part.resize(fitting.placed.size, Image.Resampling.NEAREST)
    expected.paste(ImageChops.invert(part), fitting.placed)
    return expected.tobytes() == alpha.tobytes()


def only(image: Image.Image, where: Image.Image, mode: str) -> bytes:
    """The pixels where the map is white, the others black."""
    return Image.composite(image.convert(mode), Image.new(mode, image.size), where).tobytes()


@pytest.mark.parametrize("size", BOXES)
@pytest.mark.parametrize("mask", MASKS)
def test_each_kind_of_mask_over_each_size(studio: Studio, upstream: Upstream, size: Size, mask: str) -> None:
    turn = [*MASKS].index(mask) + 3 * [*BOXES].index(size)
    file, source = SOURCES[turn % len(SOURCES)](size)
    answer = Image.new("RGB", ANSWERS[turn % len(ANSWERS)], MODEL_COLOUR)
    edit = edit_map(size, BOXES[size])
    make, options = MASKS[mask]
    values = FORMATS[turn % len(FORMATS)]
    arrived = edited(studio, upstream, file, make(edit), answer, values=values, **options)
    check(arrived, source, edit, answer)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_are_edited_upright(studio: Studio, upstream: Upstream, orientation: int) -> None:
    file, source = turned(orientation)
    edit = edit_map(source.size, (5, 8, 30, 35))
    edit.putpixel((1, 1), 255)
    answer = Image.new("RGB", (512, 512), MODEL_COLOUR)
    check(edited(studio, upstream, file, transparent(edit), answer), source, edit, answer)


@pytest.mark.parametrize("region", [False, True])
def test_a_photo_of_twelve_million_pixels_stays_one(studio: Studio, upstream: Upstream, region: bool) -> None:
    file = encoded(soft((400, 300)).resize((4000, 3000), Image.Resampling.NEAREST), "JPEG", quality=90)
    edit = edit_map((4000, 3000), (1504, 1008, 1904, 1408))
    answer = Image.new("RGB", (768, 576), MODEL_COLOUR)
    values = {"output_format": "webp"} if region else {}
    arrived = edited(studio, upstream, file, encoded(edit), answer, values=values, full_resolution=region)
    check(arrived, opened(file), edit, answer)
    if region:
        assert arrived.sent.tobytes() == opened(file).crop(crop_of(arrived)).tobytes()


def crop_of(arrived: Arrived) -> tuple[int, int, int, int]:
    assert arrived.request.given is not None
    return Fitting.from_record(dict(arrived.request.given.fitting or {})).crop


def test_a_transparent_answer_stays_transparent_inside_the_mask_only(studio: Studio, upstream: Upstream) -> None:
    file, source = rgb((200, 160))
    edit = edit_map((200, 160), (48, 48, 128, 128))
    arrived = edited(studio, upstream, file, encoded(edit), Image.new("RGBA", (1024, 1024)))
    assert arrived.kept.mode == "RGBA"
    assert arrived.kept.getpixel((88, 88))[3] == 0  # type: ignore[index]  # RGBA pixels are tuples
    keep = ImageChops.invert(edit)
    assert only(arrived.kept, keep, "RGBA") == only(source, keep, "RGBA")
