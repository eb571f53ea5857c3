"""Edits and variations: pictures that visibly come from the pictures that were sent."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from app.emulator.painting import caption, scene, vocabulary
from app.emulator.painting.colour import Palette, darker, lighter
from app.emulator.painting.fonts import Fonts
from app.emulator.painting.scene import Brief

_ALIKE = 0.03  # aspects closer than this are stretched, so that a mask still lies where it was drawn
Box = tuple[int, int, int, int]


def fitted(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """``picture`` at ``size``: stretched when the shape is nearly the same, else cropped to fill."""
    if picture.size == size:
        return picture.copy()
    if abs(math.log(picture.width / picture.height * size[1] / size[0])) < _ALIKE:
        return picture.resize(size, Image.Resampling.LANCZOS)
    return ImageOps.fit(picture, size, Image.Resampling.LANCZOS)


def edit(
    brief: Brief,
    sources: Sequence[Image.Image],
    mask: Image.Image | None,
    markup: Image.Image | None,
    fonts: Fonts,
) -> Image.Image:
    """The finished edit of ``sources[0]``, all RGBA; RGBA when the brief is transparent, else RGB.

    Only where ``mask`` is transparent, or around the strokes of ``markup``, anything changes; without either
    the whole picture is painted over. The other sources are pinned into the changed part as prints.
    """
    base = fitted(sources[0], brief.size)
    hole = _hole(brief, mask, markup)
    box = hole.getbbox() if hole else (0, 0, *brief.size)
    if box is None:
        return _finished(base, brief)
    palette = scene.plan(brief).palette
    if hole is None:
        painted = _painted_over(base, brief, palette)
    else:
        painted = base.copy()
        painted.paste(_filling(base, brief, palette, box), box[:2])
    _pin_prints(painted, sources[1:], box)
    if markup is not None:
        painted.alpha_composite(_strokes(fitted(markup, brief.size)))
    if hole is None:
        caption.draw(painted, brief.prompt, fonts, covering=True)
    else:
        caption.draw(painted, brief.prompt, fonts, _label_box(hole, box))
    if hole is not None:
        painted = Image.composite(painted, base, hole)
    return _finished(painted, brief)


def _hole(brief: Brief, mask: Image.Image | None, markup: Image.Image | None) -> Image.Image | None:
    """Where the picture may change, as an "L" mask with an edge that fades inwards; None for everywhere."""
    if mask is not None:
        whole = ImageOps.invert(fitted(mask, brief.size).getchannel("A"))
    elif markup is not None:
        whole = _around(fitted(markup, brief.size).getchannel("A"))
    else:
        return None
    soft = whole.filter(ImageFilter.BoxBlur(max(1, min(brief.size) // 160)))
    inward = soft.point([max(0, 2 * value - 255) for value in range(256)])
    # Thin holes would fade away altogether; they keep a hard edge.
    kept = ImageChops.darker(whole, inward)
    return kept if kept.getbbox() else whole


def _around(strokes: Image.Image) -> Image.Image:
    """A rounded field around everything drawn: who circles a thing means the thing."""
    field = Image.new("L", strokes.size)
    box = strokes.getbbox()
    if box:
        reach = min(strokes.size) // 24
        grown = (box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach)
        ImageDraw.Draw(field).rounded_rectangle(grown, 2 * reach, fill=255)
    return field


def _label_box(hole: Image.Image, box: Box) -> Box:
    """The largest box within ``box`` whose foot, where the label goes, lies inside ``hole``."""
    wide, tall = box[2] - box[0], box[3] - box[1]
    for step in range(8):
        inset = 0.05 * step
        inner = (
            round(box[0] + inset * wide),
            round(box[1] + inset * tall),
            round(box[2] - inset * wide),
            round(box[3] - inset * tall),
        )
        foot = (inner[0], inner[3] - max(1, round((inner[3] - inner[1]) * 0.2)), inner[2], inner[3])
        if _lowest(hole.crop(foot)) > 128:
            return inner
    return box


def _lowest(channel: Image.Image) -> int:
    """The smallest value of an "L" picture."""
    return next(value for value, count in enumerate(channel.histogram()) if count)


def _toned(base: Image.Image, palette: Palette) -> Image.Image:
    grey = ImageOps.grayscale(base.convert("RGB"))
    return ImageOps.colorize(grey, darker(palette.near, 0.25), lighter(palette.light, 0.2), palette.middle)


def _painted_over(base: Image.Image, brief: Brief, palette: Palette) -> Image.Image:
    """The source in the palette of the prompt, in broad strokes, with the prompt's subject before it."""
    colours = base.convert("RGB")
    half = colours.reduce(2) if min(colours.size) > 300 else colours
    strokes = half.filter(ImageFilter.MedianFilter(5)) if half.width * half.height < 400_000 else half
    broad = strokes.resize(base.size, Image.Resampling.BICUBIC)
    tinted = Image.blend(broad, _toned(base, palette), 0.55)
    result = ImageEnhance.Contrast(tinted).enhance(1.08).convert("RGBA")
    _add_subject(result, brief)
    result.putalpha(_outline(base, brief))
    return result


