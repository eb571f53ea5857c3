"""A sheet to draw on: supersampled, with soft light, gradients and layers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from app.emulator.painting.colour import Colour, mix

Point = tuple[float, float]
Stops = Sequence[tuple[float, Colour]]


def vertical_gradient(size: tuple[int, int], stops: Stops) -> Image.Image:
    """An RGB picture whose rows run through ``stops``: (share of the height, colour), in order."""
    rows = 128  # enough for eight-bit colour; stretched, because Python is slow at rows
    column = bytearray()
    for row in range(rows):
        column.extend(_at(stops, row / (rows - 1)))
    strip = Image.frombytes("RGB", (1, rows), bytes(column))
    tall = strip.resize((1, size[1]), Image.Resampling.BILINEAR)
    return tall.resize(size, Image.Resampling.NEAREST)


def _at(stops: Stops, share: float) -> Colour:
    for (start, first), (end, second) in pairwise(stops):
        if share <= end:
            return mix(first, second, (share - start) / (end - start) if end > start else 1)
    return stops[-1][1]


def halo(diameter: int, strength: float, power: float = 2.0) -> Image.Image:
    """An "L" mask that fades from ``strength`` (0 to 1) in the middle to nothing at the rim."""
    # Pillow's gradient is 255 in the corners and 180 in the middle of the sides.
    levels = [round(255 * strength * max(0, (178 - value) / 178) ** power) for value in range(256)]
    size = (max(2, diameter), max(2, diameter))
    return Image.radial_gradient("L").point(levels).resize(size, Image.Resampling.BILINEAR)


def curve(points: Sequence[Point], *, closed: bool, steps: int = 8) -> list[Point]:
    """A Catmull-Rom line through ``points``."""
    count = len(points)
    line: list[Point] = []
    for index in range(count if closed else count - 1):
        around = [index - 1, index, index + 1, index + 2]
        if closed:
            before, start, end, after = (points[k % count] for k in around)
        else:
            before, start, end, after = (points[min(max(k, 0), count - 1)] for k in around)
        for step in range(steps):
            share = step / steps
            line.append(
                (
                    _spline(before[0], start[0], end[0], after[0], share),
                    _spline(before[1], start[1], end[1], after[1], share),
                )
            )
    if not closed:
        line.append(points[-1])
    return line


def _spline(before: float, start: float, end: float, after: float, share: float) -> float:
    slope = end - before
    bend = 2 * before - 5 * start + 4 * end - after
    twist = 3 * (start - end) + after - before
    return start + 0.5 * share * (slope + share * (bend + share * twist))


class Canvas:
    """``image`` is ``scale`` times finer than the picture it stands for; positions are shares of 0 to 1.

    ``unit`` is the short edge in pixels of the sheet, ``detail`` runs from 1 (flat) to 5 (everything).
    Every element takes its own stream of ``rng(name)``, so that more detail adds to a picture without
    moving what a coarser one already shows.
    """

    def __init__(self, image: Image.Image, seed: str, detail: int) -> None:
        self.image = image
        self.draw = ImageDraw.Draw(image)
        self.width, self.height = image.size
        self.unit = min(image.size)
        self.seed = seed
        self.detail = detail

    def rng(self, name: str) -> Random:
        return Random(f"{self.seed}/{name}")

    def at(self, x: float, y: float) -> Point:
        return x * self.width, y * self.height

    def backdrop(self, small: Image.Image) -> None:
        """Fills the sheet with a soft picture that was made small."""
        self.image.paste(small.resize(self.image.size, Image.Resampling.BICUBIC))

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """``radius`` in units."""
        px, py = self.at(x, y)
        r = radius * self.unit
        self.draw.ellipse((px - r, py - r, px + r, py + r), fill=colour)

    def tinted_disc(self, x: float, y: float, radius: float, colour: Colour, share: float) -> None:
        """A disc of coloured film: ``share`` (0 to 1) of ``colour`` over what is there."""
        px, py = self.at(x, y)
        r = round(radius * self.unit)
        mask = Image.new("L", (2 * r, 2 * r))
        ImageDraw.Draw(mask).ellipse((0, 0, 2 * r - 1, 2 * r - 1), fill=round(255 * share))
        self.image.paste(colour, (round(px) - r, round(py) - r), mask)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Light around a point; ``radius`` in units."""
        px, py = self.at(x, y)
        r = round(radius * self.unit)
        self.image.paste(colour, (round(px) - r, round(py) - r), halo(2 * r, strength))

    def layer(self, line: Sequence[Point], crest: Colour, foot: Colour) -> None:
        """Land below ``line`` (pixels, left to right): graded from crest to foot, or flat at detail 1."""
        outline = [*line, (self.width, self.height), (0, self.height)]
        if self.detail == 1:
            self.draw.polygon(outline, fill=mix(crest, foot, 0.3))
            return
        top = max(0, math.floor(min(y for _, y in line)))
        size = (self.width, self.height - top)
        if size[1] <= 0:
            return
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).polygon([(x, y - top) for x, y in outline], fill=255)
        self.image.paste(vertical_gradient(size, [(0, crest), (1, foot)]), (0, top), mask)

    def veil(self, colour: Colour, top: float, bottom: float, strength: float) -> None:
        """Mist: nothing at ``top`` growing to ``strength`` (0 to 1) at ``bottom`` (shares of the height)."""
        start, end = round(top * self.height), round(bottom * self.height)
        if end <= start:
            return
        levels = [round(value * strength) for value in range(256)]
        mask = Image.linear_gradient("L").point(levels).resize((self.width, end - start))
        self.image.paste(colour, (0, start), mask)

    def waves(self, base: float, height: float, rng: Random, swells: float = 2.0) -> list[Point]:
        """A rolling line across the sheet: ``base`` and ``height`` are shares of the height."""
        parts = [(swells * (0.5 + k * 0.9), rng.uniform(0, math.tau), 1 / (k + 1)) for k in range(3)]
        total = sum(share for *_, share in parts)
        span = self.width / self.unit
        points = []
        for step in range(65):
            x = step / 64
            level = sum(share * math.sin(phase + math.tau * rate * x * span / 1.4) for rate, phase, share in parts)
            points.append(self.at(x, base - height * level / total))
        return points

    def crags(self, base: float, height: float, rng: Random, rough: float = 0.55) -> list[Point]:
        """A mountain line by midpoint displacement, shares of the height as in ``waves``."""
        levels = [rng.random() * 0.6, rng.random() * 0.6]
        reach = 0.75
        for _ in range(6 if self.detail < 3 else 7):
            finer = []
            for left, right in pairwise(levels):
                finer += [left, (left + right) / 2 + rng.uniform(-reach, reach) / 2]
            levels = [*finer, levels[-1]]
            reach *= rough
        low, high = min(levels), max(levels)
        last = len(levels) - 1
        return [
            self.at(index / last, base - height * (level - low) / (high - low)) for index, level in enumerate(levels)
        ]


def blurred_dots(size: tuple[int, int], dots: Sequence[tuple[float, float, float, int]], blur: float) -> Image.Image:
    """An "L" mask of soft spots: each (x share, y share, radius in pixels, level)."""
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    for x, y, radius, level in dots:
        px, py = x * size[0], y * size[1]
        pen.ellipse((px - radius * 2.2, py - radius * 0.5, px + radius * 2.2, py + radius * 0.5), fill=level)
    return mask.filter(ImageFilter.GaussianBlur(blur))
