"""Things: plants, buildings, vehicles, cups. All take (brush, colour, palette)."""

from __future__ import annotations

import math

from app.emulator.painting.animals import INK
from app.emulator.painting.brush import Brush
from app.emulator.painting.canvas import curve
from app.emulator.painting.colour import Colour, Palette, darker, lighter, mix
from app.emulator.painting.rooms import bloom, leaf


def flower(brush: Brush, colour: Colour, palette: Palette) -> None:
    green = mix(palette.near, (60, 130, 80), 0.55)
    for lean, tall, share in ((-0.3, 0.62, 0.75), (0.3, 0.7, 0.8), (0.0, 0.86, 1.0)):
        stem = [(lean * 0.25, 0.0), (lean * 0.6, tall * 0.55), (lean, tall)]
        brush.stroke(stem, 0.03, green)
        foot = brush.to((lean * 0.5, tall * 0.42))
        for turn in (-0.7, -2.4):
            leaf(brush.canvas, foot, turn, brush.size * 0.2 * share, green)
        tone = mix(colour, palette.second, 0.35) if lean else colour
        bloom(brush.canvas, brush.to((lean, tall)), brush.size * 0.19 * share, tone, palette)


def tree(brush: Brush, colour: Colour, palette: Palette) -> None:
    bark = darker(mix(palette.near, (110, 70, 50), 0.6), 0.15)
    brush.shape(
        [(-0.09, 0.0), (-0.045, 0.25), (-0.05, 0.5), (0.05, 0.5), (0.045, 0.25), (0.1, 0.0)], bark, smooth=False
    )
    brush.stroke([(0.0, 0.36), (0.14, 0.5)], 0.035, bark)
    for x, y, radius, share in (
        (-0.24, 0.56, 0.19, 0.2),
        (0.24, 0.58, 0.2, 0.12),
        (0.0, 0.6, 0.25, 0.08),
        (-0.13, 0.76, 0.19, 0.0),
        (0.13, 0.78, 0.19, -0.1),
    ):
        tone = darker(colour, share) if share >= 0 else lighter(colour, -share)
        brush.ellipse(x, y, radius, radius * 0.92, tone)
    for x, y in ((-0.18, 0.8), (0.1, 0.88), (0.22, 0.66), (-0.02, 0.68)):
        brush.ellipse(x, y, 0.045, 0.03, lighter(colour, 0.28))


def house(brush: Brush, colour: Colour, palette: Palette) -> None:
    wall = lighter(palette.low, 0.35)
    brush.box(0.18, 0.62, 0.3, 0.98, 0.0, darker(colour, 0.3))
    brush.box(-0.4, 0.0, 0.4, 0.55, 0.0, wall)
    brush.box(0.14, 0.0, 0.4, 0.55, 0.0, darker(wall, 0.1))
    brush.shape([(-0.5, 0.52), (0.0, 0.95), (0.5, 0.52)], colour, smooth=False)
    brush.shape([(0.0, 0.95), (0.5, 0.52), (0.3, 0.52)], darker(colour, 0.18), smooth=False)
    brush.box(-0.09, 0.0, 0.09, 0.34, 0.04, darker(palette.near, 0.05))
    brush.ellipse(0.05, 0.16, 0.012, 0.012, palette.second)
    for x in (-0.28, 0.27):
        brush.box(x - 0.075, 0.22, x + 0.075, 0.4, 0.01, mix(palette.second, (255, 240, 200), 0.5))
        brush.box(x - 0.008, 0.22, x + 0.008, 0.4, 0.0, wall)


def boat(brush: Brush, colour: Colour, palette: Palette) -> None:
    mast = darker(palette.near, 0.2)
    brush.stroke([(0.0, 0.14), (0.0, 1.02)], 0.022, mast)
    brush.shape([(0.03, 0.22), (0.03, 0.98), (0.46, 0.26)], lighter(palette.light, 0.3), smooth=False)
    brush.shape([(-0.03, 0.22), (-0.03, 0.84), (-0.34, 0.25)], mix(palette.second, palette.light, 0.35), smooth=False)
    brush.shape([(-0.48, 0.18), (0.52, 0.18), (0.36, -0.02), (-0.32, -0.02)], colour, smooth=False)
    brush.shape([(-0.48, 0.18), (0.52, 0.18), (0.5, 0.135), (-0.45, 0.135)], lighter(colour, 0.5), smooth=False)
    brush.shape([(0.0, 1.02), (0.14, 0.985), (0.0, 0.95)], palette.accent, smooth=False)


