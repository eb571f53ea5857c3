"""Places: dunes, mountains, sea, meadow, forest, aurora hills, space."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw, ImageFilter

from app.emulator.painting import skies
from app.emulator.painting.canvas import Canvas, Point
from app.emulator.painting.colour import Colour, Palette, darker, lighter, mix


def dunes(canvas: Canvas, palette: Palette) -> None:
    """Sand in layers, each crest lit from the sky."""
    skies.sky(canvas, palette, 0.6)
    count = 3 + min(canvas.detail, 3)
    for index in range(count):
        share = index / (count - 1)
        rng = canvas.rng(f"dune{index}")
        body = palette.land(0.08 + 0.8 * share)
        base = 0.6 + 0.3 * share**1.2
        line = canvas.waves(base, 0.055 + 0.035 * share, rng, 0.45 + 0.35 * rng.random())
        canvas.layer(line, lighter(mix(body, palette.accent, 0.06), 0.24), darker(body, 0.24))
        if canvas.detail >= 3:
            _ripples(canvas, line, mix(body, palette.light, 0.25), 3 + index)


def _ripples(canvas: Canvas, line: list[Point], colour: Colour, count: int) -> None:
    for index in range(1, count):
        drop = canvas.unit * 0.014 * index**1.25
        canvas.draw.line([(x, y + drop) for x, y in line], fill=colour, width=max(1, canvas.unit // 700))


def mountains(canvas: Canvas, palette: Palette) -> None:
    """Ridges that come out of the mist, pines in front."""
    skies.sky(canvas, palette, 0.66)
    count = 3 + min(canvas.detail, 3)
    for index in range(count):
        share = index / (count - 1)
        rng = canvas.rng(f"ridge{index}")
        body = palette.land(0.05 + 0.75 * share)
        line = canvas.crags(0.62 + 0.26 * share, 0.34 - 0.16 * share, rng, 0.5)
        if index == 0:
            _snowcaps(canvas, line, body, palette)
        else:
            canvas.layer(line, body, mix(body, palette.low, 0.55 * (1 - share)))
        if canvas.detail >= 3 and index < count - 1:
            canvas.veil(palette.low, 0.56 + 0.24 * share, 0.72 + 0.28 * share, 0.4)
    _pines(canvas, palette.near, 0.93, 5 + 5 * canvas.detail, 0.12)


def _snowcaps(canvas: Canvas, line: list[Point], body: Colour, palette: Palette) -> None:
    peak = min(y for _, y in line)
    canvas.layer(line, lighter(palette.light, 0.3), mix(body, palette.low, 0.35))
    if canvas.detail == 1:
        return
    rng = canvas.rng("snow")
    foot = max(y for _, y in line)
    edge = [(x, y + (foot - peak) * (0.14 + 0.16 * rng.random())) for x, y in line]
    canvas.layer(edge, mix(body, palette.light, 0.18), mix(body, palette.low, 0.5))


def _pines(canvas: Canvas, colour: Colour, ground: float, count: int, tallest: float) -> None:
    rng = canvas.rng(f"pines{ground}")
    line = canvas.waves(ground - 0.015, 0.02, rng, 1.1)
    spots = sorted(rng.random() for _ in range(count))
    span = canvas.width / canvas.unit
    for spot in spots:
        for copy in range(max(1, round(span / 1.6))):
            x = (spot + copy) / max(1, round(span / 1.6))
            base_y = line[min(64, round(x * 64))][1] + 0.022 * canvas.unit
            pine(canvas, x * canvas.width, base_y, tallest * rng.uniform(0.55, 1.1) * canvas.unit, colour)
    canvas.layer(line, colour, darker(colour, 0.3))


def pine(canvas: Canvas, x: float, base: float, tall: float, colour: Colour) -> None:
    """A conifer whose foot is at (``x``, ``base``) pixels, ``tall`` pixels high."""
    tiers = 4 if canvas.detail > 1 else 2
    for tier in range(tiers):
        top = base - tall * (1 - tier / (tiers + 1.2))
        foot = base - tall * (0.75 - 0.75 * (tier + 1) / tiers)
        half = tall * (0.09 + 0.17 * (tier + 1) / tiers)
        canvas.draw.polygon([(x, top), (x + half, foot), (x - half, foot)], fill=colour)


def sea(canvas: Canvas, palette: Palette) -> None:
    """Water to the horizon, a path of light under the sun."""
    horizon = 0.56
    sun_x, _ = skies.sky(canvas, palette, horizon)
    water = mix(palette.top, palette.near, 0.25)
    top = [canvas.at(0, horizon), canvas.at(1, horizon)]
    canvas.layer(top, mix(palette.middle, water, 0.4), darker(water, 0.2))
    rng = canvas.rng("isles")
    island = palette.land(0.35)
    left, width = rng.uniform(0.02, 0.6), rng.uniform(0.2, 0.34)
    tall = 0.05 * canvas.unit / canvas.height
    hump = [
        canvas.at(left + width * k / 16, horizon - tall * math.sin(math.pi * k / 16) * (1 + 0.3 * math.sin(k * 0.9)))
        for k in range(17)
    ]
    canvas.draw.polygon(hump, fill=island)
    _glitter(canvas, palette, sun_x, horizon)
    count = 3 + canvas.detail
    for index in range(count):
        share = (index + 1) / count
        body = mix(water, palette.near, 0.2 + 0.7 * share)
        line = canvas.waves(horizon + 0.1 + 0.32 * share, 0.008 + 0.012 * share, canvas.rng(f"swell{index}"), 2.6)
        canvas.layer(line, lighter(body, 0.16), body)
        if canvas.detail >= 2:
            foam = mix(body, palette.light, 0.5)
            canvas.draw.line(line, fill=foam, width=max(1, round(canvas.unit * 0.0022 * (0.5 + share))), joint="curve")


def _glitter(canvas: Canvas, palette: Palette, sun_x: float, horizon: float) -> None:
    rng = canvas.rng("glitter")
    rows = 8 + 14 * canvas.detail
    narrow = canvas.unit / canvas.width
    for index in range(rows):
        share = index / rows
        y = horizon + 0.008 + 0.36 * share**1.25
        half = (0.02 + 0.1 * share) * (0.35 + 0.65 * rng.random()) * narrow
        x = sun_x + rng.uniform(-0.03, 0.03) * (0.3 + share) * narrow
        thick = 0.0022 + 0.0045 * share
        (x0, y0), (x1, y1) = canvas.at(x - half, y - thick), canvas.at(x + half, y + thick)
        canvas.draw.ellipse((x0, y0, x1, y1), fill=mix(palette.light, palette.low, 0.25 + 0.5 * share))


def meadow(canvas: Canvas, palette: Palette) -> None:
    """Rolling hills with flowers in the grass."""
    skies.sky(canvas, palette, 0.6)
    count = 3 + min(canvas.detail, 3)
    for index in range(count):
        share = index / (count - 1)
        rng = canvas.rng(f"hill{index}")
        body = palette.land(0.02 + 0.78 * share)
        line = canvas.waves(0.58 + 0.28 * share, 0.05 - 0.015 * share, rng, 0.8)
        canvas.layer(line, lighter(body, 0.2), darker(body, 0.12))
        if 0 < index < count - 1 and canvas.detail >= 2:
            _copse(canvas, line, darker(body, 0.35), index)
    _flowers(canvas, palette)


def _copse(canvas: Canvas, line: list[Point], colour: Colour, index: int) -> None:
    rng = canvas.rng(f"copse{index}")
    middle = rng.randint(6, 58)
    for _ in range(2 + canvas.detail):
        spot = min(64, max(0, middle + rng.randint(-5, 5)))
        x, y = line[spot]
        radius = canvas.unit * rng.uniform(0.012, 0.024) * (0.7 + 0.3 * index)
        canvas.draw.rectangle(
            (x - radius * 0.12, y - radius, x + radius * 0.12, y + radius * 0.4), fill=darker(colour, 0.2)
        )
        canvas.draw.ellipse((x - radius, y - radius * 2.8, x + radius, y - radius * 0.5), fill=colour)


def _flowers(canvas: Canvas, palette: Palette) -> None:
    rng = canvas.rng("flowers")
    grass = darker(palette.near, 0.1)
    colours = (palette.accent, palette.second, lighter(palette.accent, 0.45), lighter(palette.light, 0.4))
    for _ in range(24 + 50 * canvas.detail):
        depth = rng.random() ** 0.6
        x, y = rng.random(), 0.84 + 0.15 * depth
        px, py = canvas.at(x, y)
        tall = canvas.unit * (0.01 + 0.035 * depth) * rng.uniform(0.7, 1.2)
        lean = tall * rng.uniform(-0.25, 0.25)
        canvas.draw.line(
            (px, py, px + lean, py - tall), fill=lighter(grass, 0.12 * rng.random()), width=max(1, round(tall * 0.08))
        )
        radius = tall * 0.2
        colour = colours[rng.randrange(4)]
        tip_x, tip_y = px + lean, py - tall
        canvas.draw.ellipse((tip_x - radius, tip_y - radius, tip_x + radius, tip_y + radius), fill=colour)
        if canvas.detail >= 3:
            core = radius * 0.4
            canvas.draw.ellipse((tip_x - core, tip_y - core, tip_x + core, tip_y + core), fill=darker(colour, 0.35))


def forest(canvas: Canvas, palette: Palette) -> None:
    """Rows of conifers that sink into the fog."""
    skies.sky(canvas, palette, 0.7)
    rows = 3 + min(canvas.detail, 3)
    for index in range(rows):
        share = index / (rows - 1)
        colour = mix(palette.land(share), palette.low, 0.35 * (1 - share))
        ground = 0.64 + 0.27 * share
        _pines(canvas, colour, ground, round(26 - 14 * share) + 2 * canvas.detail, 0.17 + 0.2 * share)
        if canvas.detail >= 2 and index < rows - 1:
            canvas.veil(palette.low, ground - 0.16, ground + 0.08, 0.5)


def aurora(canvas: Canvas, palette: Palette) -> None:
    """Curtains of light over dark hills and a lake."""
    skies.aurora(canvas, palette)
    for index in range(2):
        body = palette.land(0.25 + 0.6 * index)
        canvas.layer(
            canvas.crags(0.7 + 0.12 * index, 0.16, canvas.rng(f"hills{index}"), 0.48),
            lighter(body, 0.06),
            darker(body, 0.3),
        )
    _pines(canvas, palette.near, 0.92, 6 + 5 * canvas.detail, 0.13)


def space(canvas: Canvas, palette: Palette) -> None:
    """A ringed planet among stars."""
    skies.nebula(canvas, palette)
    rng = canvas.rng("planet")
    x, y, radius = rng.uniform(0.35, 0.68), rng.uniform(0.34, 0.5), rng.uniform(0.17, 0.24)
    tint = mix(palette.accent, palette.second, rng.random())
    planet(canvas, x, y, radius, tint, palette)
    for index in range(min(3, canvas.detail)):
        angle = rng.uniform(0, math.tau)
        away = radius * rng.uniform(1.9, 2.6)
        moon_x = x + away * math.cos(angle) * canvas.unit / canvas.width
        moon_y = y + away * 0.6 * math.sin(angle) * canvas.unit / canvas.height
        canvas.disc(moon_x, moon_y, 0.014 + 0.01 * index, mix(palette.light, palette.middle, 0.35))


def planet(canvas: Canvas, x: float, y: float, radius: float, tint: Colour, palette: Palette) -> None:
    """A banded, half-lit ball with a ring in front of it and behind it; ``radius`` in units."""
    if canvas.detail > 1 and canvas.image.mode == "RGB":
        canvas.glow(x, y, radius * 1.7, tint, 0.45)
    px, py = canvas.at(x, y)
    r = radius * canvas.unit
    side = max(4, round(2 * r))
    ball = Image.new("RGB", (side, side), tint)
    pen = ImageDraw.Draw(ball)
    rng = canvas.rng("bands")
    row = 0.0
    while row < side:
        thick = side * rng.uniform(0.05, 0.15)
        tone = mix(tint, palette.light, 0.4) if rng.random() < 0.5 else darker(tint, 0.22)
        pen.rectangle((0, row, side, row + thick * 0.6), fill=mix(tint, tone, rng.random()))
        row += thick
    shade = Image.new("L", (side, side))
    ImageDraw.Draw(shade).ellipse((0, 0, side, side), fill=165 if canvas.detail > 1 else 110)
    ImageDraw.Draw(shade).ellipse((-side * 0.2, -side * 0.16, side * 0.88, side * 0.86), fill=0)
    if canvas.detail > 1:
        shade = shade.filter(ImageFilter.GaussianBlur(side * 0.03))
    ball.paste(darker(palette.top, 0.4), (0, 0), shade)
    disc = Image.new("L", (side, side))
    ImageDraw.Draw(disc).ellipse((0, 0, side - 1, side - 1), fill=255)
    ring = (px - r * 1.9, py - r * 0.42, px + r * 1.9, py + r * 0.42)
    width = max(2, round(r * 0.11))
    canvas.draw.arc(ring, 180, 360, fill=mix(palette.light, tint, 0.5), width=width)
    canvas.image.paste(ball, (round(px - r), round(py - r)), disc)
    canvas.draw.arc(ring, 0, 180, fill=mix(palette.light, tint, 0.25), width=width)
