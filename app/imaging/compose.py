"""Exact keeping: the model's pixels inside the mask, the source's own outside.

Models treat a mask as a hint and redraw everything a little; what was not to change is therefore put
back from the source. The composite is a lossless file unless another was asked for, so its kept
pixels equal the source's exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageChops

from app.domain.sizes import Size
from app.imaging.boxes import whole
from app.imaging.decode import read_safe, read_upload
from app.imaging.feather import feather_inward
from app.imaging.fit import Fitting
from app.imaging.mask import read_mask
from app.imaging.png import write_png

FEATHER = 8
"""Pixels of the source; hides the seam, and touches no kept pixel."""

_JPEG_QUALITY = 95
_ROWS = 128


@dataclass(frozen=True, slots=True)
class Kept:
    """The composite, of the source's size. `drift`: how far the model strayed outside the mask (see `drift`)."""

    data: bytes
    mime_type: str
    width: int
    height: int
    drift: float


def keep_unmasked(
    source: bytes,
    drawn: bytes,
    mask: bytes,
    fitting: Fitting,
    *,
    feather: int = FEATHER,
    output_format: str = "png",
    compression: int = 100,
) -> Kept:
    """Put what the model drew into the source, within the mask only.

    `source` and `mask` are as `decode_upload` and `understand_mask` made them, of the size that the fitting
    was planned for; `drawn` is the provider's answer. `output_format` is png, webp (lossless at
    `compression` 100) or jpeg, which cannot keep pixels exactly. Raises `BadPicture` when `drawn` is damaged.
    """
    edit = read_mask(mask)
    if not fitting.is_whole:
        edit = edit.crop(fitting.crop)
    part = fitting.undo(read_upload(drawn).image)
    image = read_safe(source)
    strayed = drift(image if fitting.is_whole else image.crop(fitting.crop), part, edit)
    if part.mode != image.mode:  # either one may have brought transparency
        image, part = image.convert("RGBA"), part.convert("RGBA")
    shown = feather_inward(edit, feather)
    if box := shown.getbbox():
        left, top = fitting.crop.left + box[0], fitting.crop.top + box[1]
        image.paste(part.crop(box), (left, top), shown.crop(box))
    data, mime_type = encode(image, output_format, compression)
    return Kept(data, mime_type, image.width, image.height, strayed)


def drift(source: Image.Image, part: Image.Image, edit: Image.Image) -> float:
    """The mean absolute difference of the two (0 to 255, over red, green and blue) where nothing was to be edited."""
    keep = edit.point([255] + [0] * 255)
    kept = keep.histogram()[255]
    if not kept:
        return 0.0
    total = 0
    for top in range(0, edit.height, _ROWS):  # in bands: the difference of two large photos is a third one
        band = (0, top, edit.width, min(top + _ROWS, edit.height))
        here, there = source.crop(band).convert("RGB"), part.crop(band).convert("RGB")
        counts = ImageChops.difference(here, there).histogram(keep.crop(band))
        total += sum(count * (place % 256) for place, count in enumerate(counts))
    return total / (3 * kept)


def unpad(drawn: bytes, fitting: Fitting, *, output_format: str = "png", compression: int = 100) -> bytes:
    """What the model drew without the padding that the plan added; the same bytes when it added none.

    For edits without a mask, where there is nothing to keep: no pixel is resampled. Raises `BadPicture`
    when `drawn` is damaged.
    """
    if fitting.placed == whole(fitting.sent):
        return drawn
    image = read_upload(drawn).image
    return encode(image.crop(fitting.placed_in(Size(*image.size))), output_format, compression)[0]


def encode(image: Image.Image, output_format: str, compression: int = 100) -> tuple[bytes, str]:
    """The picture (RGB or RGBA) as a file of that format, and its MIME type. Raises `ValueError` for another format."""
    out = BytesIO()
    if output_format == "png":
        return write_png(image), "image/png"
    if output_format == "webp":
        lossless = compression == 100
        # `exact` keeps the colours of transparent pixels; effort 0 is the only quick one.
        image.save(out, "WEBP", lossless=lossless, exact=True, quality=0 if lossless else compression, method=0)
        return out.getvalue(), "image/webp"
    if output_format == "jpeg":
        opaque = _on_white(image) if image.mode == "RGBA" else image
        opaque.save(out, "JPEG", quality=min(compression, _JPEG_QUALITY), subsampling=0)
        return out.getvalue(), "image/jpeg"
    raise ValueError(f"There is no composite as {output_format}")


def _on_white(image: Image.Image) -> Image.Image:
    sheet = Image.new("RGB", image.size, "white")
    sheet.paste(image, mask=image.getchannel("A"))
    return sheet
