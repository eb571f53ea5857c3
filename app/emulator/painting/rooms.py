"""Places made by people, and plain arrangements: city, still life, botanical sheet, discs and arcs."""

from __future__ import annotations

import math

from app.emulator.painting import skies
from app.emulator.painting.canvas import Canvas, Point, curve, vertical_gradient
from app.emulator.painting.colour import Colour, Palette, brightness, darker, lighter, mix


def city(canvas: Canvas, palette: Palette) -> None:
    """Blocks against the sky, with lit windows."""
    skies.sky(canvas, palette, 0.72)
    rows = 2 + min(canvas.detail, 3)
    for index in range(rows):
        share = index / (rows - 1)
        body = mix(palette.land(0.15 + 0.8 * share), palette.low, 0.3 * (1 - share))
        _skyline(canvas, palette, body, share, index)
        if canvas.detail >= 2 and index < rows - 1:
            canvas.veil(palette.low, 0.5 + 0.2 * share, 1.0, 0.35)


def _skyline(canvas: Canvas, palette: Palette, body: Colour, share: float, index: int) -> None:
    rng = canvas.rng(f"blocks{index}")
    foot = canvas.height
    x = -0.03 * canvas.unit
    while x < canvas.width:
        wide = canvas.unit * rng.uniform(0.06, 0.13) * (0.75 + 0.4 * share)
        tall = canvas.height * (0.64 - 0.3 * share) * (0.5 + 0.6 * rng.random() ** 1.4)
        top = foot - tall - canvas.height * 0.04
        tone = mix(body, palette.low, 0.1 * rng.random())
        kind = rng.random()
        canvas.draw.rectangle((x, top, x + wide, foot), fill=tone)
        if kind < 0.22:
            canvas.draw.polygon([(x, top), (x + wide / 2, top - wide * 0.7), (x + wide, top)], fill=tone)
        elif kind < 0.4:
            canvas.draw.rectangle((x + wide * 0.25, top - wide * 0.3, x + wide * 0.75, top), fill=tone)
            canvas.draw.line((x + wide / 2, top - wide, x + wide / 2, top), fill=tone, width=max(1, round(wide * 0.05)))
        elif kind < 0.52:
            canvas.draw.pieslice((x, top - wide / 2, x + wide, top + wide / 2), 180, 360, fill=tone)
        if index > 0 or canvas.detail >= 3:
            _windows(canvas, palette, (x, top, wide), tone, index)
        x += wide * rng.uniform(1.0, 1.12)


def _windows(canvas: Canvas, palette: Palette, block: tuple[float, float, float], tone: Colour, index: int) -> None:
    x, top, wide = block
    rng = canvas.rng(f"windows{index}/{round(x)}")
    columns = 3 if canvas.detail == 1 else 5
    cell = wide / (columns + 0.6)
    lit = palette.light if brightness(tone) < 150 else palette.accent
    row = top + cell * 0.8
    while row < canvas.height:
        for column in range(columns):
            glow = rng.random()
            if glow < 0.42:
                left = x + cell * (0.5 + column)
                colour = mix(tone, lit, 0.35 + glow * 1.4)
                canvas.draw.rectangle((left, row, left + cell * 0.55, row + cell * 0.7), fill=colour)
        row += cell * 1.35


def abstract(canvas: Canvas, palette: Palette) -> None:
    """Discs, arcs and hills of cut paper: for prompts that name nothing we can draw."""
    paper = lighter(palette.low, 0.25)
    canvas.image.paste(vertical_gradient(canvas.image.size, [(0, paper), (1, mix(paper, palette.middle, 0.45))]))
    rng = canvas.rng("abstract")
    sun_x, sun_y = rng.uniform(0.3, 0.7), rng.uniform(0.28, 0.4)
    for ring in range(1 + min(canvas.detail, 4), 0, -1):
        canvas.disc(sun_x, sun_y, 0.1 + 0.055 * ring, mix(paper, palette.second, 0.2 + 0.55 / ring))
    canvas.disc(sun_x, sun_y, 0.12, palette.accent)
    for side, middle in enumerate((rng.uniform(0.0, 0.3), rng.uniform(0.7, 1.0))):
        _rainbow(canvas, palette, middle, 0.8 + 0.04 * side, rng.uniform(0.24, 0.36))
    for index in range(3):
        body = palette.land(0.35 + 0.3 * index)
        canvas.layer(
            canvas.waves(0.76 + 0.08 * index, 0.035, canvas.rng(f"fold{index}"), 0.7), lighter(body, 0.15), body
        )
    if canvas.detail >= 2:
        _confetti(canvas, palette)


