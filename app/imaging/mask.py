"""Masks in whatever form people have them become one form: a PNG whose alpha is 0 exactly where to edit.

Inside this room a mask is an L picture that is 255 where to edit and 0 where to keep ("edit map").
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from app.domain.sentences import Sentence, joined, say
from app.domain.sizes import Size
from app.imaging.boxes import Box
from app.imaging.decode import read_upload
from app.imaging.errors import BadPicture
from app.imaging.mask_senses import AUTO, Reading, read_senses

_SHAPE_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class UnderstoodMask:
    """How a mask file was understood.

    `data`: the mask in the one form, as large as its picture. `means`: the sense it was read in.
    `explanation`: sentences for whoever sent it. `sure`: false when it could as well be meant otherwise.
    `edited`: the box of all pixels to edit, `None` when there is none. `share`: of the picture, 0 to 1.
    """

    data: bytes
    width: int
    height: int
    means: str
    explanation: str
    sure: bool
    edited: Box | None
    share: float

    @property
    def pointless(self) -> str | None:
        """The sentence to say before anything is paid when the mask marks nothing or everything."""
        if self.edited is None:
            return say(
                "The mask marks nothing to change, so the picture would stay as it is. Mark a part, or invert it."
            )
        if self.share == 1:
            return say("The mask marks the whole picture for change. Leave it out to change everything, or invert it.")
        return None


def understand_mask(data: bytes, picture: Size, means: str = AUTO, *, inverted: bool = False) -> UnderstoodMask:
    """The mask in the one form, for a picture of that size. `means` is the contract's `mask_means`.

    With `inverted`, what it would change is kept, and the rest changes. A mask of another size is scaled when
    its shape is the picture's (within 2 %). Raises `BadPicture` for files that are no pictures and for other
    shapes, `ValueError` for an unknown sense.
    """
    try:
        image = read_upload(data, grey=True).image
    except BadPicture as error:
        raise error.as_mask() from error
    own = Size(*image.size)
    if abs(own.width * picture.height / (own.height * picture.width) - 1) > _SHAPE_TOLERANCE:
        sentence = say(
            "The mask is {mask} and the picture {picture}, which is another shape. Make them the same size.",
            mask=str(own),
            picture=str(picture),
        )
        raise BadPicture("invalid_mask", sentence)
    reading = read_senses(image, means)
    if inverted:
        reading = reading.inverted()
    edit = reading.edit
    if own != picture:
        edit = _binary(edit.resize(picture, Image.Resampling.BILINEAR))
        scaled = say("It was scaled from {mask} to {picture}.", mask=str(own), picture=str(picture))
        return _understood(edit, reading, scaled)
    return _understood(edit, reading, "")


def write_mask(edit: Image.Image) -> bytes:
    """The one form of an edit map: one bit a pixel, black for what to edit, and black declared transparent.

    A sixteenth of the work of grey and alpha, at the same meaning (PNG specification, section 11.3.2).
    """
    out = BytesIO()
    keep = edit.point([255 - value for value in range(256)]).convert("1", dither=Image.Dither.NONE)
    keep.save(out, "PNG", transparency=0, compress_level=1)
    return out.getvalue()


def read_mask(data: bytes) -> Image.Image:
    """The edit map of a mask in the one form."""
    with Image.open(BytesIO(data), formats=["PNG"]) as opened:
        return opened.convert("L").point([255] + [0] * 255)


def _binary(edit: Image.Image) -> Image.Image:
    return edit.point([0] * 128 + [255] * 128)


def _understood(edit: Image.Image, reading: Reading, scaled: str) -> UnderstoodMask:
    box = edit.getbbox()
    share = edit.histogram()[255] / (edit.width * edit.height)
    return UnderstoodMask(
        data=write_mask(edit),
        width=edit.width,
        height=edit.height,
        means=reading.means,
        explanation=joined(reading.explanation, _of_the_picture(share), scaled),
        sure=reading.sure,
        edited=None if box is None else Box(*box),
        share=share,
    )


def _of_the_picture(share: float) -> Sentence:
    percent = round(share * 100)
    if share == 0:
        return say("Nothing of the picture will change.")
    if share == 1:
        return say("All of the picture will change.")
    if percent < 1:
        return say("Less than 1 % will change.")
    if percent > 99:
        return say("More than 99 % will change.")
    return say("About {percent} % will change.", percent=percent)
