"""Whether two pictures are versions of each other: the same scene, in another size or changed in a part."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageStat

from app.emulator import uploads
from app.emulator.errors import ApiError
from app.emulator.parsing import Upload

_EDGE = 32
_MOST_DIFFERENCE = 24.0  # of 255, on average


def alike(one: Upload, other: Upload) -> bool:
    """Judged by small copies; what is no picture is like nothing but itself, and refused elsewhere."""
    if one.data == other.data:
        return True
    try:
        difference = ImageChops.difference(_small(one), _small(other))
    except ApiError:
        return False
    return max(ImageStat.Stat(difference).mean) < _MOST_DIFFERENCE


def _small(upload: Upload) -> Image.Image:
    return uploads.decode(upload, 1).image.convert("RGB").resize((_EDGE, _EDGE), Image.Resampling.BOX)