def balloon(brush: Brush, colour: Colour, palette: Palette) -> None:
    rope = darker(palette.near, 0.1)
    for x in (-0.1, 0.1):
        brush.stroke([(x * 0.8, 0.12), (x * 1.7, 0.34)], 0.01, rope)
    half = [(-0.09, 0.3), (-0.26, 0.46), (-0.36, 0.7), (-0.27, 0.94), (-0.08, 1.04)]
    brush.mirrored(half, colour)
    for share, tone in ((0.66, lighter(palette.second, 0.1)), (0.3, lighter(colour, 0.35))):
        brush.mirrored([(x * share, y) for x, y in half], tone)
    brush.box(-0.09, 0.0, 0.09, 0.13, 0.025, mix((150, 95, 55), palette.near, 0.25))
    brush.box(-0.1, 0.11, 0.1, 0.14, 0.015, darker((150, 95, 55), 0.3))


def rocket(brush: Brush, colour: Colour, palette: Palette) -> None:
    brush.shape([(-0.09, 0.2), (-0.06, 0.03), (0.0, -0.12), (0.06, 0.03), (0.09, 0.2)], palette.second)
    brush.shape([(-0.045, 0.2), (0.0, -0.01), (0.045, 0.2)], (255, 246, 214))
    brush.both([(-0.12, 0.42), (-0.32, 0.16), (-0.28, 0.1), (-0.1, 0.2)], colour)
    hull: Colour = (244, 241, 236)
    brush.mirrored([(-0.1, 0.18), (-0.185, 0.42), (-0.165, 0.7), (-0.07, 0.95), (-0.01, 1.03)], hull)
    brush.mirrored([(-0.135, 0.77), (-0.07, 0.94), (-0.01, 1.03)], colour)
    brush.ellipse(0, 0.58, 0.088, 0.088, darker(palette.near, 0.05))
    brush.ellipse(0, 0.58, 0.062, 0.062, mix(palette.middle, (140, 220, 240), 0.6))
    brush.ellipse(-0.02, 0.6, 0.018, 0.018, (255, 255, 255))
    brush.box(-0.11, 0.165, 0.11, 0.225, 0.02, darker(hull, 0.4))


def robot(brush: Brush, colour: Colour, palette: Palette) -> None:
    joint = darker(colour, 0.45)
    for side in (-1, 1):
        brush.stroke([(side * 0.12, 0.25), (side * 0.12, 0.05)], 0.08, joint)
        brush.box(side * 0.12 - 0.08, 0.0, side * 0.12 + 0.08, 0.07, 0.03, darker(colour, 0.25))
        brush.stroke([(side * 0.24, 0.5), (side * 0.36, 0.38), (side * 0.33, 0.22)], 0.06, joint)
        brush.ellipse(side * 0.33, 0.2, 0.05, 0.05, darker(colour, 0.25))
    brush.box(-0.24, 0.18, 0.24, 0.56, 0.06, colour)
    brush.box(-0.13, 0.28, 0.13, 0.46, 0.03, lighter(colour, 0.45))
    for index, tone in enumerate((palette.accent, palette.second, darker(colour, 0.2))):
        brush.ellipse(-0.07 + 0.07 * index, 0.37, 0.024, 0.024, tone)
    brush.stroke([(0, 0.9), (0, 1.0)], 0.018, joint)
    brush.ellipse(0, 1.01, 0.035, 0.035, palette.accent)
    brush.box(-0.22, 0.6, 0.22, 0.92, 0.09, lighter(colour, 0.14))
    brush.box(-0.17, 0.66, 0.17, 0.85, 0.08, INK)
    brush.eyes(0.08, 0.765, 0.042, 0.045, mix(palette.second, (150, 255, 240), 0.6))
    brush.stroke([(-0.05, 0.705), (0, 0.69), (0.05, 0.705)], 0.014, mix(palette.second, (150, 255, 240), 0.6))


