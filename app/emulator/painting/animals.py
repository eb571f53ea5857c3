"""Animals, each a few cut shapes. All take (brush, coat, palette)."""

from __future__ import annotations

from dataclasses import dataclass

from app.emulator.painting.brush import Brush
from app.emulator.painting.canvas import Point
from app.emulator.painting.colour import Colour, Palette, brightness, darker, lighter, mix

INK: Colour = (34, 30, 38)
_BODY: tuple[Point, ...] = ((-0.24, 0.0), (-0.31, 0.12), (-0.27, 0.32), (-0.17, 0.5), (-0.1, 0.6))


@dataclass(frozen=True)
class Build:
    """What tells one sitting animal from another. Shapes are for the left side."""

    ear: tuple[Point, ...]
    inner: tuple[Point, ...] = ()
    soft_ear: bool = False
    muzzle: float = 0.075
    tail: tuple[Point, ...] = ()
    tail_width: float = 0.07
    whiskers: bool = False
    points: Colour | None = None  # dark ears, paws, tail and mask, as a Siamese has
    ear_colour: Colour | None = None
    patches: Colour | None = None  # around the eyes, as a panda has
    stripes: bool = False
    mane: Colour | None = None


def sitting(brush: Brush, coat: Colour, palette: Palette, build: Build) -> None:
    """A small animal that sits and looks at you."""
    shade = darker(coat, 0.16)
    pale = lighter(coat, 0.5) if brightness(coat) < 215 else (255, 252, 246)
    tips = build.points or shade
    if build.tail:
        brush.stroke(build.tail, build.tail_width, build.points or coat)
    brush.mirrored(_BODY, coat)
    brush.mirrored([(-0.09, 0.04), (-0.13, 0.25), (-0.07, 0.5)], pale)
    for side in (-1, 1):
        brush.ellipse(side * 0.2, 0.06, 0.1, 0.065, coat if build.points is None else tips)
        brush.stroke([(side * 0.075, 0.36), (side * 0.085, 0.06)], 0.075, mix(coat, pale, 0.35))
        brush.ellipse(side * 0.085, 0.035, 0.06, 0.038, tips)
    if build.mane:
        brush.ellipse(0, 0.68, 0.27, 0.26, build.mane)
    brush.both(build.ear, build.points or build.ear_colour or coat, smooth=build.soft_ear)
    if build.inner:
        brush.both(build.inner, mix(coat, (240, 150, 150), 0.55), smooth=build.soft_ear)
    brush.ellipse(0, 0.69, 0.215, 0.175, coat)
    if build.points:
        brush.ellipse(0, 0.63, 0.098, 0.088, mix(build.points, coat, 0.42))
    _face(brush, coat, pale, palette, build)


def _face(brush: Brush, coat: Colour, pale: Colour, palette: Palette, build: Build) -> None:
    if build.patches:
        brush.eyes(0.095, 0.705, 0.062, 0.072, build.patches)
    if build.stripes:
        for x in (-0.07, 0.0, 0.07):
            brush.stroke([(x * 0.8, 0.86), (x, 0.79)], 0.022, darker(coat, 0.65))
        for y in (0.16, 0.27, 0.38):
            brush.both([(-0.29 + y * 0.1, y + 0.03), (-0.15, y), (-0.27 + y * 0.1, y - 0.02)], darker(coat, 0.65))
    if build.points is None:
        brush.ellipse(0, 0.615, build.muzzle * 1.35, build.muzzle, pale)
    iris = mix(palette.second, (90, 190, 210), 0.7) if build.points else None
    if iris:
        brush.eyes(0.088, 0.705, 0.04, 0.044, iris)
        brush.eyes(0.088, 0.705, 0.018, 0.036, INK)
    else:
        brush.eyes(0.09, 0.705, 0.03, 0.036, INK)
    brush.eyes(0.083, 0.722, 0.011, 0.012, (255, 255, 255))
    line = INK if brightness(coat) > 90 and build.points is None else lighter(coat, 0.6)
    brush.shape([(-0.028, 0.645), (0.028, 0.645), (0.0, 0.612)], INK if brightness(coat) > 60 else (190, 110, 110))
    brush.stroke([(-0.045, 0.587), (-0.02, 0.577), (0, 0.61), (0.02, 0.577), (0.045, 0.587)], 0.009, line)
    if build.whiskers:
        for side in (-1, 1):
            for rise in (-0.025, 0.0, 0.028):
                brush.stroke([(side * 0.08, 0.61 + rise * 0.4), (side * 0.27, 0.615 + rise * 1.6)], 0.006, line)


