"""The hand that draws: whole pictures, edits, variations, previews of them, animations.

Every picture is marked as practice and is the same each time for the same request.
"""

from __future__ import annotations

import math

from PIL import Image

from app.emulator.painting import caption, scene
from app.emulator.painting.fonts import Fonts
from app.emulator.painting.scene import Brief

# Small pictures are drawn finer than shown, which smooths every edge; large ones coarser, which keeps a
# 3840x2160 within about a second of processor time.
_SHEET_PIXELS = 2_400_000
_LARGE_SHEET_PIXELS = 4_200_000
_LARGE_PICTURE_PIXELS = 2_400_000


def _sheet(size: tuple[int, int]) -> tuple[int, int]:
    pixels = size[0] * size[1]
    budget = _SHEET_PIXELS if pixels <= _LARGE_PICTURE_PIXELS else _LARGE_SHEET_PIXELS
    scale = min(2.0, math.sqrt(budget / pixels))
    return round(size[0] * scale), round(size[1] * scale)


def scenery(brief: Brief) -> Image.Image:
    """The picture without its label, at exactly ``brief.size``: RGB, or RGBA when transparent."""
    drawn = scene.draw(brief, _sheet(brief.size))
    filtering = Image.Resampling.HAMMING if drawn.width > brief.size[0] else Image.Resampling.BICUBIC
    return drawn.resize(brief.size, filtering)


def paint(brief: Brief, fonts: Fonts) -> Image.Image:
    """A finished picture for a prompt."""
    picture = scenery(brief)
    caption.draw(picture, brief.prompt, fonts)
    return picture


def partial(picture: Image.Image, index: int, count: int) -> Image.Image:
    """Preview ``index`` of ``count``: the same picture, coarser the earlier it comes."""
    cells = 12 * 4 ** (2 * (index + 1) / (count + 1))
    share = cells / min(picture.size)
    small = (max(2, round(picture.width * share)), max(2, round(picture.height * share)))
    coarse = picture.resize(small, Image.Resampling.BOX)
    return coarse.resize(picture.size, Image.Resampling.BICUBIC)


def frames(brief: Brief, fonts: Fonts, count: int) -> list[Image.Image]:
    """``count`` frames of a slow, endless drift around a new scene, each with its label."""
    whole = scenery(brief)
    opaque = Image.new("RGB", whole.size, (255, 255, 255))
    opaque.paste(whole, mask=whole.getchannel("A") if whole.mode == "RGBA" else None)
    drifting = drift(opaque, count)
    for frame in drifting:
        caption.draw(frame, brief.prompt, fonts)
    return drifting


def drift(picture: Image.Image, count: int) -> list[Image.Image]:
    """``count`` views of an RGB picture from a window that goes once around; no two neighbours are alike."""
    width, height = picture.size
    views = []
    for index in range(count):
        turn = math.tau * index / count
        x, y = 0.03 * width * (1 + math.cos(turn)), 0.03 * height * (1 + math.sin(turn))
        window = (x, y, x + 0.94 * width, y + 0.94 * height)
        views.append(picture.resize(picture.size, Image.Resampling.BILINEAR, box=window))
    return views