def cup(brush: Brush, colour: Colour, palette: Palette) -> None:
    brush.ellipse(0, 0.05, 0.52, 0.065, lighter(palette.light, 0.2))
    brush.ellipse(0, 0.06, 0.36, 0.04, darker(palette.light, 0.12))
    brush.ellipse(0.38, 0.36, 0.15, 0.15, colour)
    brush.ellipse(0.38, 0.36, 0.09, 0.095, mix(palette.low, palette.middle, 0.4))
    brush.shape([(-0.36, 0.6), (-0.33, 0.3), (-0.2, 0.08), (0.2, 0.08), (0.33, 0.3), (0.36, 0.6)], colour)
    brush.ellipse(0, 0.58, 0.36, 0.075, lighter(colour, 0.35))
    brush.ellipse(0, 0.575, 0.31, 0.055, (92, 58, 40))
    brush.stroke([(-0.24, 0.48), (-0.23, 0.3), (-0.16, 0.17)], 0.03, lighter(colour, 0.45))
    steam = lighter(palette.low, 0.5)
    for x in (-0.12, 0.08):
        brush.stroke([(x, 0.7), (x + 0.06, 0.79), (x - 0.02, 0.88), (x + 0.05, 0.98)], 0.028, steam)


def mushroom(brush: Brush, colour: Colour, _palette: Palette) -> None:
    for dx, share in ((-0.34, 0.55), (0.32, 0.42), (0.0, 1.0)):
        part = brush.moved(dx, 0, share)
        part.mirrored([(-0.13, 0.0), (-0.14, 0.1), (-0.09, 0.3), (-0.1, 0.52)], (245, 236, 218))
        part.mirrored([(-0.2, 0.46), (-0.44, 0.48), (-0.4, 0.7), (-0.22, 0.88), (-0.05, 0.93)], colour)
        part.mirrored([(-0.1, 0.45), (-0.36, 0.49), (-0.1, 0.53)], darker((245, 236, 218), 0.16))
        for x, y, radius in ((-0.22, 0.66, 0.055), (0.02, 0.78, 0.065), (0.24, 0.64, 0.05), (-0.02, 0.6, 0.04)):
            part.ellipse(x, y, radius, radius * 0.8, (255, 248, 236))


def fruit(brush: Brush, colour: Colour, palette: Palette) -> None:
    brush.mirrored([(-0.1, 0.04), (-0.36, 0.14), (-0.42, 0.45), (-0.26, 0.7), (-0.05, 0.66)], colour)
    brush.shape([(-0.28, 0.56), (-0.33, 0.4), (-0.26, 0.26), (-0.24, 0.42)], lighter(colour, 0.45))
    brush.stroke([(0.0, 0.62), (0.02, 0.76), (0.08, 0.86)], 0.035, darker(mix(palette.near, (90, 60, 40), 0.6), 0.1))
    leaf(brush.canvas, brush.to((0.03, 0.74)), -0.5, brush.size * 0.32, mix((90, 160, 80), palette.near, 0.25))


def heart(brush: Brush, colour: Colour, palette: Palette) -> None:
    def outline(scale: float) -> list[tuple[float, float]]:
        points = []
        for step in range(48):
            t = math.tau * step / 48
            y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
            points.append((scale * 16 * math.sin(t) ** 3 / 34, 0.5 + scale * y / 34))
        return points

    for scale, tone in ((1.0, darker(colour, 0.15)), (0.86, colour), (0.55, lighter(colour, 0.22))):
        brush.shape(outline(scale), tone, smooth=False)
    brush.ellipse(-0.22, 0.68, 0.06, 0.045, mix(lighter(colour, 0.7), palette.light, 0.2))


