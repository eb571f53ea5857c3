"""A practice picture as SVG: the palette and the words, in a few shapes."""

from __future__ import annotations

from random import Random
from xml.sax.saxutils import escape

from app.emulator.painting import scene
from app.emulator.painting.colour import Colour, lighter
from app.emulator.painting.scene import Brief


def _css(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _hill(width: int, height: int, base: float, rng: Random, colour: Colour) -> str:
    crest = [base + rng.uniform(-0.06, 0.06) for _ in range(4)]
    first, *rest = (round(level * height) for level in crest)
    third = width / 3
    curves = " ".join(f"S {third * (i + 1) - third / 2:.0f} {y} {third * (i + 1):.0f} {y}" for i, y in enumerate(rest))
    return f'<path d="M 0 {first} {curves} V {height} H 0 Z" fill="{_css(colour)}"/>'


def _without_controls(text: str) -> str:
    """XML forbids most control characters and lone surrogates, escaped or not."""
    return "".join(char if char.isprintable() else " " for char in text)


def svg(brief: Brief) -> bytes:
    """A complete document of the asked size; the prompt is in its title and in its caption."""
    width, height = brief.size
    palette = scene.plan(brief).palette
    rng = Random(brief.seed)
    hills = "".join(_hill(width, height, 0.56 + 0.12 * k, rng, palette.land(k / 2)) for k in range(3))
    unit = min(width, height)
    words = escape(_without_controls(brief.prompt))
    shown = escape(_without_controls(brief.prompt[:60]))
    sky = "" if brief.transparent else f'<rect width="{width}" height="{height}" fill="url(#sky)"/>'
    sun_x = round(width * rng.uniform(0.2, 0.8))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><title>Practice picture: {words}</title>'
        f'<defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="{_css(palette.top)}"/>'
        f'<stop offset="0.6" stop-color="{_css(palette.low)}"/></linearGradient></defs>{sky}'
        f'<circle cx="{sun_x}" cy="{round(height * 0.28)}" r="{round(unit * 0.1)}" '
        f'fill="{_css(lighter(palette.light, 0.3))}"/>{hills}'
        f'<text x="{round(unit * 0.04)}" y="{round(height - unit * 0.05)}" font-family="sans-serif" '
        f'font-size="{round(unit * 0.03)}" fill="#fff">PRACTICE · {shown}</text></svg>\n'
    ).encode()
