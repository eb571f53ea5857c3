"""Small WebP pictures for grids."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

from app.domain.sentences import say
from app.imaging.inspect import NotAPicture

LONGEST_EDGE = 320
"""Pixels; enough for a grid, and about 15 kB."""

_MOST_BYTES = 22_000
"""Sixty of them and their page are less than 1.5 MB, however much is in the pictures."""

_QUALITIES = (80, 65, 50, 35, 20, 5)

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


def thumbnail_size(width: int, height: int) -> tuple[int, int]:
    """The size of the thumbnail of a picture of that size, in pixels: never larger than the picture."""
    longest = max(width, height)
    if longest <= LONGEST_EDGE:
        return width, height
    return max(1, round(width * LONGEST_EDGE / longest)), max(1, round(height * LONGEST_EDGE / longest))


def make_thumbnail(data: bytes) -> bytes:
    """A WebP of the picture (of its first frame), upright, with its transparency. Raises `NotAPicture`."""
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as picture:
            picture.draft("RGB", (2 * LONGEST_EDGE, 2 * LONGEST_EDGE))  # JPEG alone can shrink while decoding
            upright = ImageOps.exif_transpose(picture)
            plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
            small = plain.resize(thumbnail_size(*plain.size), Image.Resampling.LANCZOS, reducing_gap=2.0)
            return _written(small)
    except Exception as error:  # Pillow raises many kinds for broken files; each means the same here
        raise NotAPicture(say("it cannot be decoded")) from error


def _written(small: Image.Image) -> bytes:
    """As good as `_MOST_BYTES` allow; at 320 pixels few pictures need more than the first quality gives."""
    for quality in _QUALITIES:
        out = BytesIO()
        small.save(out, "WEBP", quality=quality, alpha_quality=quality, method=4)
        if out.tell() <= _MOST_BYTES:
            break
    return out.getvalue()
