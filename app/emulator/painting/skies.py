"""What is above the horizon: graded light, sun or moon, clouds, stars, aurora."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw, ImageFilter

from app.emulator.painting.canvas import Canvas, blurred_dots, halo, vertical_gradient
from app.emulator.painting.colour import Palette, lighter, mix

_FINENESS = 6  # the sky is painted this many times smaller and stretched: it has no edges


def _small(canvas: Canvas) -> tuple[int, int]:
    return max(8, canvas.width // _FINENESS), max(8, canvas.height // _FINENESS)


def sky(canvas: Canvas, palette: Palette, horizon: float = 0.62) -> tuple[float, float]:
    """Fills the sheet with sky and returns where the sun or moon stands (shares of the sheet)."""
    rng = canvas.rng("sky")
    x, y = rng.choice([rng.uniform(0.18, 0.36), rng.uniform(0.62, 0.82)]), rng.uniform(0.17, 0.3)
    size = _small(canvas)
    stops = [(0.0, palette.top), (horizon * 0.62, palette.middle), (horizon, palette.low), (1.0, palette.low)]
    small = vertical_gradient(size, stops)
    if canvas.detail == 1:
        # The flat look: the same light in ten bands of cut paper.
        bands = 10
        strip = small.resize((1, bands), Image.Resampling.BOX)
        canvas.image.paste(strip.resize(canvas.image.size, Image.Resampling.NEAREST))
        _paper_rings(canvas, palette, x, y)
    else:
        reach = round(min(size) * 0.62)
        spot = (round(x * size[0]) - reach, round(y * size[1]) - reach)
        small.paste(palette.light, spot, halo(2 * reach, 0.85, 2.4))
        if not palette.night:
            _clouds(canvas, small, palette, horizon)
        canvas.backdrop(small)
    if palette.night:
        stars(canvas, palette, horizon)
    _luminary(canvas, palette, x, y)
    return x, y


def _paper_rings(canvas: Canvas, palette: Palette, x: float, y: float) -> None:
    for radius in (0.3, 0.2, 0.135):
        canvas.tinted_disc(x, y, radius, palette.light, 0.24)


def _clouds(canvas: Canvas, small: Image.Image, palette: Palette, horizon: float) -> None:
    rng = canvas.rng("clouds")
    unit = min(small.size)
    dots = []
    for _ in range(3 + 2 * canvas.detail):
        x, y = rng.uniform(-0.1, 1.1), rng.uniform(0.06, horizon * 0.8)
        for _ in range(4):
            spread = rng.uniform(-0.12, 0.12)
            dots.append((x + spread, y + rng.uniform(-0.012, 0.012), unit * rng.uniform(0.02, 0.055), 150))
    small.paste(lighter(palette.low, 0.4), (0, 0), blurred_dots(small.size, dots, unit * 0.014))


def _luminary(canvas: Canvas, palette: Palette, x: float, y: float) -> None:
    if not palette.night:
        canvas.disc(x, y, 0.085, lighter(palette.light, 0.35))
        return
    canvas.disc(x, y, 0.07, lighter(palette.light, 0.2))
    if canvas.detail > 1:
        shade = mix(palette.light, palette.middle, 0.22)
        for dx, dy, radius in ((-0.02, -0.012, 0.016), (0.022, 0.02, 0.011), (0.012, -0.03, 0.007)):
            offset_x, offset_y = dx * canvas.unit / canvas.width, dy * canvas.unit / canvas.height
            canvas.disc(x + offset_x, y + offset_y, radius, shade)


def stars(canvas: Canvas, palette: Palette, horizon: float) -> None:
    """A sprinkling above ``horizon``; more of them, and of more sizes, with detail."""
    rng = canvas.rng("stars")
    for _ in range(40 * canvas.detail):
        x, y, size = rng.random(), rng.random() ** 1.3 * horizon * 0.9, rng.random()
        glint = mix(palette.top, palette.light, 0.35 + 0.65 * rng.random())
        canvas.disc(x, y, 0.0008 + 0.0022 * size**4, glint)


def aurora(canvas: Canvas, palette: Palette, horizon: float = 0.66) -> None:
    """A night sky with curtains of light."""
    rng = canvas.rng("aurora")
    size = _small(canvas)
    small = vertical_gradient(
        size, [(0.0, palette.top), (0.5, palette.middle), (horizon, palette.low), (1, palette.low)]
    )
    colours = [palette.accent, mix(palette.accent, palette.second, 0.45), palette.second]
    for index in range(2 if canvas.detail == 1 else 3):
        mask = Image.new("L", size)
        pen = ImageDraw.Draw(mask)
        phase, base = rng.uniform(0, math.tau), rng.uniform(0.3, 0.48)
        for column in range(size[0]):
            x = column / size[0]
            foot = base + 0.1 * math.sin(phase + 5.2 * x) + 0.04 * math.sin(2.1 * phase + 13 * x)
            tall = (
                0.2 + 0.09 * math.sin(3 * phase + 9 * x) + (0.05 * math.sin(47 * x + phase) if canvas.detail > 1 else 0)
            )
            strength = 0.55 + 0.45 * math.sin(phase * 1.7 + 7 * x)
            steps = 7
            for step in range(steps):
                upper, lower = foot - tall * (step + 1) / steps, foot - tall * step / steps
                level = round(215 * strength * (1 - step / steps) ** 1.4)
                pen.line((column, upper * size[1], column, lower * size[1]), fill=max(0, level))
        soft = mask.filter(ImageFilter.GaussianBlur(min(size) * (0.006 if canvas.detail > 2 else 0.016)))
        small.paste(colours[index], (0, 0), soft)
    canvas.backdrop(small)
    stars(canvas, palette, horizon)


def nebula(canvas: Canvas, palette: Palette) -> None:
    """Deep space: clouds of light, then stars everywhere."""
    rng = canvas.rng("nebula")
    size = _small(canvas)
    small = vertical_gradient(size, [(0, palette.top), (1, mix(palette.top, palette.middle, 0.7))])
    unit = min(size)
    for index in range(2 + canvas.detail):
        colour = (palette.middle, palette.accent, palette.second, palette.low)[index % 4]
        dots = []
        x, y = rng.random(), rng.random()
        for _ in range(26):
            x, y = x + rng.gauss(0, 0.07), y + rng.gauss(0, 0.05)
            dots.append((x % 1, y % 1, unit * rng.uniform(0.02, 0.07), rng.randint(50, 110)))
        small.paste(colour, (0, 0), blurred_dots(size, dots, unit * (0.09 if canvas.detail == 1 else 0.045)))
    canvas.backdrop(small)
    stars(canvas, palette, 1.1)