def _rainbow(canvas: Canvas, palette: Palette, x: float, y: float, radius: float) -> None:
    colours = (palette.near, palette.accent, palette.second, palette.middle, palette.far)
    bands = 3 if canvas.detail == 1 else 5
    for band in range(bands):
        canvas.disc(x, y, radius * (1 - band / (bands + 0.6)), colours[band])


def _confetti(canvas: Canvas, palette: Palette) -> None:
    rng = canvas.rng("confetti")
    for _ in range(10 * canvas.detail):
        colour = (palette.accent, palette.second, palette.near)[rng.randrange(3)]
        canvas.disc(rng.random(), rng.uniform(0.03, 0.62), rng.uniform(0.002, 0.006), colour)


def still_life(canvas: Canvas, palette: Palette) -> None:
    """A table, an arch of light, a vase and fruit."""
    wall = mix(palette.low, palette.middle, 0.35)
    canvas.image.paste(vertical_gradient(canvas.image.size, [(0, mix(wall, palette.top, 0.25)), (1, wall)]))
    rng = canvas.rng("table")
    x = rng.uniform(0.4, 0.6)
    px, py = canvas.at(x, 0.42)
    half = canvas.unit * 0.27
    canvas.draw.pieslice((px - half, py - half, px + half, py + half), 180, 360, fill=palette.light)
    canvas.draw.rectangle((px - half, py, px + half, canvas.height), fill=palette.light)
    table = palette.land(0.75)
    canvas.layer([canvas.at(0, 0.74), canvas.at(1, 0.74)], lighter(table, 0.14), darker(table, 0.12))
    if canvas.detail >= 2:
        canvas.veil(darker(wall, 0.35), 0.0, 0.74, 0.12)
    step = 0.19 * canvas.unit / canvas.width
    _vase(canvas, x - step, 0.82, palette)
    for index, colour in enumerate((palette.accent, palette.second, mix(palette.accent, palette.second, 0.5))):
        _fruit(canvas, x + step * (0.35 + 0.62 * index), 0.855 - 0.012 * (index % 2), 0.062 - 0.006 * index, colour)


def _vase(canvas: Canvas, x: float, y: float, palette: Palette) -> None:
    px, py = canvas.at(x, y)
    u = canvas.unit * 0.34
    rng = canvas.rng("stems")
    for index in range(3 + canvas.detail):
        lean = (index / (2 + canvas.detail) - 0.5) * 0.9
        tip = (px + lean * u * 0.75, py - u * rng.uniform(1.15, 1.5))
        stem = curve([(px, py - u * 0.7), (px + lean * u * 0.2, py - u * 0.95), tip], closed=False)
        leaf_line(canvas, stem, u * 0.16, mix(palette.near, palette.far, 0.35 + 0.1 * (index % 3)))
        bloom = (palette.accent, palette.second)[index % 2]
        canvas.draw.ellipse((tip[0] - u * 0.07, tip[1] - u * 0.07, tip[0] + u * 0.07, tip[1] + u * 0.07), fill=bloom)
    shape: list[Point] = [(-0.14, 0.0), (-0.26, 0.25), (-0.2, 0.52), (-0.09, 0.66), (-0.12, 0.75)]
    outline = [(px + a * u, py - b * u) for a, b in [*shape, *((-a, b) for a, b in reversed(shape))]]
    body = curve(outline, closed=True)
    colour = mix(palette.far, palette.top, 0.4)
    canvas.draw.polygon(body, fill=colour)
    if canvas.detail >= 2:
        shine = [(px - 0.19 * u, py - 0.2 * u), (px - 0.16 * u, py - 0.42 * u), (px - 0.12 * u, py - 0.5 * u)]
        canvas.draw.line(
            curve(shine, closed=False), fill=lighter(colour, 0.5), width=max(2, round(u * 0.035)), joint="curve"
        )


def _fruit(canvas: Canvas, x: float, y: float, radius: float, colour: Colour) -> None:
    px, py = canvas.at(x, y)
    r = radius * canvas.unit
    if canvas.detail >= 2:
        canvas.draw.ellipse((px - r * 1.1, py + r * 0.66, px + r * 1.7, py + r * 1.12), fill=darker(colour, 0.72))
    canvas.draw.ellipse((px - r, py - r, px + r, py + r), fill=colour)
    if canvas.detail >= 2:
        canvas.draw.ellipse((px - r * 0.62, py - r * 0.66, px - r * 0.1, py - r * 0.14), fill=lighter(colour, 0.45))
    canvas.draw.line(
        (px, py - r * 0.9, px + r * 0.18, py - r * 1.3), fill=darker(colour, 0.6), width=max(2, round(r * 0.1))
    )