_POINTED = ((-0.2, 0.73), (-0.205, 0.975), (-0.04, 0.845))
_POINTED_INNER = ((-0.175, 0.78), (-0.182, 0.915), (-0.085, 0.84))
_ROUND = ((-0.2, 0.79), (-0.21, 0.88), (-0.14, 0.91), (-0.09, 0.83))
_FLOPPY = ((-0.14, 0.84), (-0.24, 0.8), (-0.285, 0.6), (-0.21, 0.53), (-0.165, 0.68))
_LONG = ((-0.13, 0.8), (-0.17, 1.08), (-0.1, 1.2), (-0.05, 1.08), (-0.045, 0.82))
_LONG_INNER = ((-0.11, 0.86), (-0.135, 1.05), (-0.1, 1.13), (-0.075, 1.05), (-0.07, 0.87))
_CAT_TAIL = ((0.2, 0.06), (0.4, 0.08), (0.5, 0.26), (0.43, 0.46), (0.5, 0.6))


def cat(brush: Brush, coat: Colour, palette: Palette) -> None:
    sitting(brush, coat, palette, Build(_POINTED, _POINTED_INNER, tail=_CAT_TAIL, whiskers=True))


def siamese(brush: Brush, coat: Colour, palette: Palette) -> None:
    build = Build(_POINTED, _POINTED_INNER, tail=_CAT_TAIL, whiskers=True, points=(84, 62, 58))
    sitting(brush, coat, palette, build)


def tiger(brush: Brush, coat: Colour, palette: Palette) -> None:
    sitting(brush, coat, palette, Build(_ROUND, soft_ear=True, tail=_CAT_TAIL, whiskers=True, stripes=True))


def lion(brush: Brush, coat: Colour, palette: Palette) -> None:
    mane = darker(mix(coat, (170, 80, 30), 0.6), 0.1)
    sitting(brush, coat, palette, Build(_ROUND, soft_ear=True, tail=_CAT_TAIL, tail_width=0.05, mane=mane))


def dog(brush: Brush, coat: Colour, palette: Palette) -> None:
    tail = ((0.2, 0.1), (0.36, 0.2), (0.42, 0.36))
    ears = darker(coat, 0.35)
    sitting(brush, coat, palette, Build(_FLOPPY, soft_ear=True, muzzle=0.095, tail=tail, ear_colour=ears))


def fox(brush: Brush, coat: Colour, palette: Palette) -> None:
    brush.shape([(0.18, 0.04), (0.4, 0.0), (0.56, 0.2), (0.5, 0.44), (0.38, 0.26)], coat)
    brush.shape([(0.52, 0.26), (0.56, 0.3), (0.5, 0.44), (0.45, 0.36)], lighter(coat, 0.85))
    sitting(brush, coat, palette, Build(_POINTED, _POINTED_INNER, muzzle=0.085))


def rabbit(brush: Brush, coat: Colour, palette: Palette) -> None:
    brush.ellipse(0.27, 0.1, 0.085, 0.08, lighter(coat, 0.6))
    sitting(brush.moved(0, 0, 0.9), coat, palette, Build(_LONG, _LONG_INNER, soft_ear=True, whiskers=True))


def bear(brush: Brush, coat: Colour, palette: Palette) -> None:
    sitting(brush, coat, palette, Build(_ROUND, soft_ear=True, muzzle=0.085))


def otter(brush: Brush, coat: Colour, palette: Palette) -> None:
    tail = ((0.15, 0.06), (0.4, 0.03), (0.55, 0.12))
    small = tuple((x, y - 0.03) for x, y in _ROUND)
    sitting(brush, coat, palette, Build(small, soft_ear=True, muzzle=0.1, tail=tail, tail_width=0.1, whiskers=True))


def panda(brush: Brush, _coat: Colour, palette: Palette) -> None:
    build = Build(_ROUND, soft_ear=True, ear_colour=INK, patches=INK)
    sitting(brush, (247, 244, 238), palette, build)
    for side in (-1, 1):
        brush.stroke([(side * 0.17, 0.47), (side * 0.13, 0.3), (side * 0.06, 0.26)], 0.1, INK)
        brush.ellipse(side * 0.2, 0.06, 0.1, 0.065, INK)


def bird(brush: Brush, coat: Colour, palette: Palette) -> None:
    twig = darker(palette.near, 0.1)
    brush.stroke([(-0.7, 0.1), (-0.2, 0.16), (0.3, 0.13), (0.7, 0.2)], 0.035, twig)
    for x in (-0.04, 0.08):
        brush.stroke([(x, 0.3), (x, 0.16)], 0.018, darker(coat, 0.6))
    brush.shape([(-0.3, 0.34), (-0.62, 0.22), (-0.66, 0.3), (-0.3, 0.5)], darker(coat, 0.3))
    brush.shape(
        [(-0.36, 0.42), (-0.15, 0.28), (0.14, 0.28), (0.3, 0.46), (0.26, 0.72), (0.08, 0.7), (-0.1, 0.56)], coat
    )
    brush.shape([(0.02, 0.3), (0.24, 0.4), (0.24, 0.56), (0.1, 0.5)], lighter(coat, 0.55))
    brush.ellipse(0.2, 0.72, 0.155, 0.145, coat)
    brush.shape([(-0.4, 0.4), (-0.1, 0.34), (0.12, 0.44), (0.02, 0.58), (-0.16, 0.54)], darker(coat, 0.22))
    brush.shape([(0.33, 0.76), (0.48, 0.71), (0.33, 0.67)], palette.second, smooth=False)
    brush.ellipse(0.24, 0.755, 0.026, 0.028, INK)
    brush.ellipse(0.25, 0.765, 0.008, 0.008, (255, 255, 255))