def _outline(base: Image.Image, brief: Brief) -> Image.Image:
    """The alpha of a whole-picture edit: the source's own, or a rounded cut-out when it has none."""
    alpha = base.getchannel("A")
    if not brief.transparent or _lowest(alpha) < 255:
        return alpha
    cut = Image.new("L", base.size)
    edge = min(base.size) // 14
    box = (edge, edge, base.width - edge, base.height - edge)
    ImageDraw.Draw(cut).rounded_rectangle(box, min(base.size) // 5, fill=255)
    return cut.filter(ImageFilter.GaussianBlur(edge / 6))


def _add_subject(picture: Image.Image, brief: Brief) -> None:
    """What the words name, set before the picture; "make it evening" names nothing and changes the light alone."""
    if vocabulary.read(brief.prompt).subject is None:
        return
    alone = Brief(
        brief.prompt,
        _bounded(picture.size),
        brief.quality,
        brief.model,
        transparent=True,
        index=brief.index,
    )
    subject = scene.draw(alone, alone.size)
    shape = subject.getbbox()
    if shape is None:
        return
    subject = subject.crop(shape)
    share = 0.46 * min(picture.size) / max(subject.size)
    size = (max(1, round(subject.width * share)), max(1, round(subject.height * share)))
    subject = subject.resize(size, Image.Resampling.HAMMING)
    x = round(picture.width * (0.68, 0.32)[brief.index % 2] - size[0] / 2)
    picture.alpha_composite(subject, (max(0, x), max(0, round(picture.height * 0.84) - size[1])))


def _bounded(size: tuple[int, int]) -> tuple[int, int]:
    share = min(1.0, 1100 / max(size))
    return max(64, round(size[0] * share)), max(64, round(size[1] * share))


def _filling(base: Image.Image, brief: Brief, palette: Palette, box: Box) -> Image.Image:
    """What goes into a hole: the prompt's scene, over a breath of what was there."""
    size = (box[2] - box[0], box[3] - box[1])
    # A hole may be any shape; the scene is drawn no steeper than three to one and cropped.
    frame = (max(size[0], size[1] // 3, 48), max(size[1], size[0] // 3, 48))
    drawn = scene.draw(brief, _bounded(frame)).resize(frame, Image.Resampling.BICUBIC)
    inside = ImageOps.fit(drawn, size)
    if brief.transparent:
        return inside
    under = _toned(base.crop(box), palette)
    return Image.blend(inside.convert("RGB"), under, 0.16).convert("RGBA")


def _pin_prints(picture: Image.Image, others: Sequence[Image.Image], box: Box) -> None:
    """The second and later inputs as small white-framed prints along the top of ``box``."""
    if not others:
        return
    wide, tall = box[2] - box[0], box[3] - box[1]
    columns = min(len(others), 5 if wide >= tall else 3)
    rows = -(-len(others) // columns)
    side = max(6, int(min(0.8 * wide / columns, 0.55 * tall / rows, 0.26 * min(wide, tall))))
    for position, other in enumerate(others):
        row, column = divmod(position, columns)
        print_ = _print(other, side, (-5, 4, -2, 6)[position % 4])
        x = box[0] + round(wide * (column + 0.5) / columns) - print_.width // 2
        y = box[1] + round(side * (0.62 + 1.08 * row)) - print_.height // 2
        picture.paste(print_, (x, y), print_)


def _print(other: Image.Image, side: int, turn: int) -> Image.Image:
    edge = max(1, side // 16)
    paper = Image.new("RGBA", (side, side), (252, 250, 245, 255))
    inner = ImageOps.contain(other, (max(1, side - 2 * edge), max(1, side - 2 * edge)))
    paper.paste(inner, ((side - inner.width) // 2, (side - inner.height) // 2), inner)
    return paper.rotate(turn, Image.Resampling.BICUBIC, expand=True)


def _strokes(markup: Image.Image) -> Image.Image:
    """The user's remarks stay faintly visible, so that one can see they were read."""
    faint = markup.copy()
    faint.putalpha(markup.getchannel("A").point([round(value * 0.35) for value in range(256)]))
    return faint


def _finished(picture: Image.Image, brief: Brief) -> Image.Image:
    if brief.transparent:
        return picture
    if _lowest(picture.getchannel("A")) == 255:
        return picture.convert("RGB")
    paper = Image.new("RGBA", picture.size, (*lighter(scene.plan(brief).palette.low, 0.3), 255))
    paper.alpha_composite(picture)
    return paper.convert("RGB")


def vary(source: Image.Image, size: tuple[int, int], index: int, fonts: Fonts) -> Image.Image:
    """Variation ``index`` of ``source``: other light, other crop, sometimes the other way round."""
    brief = Brief(f"variation {index + 1}", size, index=index)
    picture = fitted(source, size)
    inset = 0.03 + 0.035 * (index % 4)
    box = (size[0] * inset, size[1] * inset * 0.6, size[0] * (1 - inset * 0.6), size[1] * (1 - inset))
    picture = picture.resize(size, Image.Resampling.BICUBIC, box=box)
    if index % 2 == 0:
        picture = ImageOps.mirror(picture)
    flat = _finished(picture, brief)
    hue, saturation, value = flat.convert("HSV").split()
    turned = hue.point([(level + 17 + 23 * index) % 256 for level in range(256)])
    recoloured = Image.merge("HSV", (turned, saturation, value)).convert("RGB")
    result = Image.blend(recoloured, _toned(picture, scene.plan(brief).palette), 0.18)
    caption.draw(result, f"Variation {index + 1}", fonts, covering=True)
    return result
