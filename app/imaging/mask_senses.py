"""In which sense a mask file is meant: what is transparent, what is light, or what is dark gets edited.

Tools disagree. OpenAI's own masks are transparent where to edit; most inpainting tools paint white;
a widespread recipe paints black. Told nothing, transparency decides; without any, the smaller of the
light and dark parts is what to edit, because people mark the part they want changed. That reads a
mask and its negative alike. The sentence says what was decided, so that a person can turn it round.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

AUTO = "auto"
TRANSPARENT, WHITE, BLACK = "transparent-is-edited", "white-is-edited", "black-is-edited"
SENSES = (AUTO, TRANSPARENT, WHITE, BLACK)
"""The contract's values of `mask_means`."""

_FLAT = 32
"""Greys less than this apart (JPEG noise, a tinted sheet) are one colour, not a mask's two."""

_CLEARLY_SMALLER = 0.4
_MANY_GREYS = 0.1


@dataclass(frozen=True, slots=True)
class Reading:
    """`edit`: 255 where to edit, as large as the file. `sure`: false when another sense is as likely."""

    edit: Image.Image
    means: str
    explanation: str
    sure: bool = True


def read_senses(image: Image.Image, means: str = AUTO) -> Reading:
    """Read an RGB or RGBA picture as a mask. Raises `ValueError` for an unknown sense."""
    if means not in SENSES:
        raise ValueError(f"mask_means is one of {', '.join(SENSES)}")
    if means in (AUTO, TRANSPARENT):
        alpha = image.getchannel("A") if image.mode == "RGBA" else Image.new("L", image.size, 255)
        edit = alpha.point([255] * 128 + [0] * 128)
        if means == TRANSPARENT or edit.getbbox():
            share = _share(edit)
            sure = means == TRANSPARENT or share < 1 - _CLEARLY_SMALLER
            doubt = "" if sure else " That is most of it: if you painted the part to change instead, invert the mask."
            return Reading(edit, TRANSPARENT, f"What is transparent in the mask will change.{doubt}", sure)
    return _by_brightness(image, means)


def _by_brightness(image: Image.Image, means: str) -> Reading:
    grey = _grey(image, "white" if means == BLACK else "black")
    low, high = _extremes(grey)
    light, dark = _parts(grey, low, high)
    if means != AUTO:
        edit, word = (light, "white") if means == WHITE else (dark, "black")
        return Reading(edit, means, f"What is {word} in the mask will change.")
    if high - low < _FLAT:
        tone = "white" if light.getbbox() else "black"
        return Reading(light, WHITE, f"The mask is all {tone}; what is white in a mask will change.", sure=False)
    light_share, dark_share = _share(light), _share(dark)
    edit, sense, word, share = (
        (light, WHITE, "white", light_share) if light_share <= dark_share else (dark, BLACK, "black", dark_share)
    )
    explanation = f"What is {word} in the mask, its smaller part, will change."
    if _greys_between(grey, low, high) > _MANY_GREYS:
        return Reading(edit, sense, f"{explanation} It has many greys between black and white; is it a mask?", False)
    if share > _CLEARLY_SMALLER:
        return Reading(
            edit, sense, f"{explanation} Both parts are nearly as large; look whether it is this one.", False
        )
    return Reading(edit, sense, explanation)


def _grey(image: Image.Image, behind: str) -> Image.Image:
    """Brightness; what is transparent shows `behind`, the colour that is kept."""
    if image.mode != "RGBA":
        return image.convert("L")
    sheet = Image.new("L", image.size, behind)
    sheet.paste(image.convert("L"), mask=image.getchannel("A"))
    return sheet


def _extremes(grey: Image.Image) -> tuple[int, int]:
    counts = grey.histogram()
    present = [value for value, count in enumerate(counts) if count]
    return present[0], present[-1]


def _parts(grey: Image.Image, low: int, high: int) -> tuple[Image.Image, Image.Image]:
    """What is lighter and what is darker than the middle of the greys that occur (of all greys, when flat)."""
    if high - low < _FLAT:
        low, high = (0, 0) if low + high > 255 else (255, 255)
        light = grey.point([255 if high == 0 else 0] * 256)
        return light, grey.point([0 if high == 0 else 255] * 256)
    light = grey.point([255 if 2 * value > low + high else 0 for value in range(256)])
    return light, grey.point([255 if 2 * value < low + high else 0 for value in range(256)])


def _greys_between(grey: Image.Image, low: int, high: int) -> float:
    quarter = (high - low) / 4
    counts = grey.histogram()
    between = sum(count for value, count in enumerate(counts) if low + quarter < value < high - quarter)
    return between / sum(counts)


def _share(edit: Image.Image) -> float:
    return edit.histogram()[255] / (edit.width * edit.height)