def leaf_line(canvas: Canvas, stem: list[Point], size: float, colour: Colour) -> None:
    """A stem with pairs of leaves along it; ``size`` is a leaf's length in pixels."""
    canvas.draw.line(stem, fill=colour, width=max(2, round(size * 0.08)), joint="curve")
    stride = max(2, len(stem) // 7)
    for index in range(stride, len(stem), stride):
        (x0, y0), (x1, y1) = stem[index - 1], stem[index]
        heading = math.atan2(y1 - y0, x1 - x0)
        grow = size * (1.1 - 0.5 * index / len(stem))
        for turn in (-0.9, 0.9):
            leaf(canvas, (x1, y1), heading + turn, grow, colour)


def leaf(canvas: Canvas, foot: Point, heading: float, size: float, colour: Colour) -> None:
    """A pointed leaf from ``foot`` (pixels) in direction ``heading`` (radians)."""
    dx, dy = math.cos(heading) * size, math.sin(heading) * size
    x, y = foot
    left = (x + dx * 0.45 + dy * 0.24, y + dy * 0.45 - dx * 0.24)
    right = (x + dx * 0.45 - dy * 0.24, y + dy * 0.45 + dx * 0.24)
    canvas.draw.polygon(curve([foot, left, (x + dx, y + dy), right], closed=True, steps=5), fill=colour)
    if canvas.detail >= 2:
        canvas.draw.line(
            (x, y, x + dx * 0.85, y + dy * 0.85), fill=lighter(colour, 0.25), width=max(1, round(size * 0.03))
        )


def botanical(canvas: Canvas, palette: Palette) -> None:
    """Pressed branches on paper with a great disc behind them."""
    paper = lighter(mix(palette.low, palette.light, 0.5), 0.35)
    canvas.image.paste(vertical_gradient(canvas.image.size, [(0, paper), (1, mix(paper, palette.middle, 0.25))]))
    rng = canvas.rng("branches")
    canvas.disc(0.5 + rng.uniform(-0.08, 0.08), 0.42, 0.27, mix(paper, palette.second, 0.75))
    if canvas.detail >= 2:
        canvas.disc(0.5 + rng.uniform(-0.1, 0.1), 0.5, 0.16, mix(paper, palette.accent, 0.8))
    narrow = canvas.unit / canvas.width
    greens = [mix(palette.near, palette.far, share) for share in (0.15, 0.4, 0.6)]
    count = 3 + 2 * min(canvas.detail, 3)
    for index in range(count):
        lean = (index / (count - 1) - 0.5) * 1.1
        sway = rng.uniform(-0.06, 0.06)
        foot = canvas.at(0.5 + lean * 0.35 * narrow, 0.9)
        bend = canvas.at(0.5 + (lean * 0.55 + sway) * narrow, 0.62)
        tip = canvas.at(0.5 + (lean * 0.85 + sway * 2) * narrow, 0.36 - 0.2 * rng.random() + 0.22 * abs(lean))
        leaf_line(
            canvas,
            curve([foot, bend, tip], closed=False, steps=14),
            canvas.unit * rng.uniform(0.07, 0.11),
            greens[index % 3],
        )
        if index % 2 == 0:
            bloom(
                canvas,
                tip,
                canvas.unit * rng.uniform(0.035, 0.05),
                (palette.accent, lighter(palette.accent, 0.4))[index // 2 % 2],
                palette,
            )


def bloom(canvas: Canvas, middle: Point, radius: float, colour: Colour, palette: Palette) -> None:
    """A daisy-like flower head; ``radius`` in pixels."""
    x, y = middle
    petals = 6 if canvas.detail == 1 else 9
    for petal in range(petals):
        leafy = math.tau * petal / petals
        leaf(
            canvas,
            (x + math.cos(leafy) * radius * 0.2, y + math.sin(leafy) * radius * 0.2),
            leafy,
            radius * 1.15,
            colour,
        )
    core = radius * 0.36
    canvas.draw.ellipse((x - core, y - core, x + core, y + core), fill=palette.second)