def car(brush: Brush, colour: Colour, palette: Palette) -> None:
    brush.shape([(-0.5, 0.34), (-0.3, 0.62), (0.2, 0.62), (0.42, 0.36)], darker(colour, 0.06))
    for left, right in ((-0.37, -0.06), (-0.01, 0.29)):
        glass = [
            (left, 0.37),
            (left + 0.08 if left < -0.1 else left, 0.56),
            (right - (0.1 if right > 0.1 else 0), 0.56),
            (right, 0.37),
        ]
        brush.shape(glass, mix(palette.middle, (225, 240, 248), 0.6), smooth=False)
    brush.box(-0.68, 0.12, 0.7, 0.38, 0.11, colour)
    brush.box(-0.68, 0.2, 0.7, 0.23, 0.0, lighter(colour, 0.35))
    brush.ellipse(0.65, 0.29, 0.035, 0.04, (255, 244, 200))
    for x in (-0.38, 0.4):
        brush.ellipse(x, 0.12, 0.145, 0.145, INK)
        brush.ellipse(x, 0.12, 0.07, 0.07, (215, 215, 220))


def lighthouse(brush: Brush, colour: Colour, palette: Palette) -> None:
    brush.shape([(-0.5, 0.0), (-0.34, 0.12), (0.0, 0.16), (0.36, 0.1), (0.5, 0.0)], darker(palette.near, 0.1))
    for index in range(5):
        low, high = 0.1 + index * 0.14, 0.24 + index * 0.14
        wide, slim = 0.17 - 0.016 * index, 0.17 - 0.016 * (index + 1)
        tone = (248, 244, 238) if index % 2 else colour
        brush.shape([(-wide, low), (-slim, high), (slim, high), (wide, low)], tone, smooth=False)
    brush.box(-0.13, 0.79, 0.13, 0.82, 0.0, darker(palette.near, 0.2))
    brush.box(-0.07, 0.82, 0.07, 0.93, 0.0, mix(palette.second, (255, 246, 200), 0.6))
    brush.shape([(-0.11, 0.92), (0.0, 1.03), (0.11, 0.92)], darker(colour, 0.2), smooth=False)


def figure(brush: Brush, colour: Colour, palette: Palette) -> None:
    skin = mix((214, 160, 122), palette.light, 0.15)
    hair = darker(mix(palette.near, (70, 45, 35), 0.6), 0.2)
    brush.mirrored([(-0.27, 0.0), (-0.24, 0.24), (-0.17, 0.44), (-0.06, 0.52)], colour)
    brush.mirrored([(-0.05, 0.02), (-0.07, 0.3), (-0.05, 0.47)], lighter(colour, 0.35))
    brush.ellipse(0, 0.7, 0.185, 0.2, hair)
    brush.shape([(-0.17, 0.7), (-0.21, 0.5), (-0.1, 0.46), (0.1, 0.46), (0.21, 0.5), (0.17, 0.7)], hair)
    brush.box(-0.05, 0.47, 0.05, 0.58, 0.02, darker(skin, 0.12))
    brush.ellipse(0, 0.665, 0.128, 0.15, skin)
    brush.shape([(-0.135, 0.7), (-0.1, 0.83), (0.1, 0.83), (0.135, 0.7), (0.05, 0.77)], hair)
    brush.eyes(0.052, 0.665, 0.015, 0.019, INK)
    brush.eyes(0.078, 0.625, 0.026, 0.016, mix(skin, (235, 110, 100), 0.4))
    brush.stroke([(-0.035, 0.6), (0, 0.588), (0.035, 0.6)], 0.011, darker(skin, 0.5))


def book(brush: Brush, colour: Colour, palette: Palette) -> None:
    page = lighter(palette.light, 0.3)
    brush.shape(
        [(-0.6, 0.05), (0.0, 0.0), (0.6, 0.05), (0.6, 0.56), (0.0, 0.5), (-0.6, 0.56)],
        darker(colour, 0.1),
        smooth=False,
    )
    for side in (-1, 1):
        top = [(side * 0.0, 0.54), (side * 0.2, 0.63), (side * 0.56, 0.58)]
        edge = curve([brush.to(point) for point in top], closed=False)
        brush.canvas.draw.polygon([*edge, brush.to((side * 0.56, 0.09)), brush.to((0.0, 0.04))], fill=page)
        for row in range(5):
            y = 0.5 - 0.085 * row
            brush.stroke(
                [(side * 0.09, y), (side * 0.3, y + 0.035), (side * 0.48, y + 0.02)], 0.012, darker(page, 0.28)
            )
    brush.stroke([(0, 0.53), (0, 0.03)], 0.012, darker(page, 0.35))
