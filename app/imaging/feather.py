"""A soft transition at the border of what is edited, lying wholly inside it."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter


def feather_inward(edit: Image.Image, radius: int) -> Image.Image:
    """How much of the drawn picture shows, 0 to 255, for an edit map: 0 outside, rising to 255 inside.

    The rise begins at the border and takes about `radius` pixels. Strokes that are too thin to hold it
    keep their hard edge instead of fading away.
    """
    box = edit.getbbox()
    if radius < 1 or box is None:
        return edit
    # Nothing outside the box can show, and what lies further from it than the blur reaches makes no difference.
    reach = 2 * radius + 2
    near = (
        max(0, box[0] - reach),
        max(0, box[1] - reach),
        min(edit.width, box[2] + reach),
        min(edit.height, box[3] + reach),
    )
    shown = Image.new("L", edit.size, 0)
    shown.paste(_feathered(edit.crop(near), radius), near)
    return shown


def _feathered(edit: Image.Image, radius: int) -> Image.Image:
    # At a straight border the blurred map is half: stretched from there, it is 0 at the border.
    blurred = edit.filter(ImageFilter.BoxBlur(radius))
    soft = blurred.point([max(0, 2 * value - 255) for value in range(256)])
    # Opening: what still stands when a border of `radius` is taken off and put back on is thick.
    core = blurred.point([0] * 255 + [255])
    thick = core.filter(ImageFilter.BoxBlur(radius)).point([0] + [255] * 255)
    thin = ImageChops.subtract(edit, thick)
    return ImageChops.multiply(ImageChops.lighter(soft, thin), edit)