def owl(brush: Brush, coat: Colour, palette: Palette) -> None:
    brush.stroke([(-0.6, 0.06), (0.6, 0.1)], 0.05, darker(palette.near, 0.1))
    brush.mirrored([(-0.1, 0.04), (-0.3, 0.2), (-0.32, 0.55), (-0.29, 0.8), (-0.26, 0.98), (-0.12, 0.9)], coat)
    brush.mirrored([(-0.08, 0.1), (-0.19, 0.3), (-0.15, 0.52)], lighter(coat, 0.45))
    brush.both([(-0.3, 0.6), (-0.38, 0.34), (-0.24, 0.14), (-0.2, 0.4)], darker(coat, 0.3), smooth=True)
    brush.eyes(0.125, 0.72, 0.125, 0.125, lighter(coat, 0.7))
    brush.eyes(0.12, 0.72, 0.075, 0.075, palette.second)
    brush.eyes(0.12, 0.72, 0.045, 0.048, INK)
    brush.eyes(0.105, 0.742, 0.014, 0.014, (255, 255, 255))
    brush.shape([(-0.04, 0.65), (0.04, 0.65), (0, 0.56)], palette.accent, smooth=False)


def fish(brush: Brush, coat: Colour, palette: Palette) -> None:
    middle = brush.moved(0, 0.5, 1)
    middle.shape([(-0.36, 0.0), (-0.66, 0.24), (-0.6, 0.0), (-0.66, -0.24)], darker(coat, 0.2))
    middle.shape([(-0.08, 0.2), (0.04, 0.42), (0.22, 0.18)], darker(coat, 0.2))
    middle.shape([(0.56, 0.02), (0.3, 0.24), (-0.06, 0.26), (-0.42, 0.0), (-0.06, -0.24), (0.3, -0.2)], coat)
    for x in (-0.16, 0.0, 0.16):
        middle.stroke([(x, 0.2), (x - 0.06, 0.0), (x, -0.18)], 0.05, lighter(coat, 0.55))
    middle.shape([(0.12, -0.04), (-0.06, -0.16), (-0.02, 0.02)], darker(coat, 0.25))
    middle.ellipse(0.36, 0.06, 0.05, 0.052, (255, 255, 255))
    middle.ellipse(0.37, 0.06, 0.027, 0.03, INK)
    for x, y, radius in ((0.68, 0.2, 0.03), (0.74, 0.34, 0.045), (0.66, 0.48, 0.025)):
        middle.ellipse(x, y, radius, radius, lighter(palette.low, 0.4))


def whale(brush: Brush, coat: Colour, palette: Palette) -> None:
    brush.shape([(-0.55, 0.36), (-0.8, 0.62), (-0.6, 0.6), (-0.5, 0.74), (-0.4, 0.4)], coat)
    brush.shape(
        [(-0.62, 0.44), (-0.3, 0.3), (0.1, 0.56), (0.5, 0.5), (0.62, 0.28), (0.5, 0.08), (0.0, 0.02), (-0.4, 0.16)],
        coat,
    )
    brush.shape([(0.6, 0.24), (0.48, 0.08), (0.0, 0.03), (-0.2, 0.08), (0.2, 0.18)], lighter(coat, 0.55))
    brush.shape([(0.14, 0.16), (0.0, -0.06), (-0.08, 0.02), (0.0, 0.16)], darker(coat, 0.25))
    brush.ellipse(0.42, 0.28, 0.022, 0.024, INK)
    spray = lighter(palette.low, 0.4)
    for lean in (-1, 1):
        brush.stroke(
            [(0.26, 0.58), (0.26 + lean * 0.03, 0.74), (0.26 + lean * 0.14, 0.8), (0.26 + lean * 0.18, 0.72)],
            0.03,
            spray,
        )


def butterfly(brush: Brush, coat: Colour, palette: Palette) -> None:
    middle = brush.moved(0, 0.5, 1)
    lower = mix(coat, palette.second, 0.6)
    middle.both([(-0.02, 0.0), (-0.4, 0.0), (-0.36, -0.36), (-0.14, -0.4)], lower, smooth=True)
    middle.both([(-0.02, 0.02), (-0.14, 0.38), (-0.52, 0.48), (-0.5, 0.12)], coat, smooth=True)
    for side in (-1, 1):
        middle.ellipse(side * 0.36, 0.28, 0.09, 0.08, lighter(coat, 0.6))
        middle.ellipse(side * 0.25, -0.2, 0.06, 0.07, darker(lower, 0.35))
        middle.stroke([(0, 0.2), (side * 0.06, 0.36), (side * 0.14, 0.44)], 0.012, INK)
    middle.ellipse(0, 0, 0.03, 0.24, INK)
