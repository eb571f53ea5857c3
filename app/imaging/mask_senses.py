"""In which sense a mask file is meant: what is transparent, what is light, or what is dark gets edited.

Tools disagree. OpenAI's own masks are transparent where to edit; most inpainting tools paint white;
a widespread recipe paints black. Told nothing, transparency decides; without any, the smaller of the
light and dark parts is what to edit, because people mark the part they want changed. That reads a
mask and its negative alike. The sentence says what was decided, so that a person can turn it round.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PIL import Image

from app.domain.sentences import joined, say

AUTO = "auto"
TRANSPARENT, WHITE, BLACK = "transparent-is-edited", "white-is-edited", "black-is-edited"
SENSES = (AUTO, TRANSPARENT, WHITE, BLACK)
"""The contract's values of `mask_means`."""

_COLOURS = {TRANSPARENT: say("transparent"), WHITE: say("white"), BLACK: say("black")}

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

    def inverted(self) -> Reading:
        """What would have changed is kept and the rest changes, because somebody says so."""
        edit = self.edit.point([255 - value for value in range(256)])
        explanation = say("What is {colour} in the mask stays, and the rest will change.", colour=_COLOURS[self.means])
        return replace(self, edit=edit, explanation=explanation, sure=True)


def read_senses(image: Image.Image, means: str = AUTO) -> Reading:
    """Read an L, RGB or RGBA picture as a mask. Raises `ValueError` for an unknown sense."""
    if means not in SENSES:
        raise ValueError(f"mask_means is one of {', '.join(SENSES)}")
    if means in (AUTO, TRANSPARENT):
        edit = _transparent(image)
        if means == TRANSPARENT or edit.getbbox():
            share = _share(edit)
            sure = means == TRANSPARENT or share < 1 - _CLEARLY_SMALLER
            explanation = _what_will_change(TRANSPARENT)
            if not sure:
                doubt = say("That is most of it: if you painted the part to change instead, invert the mask.")
                explanation = joined(explanation, doubt)
            return Reading(edit, TRANSPARENT, explanation, sure)
    return _by_brightness(image, means)


def _transparent(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return Image.new("L", image.size, 0)
    return image.getchannel("A").point([255] * 128 + [0] * 128)


def _by_brightness(image: Image.Image, means: str) -> Reading:
    grey = _grey(image, "white" if means == BLACK else "black")
    tones = _Tones(grey.histogram())
    if means != AUTO:
        return Reading(tones.part(grey, light=means == WHITE), means, _what_will_change(means))
    if tones.flat:
        tone = _COLOURS[WHITE if tones.share(light=True) else BLACK]
        explanation = say("The mask is all {colour}; what is white in a mask will change.", colour=tone)
        return Reading(tones.part(grey, light=True), WHITE, explanation, sure=False)
    light = tones.share(light=True) <= tones.share(light=False)
    sense = WHITE if light else BLACK
    explanation = say("What is {colour} in the mask, its smaller part, will change.", colour=_COLOURS[sense])
    doubt = ""
    if tones.between > _MANY_GREYS:
        doubt = say("It has many greys between black and white: is it a mask?")
    elif tones.share(light=light) > _CLEARLY_SMALLER:
        doubt = say("Both parts are nearly as large: look whether it is the right one, or invert the mask.")
    return Reading(tones.part(grey, light=light), sense, joined(explanation, doubt), sure=not doubt)


def _what_will_change(means: str) -> str:
    return say("What is {colour} in the mask will change.", colour=_COLOURS[means])


class _Tones:
    """What is lighter and what is darker than the middle of the greys that occur (of all greys, when flat).

    What lies exactly in the middle is neither, so that a mask and its negative are read alike.
    """

    def __init__(self, counts: list[int]):
        present = [value for value, count in enumerate(counts) if count]
        low, high = present[0], present[-1]
        self.flat = high - low < _FLAT
        self._counts, self._all = counts, sum(counts)
        self._twice_middle = low + high
        if self.flat:  # all of it on the side where most of its tones are
            self._twice_middle = -1 if low + high > 255 else 511
        quarter = (high - low) / 4
        self.between = sum(counts[value] for value in present if low + quarter < value < high - quarter) / self._all

    def share(self, *, light: bool) -> float:
        return sum(count for count, chosen in zip(self._counts, self._chosen(light), strict=True) if chosen) / self._all

    def part(self, grey: Image.Image, *, light: bool) -> Image.Image:
        return grey.point(self._chosen(light))

    def _chosen(self, light: bool) -> list[int]:
        sign = 1 if light else -1
        return [255 if sign * (2 * value - self._twice_middle) > 0 else 0 for value in range(256)]


def _grey(image: Image.Image, behind: str) -> Image.Image:
    """Brightness; what is transparent shows `behind`, the colour that is kept."""
    if image.mode != "RGBA":
        return image if image.mode == "L" else image.convert("L")
    sheet = Image.new("L", image.size, behind)
    sheet.paste(image.convert("L"), mask=image.getchannel("A"))
    return sheet


def _share(edit: Image.Image) -> float:
    return edit.histogram()[255] / (edit.width * edit.height)
