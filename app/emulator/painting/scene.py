"""From a prompt to a composition: palette, place, subject, weather; then drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from app.emulator.painting import animals, landscapes, rooms, things, vocabulary
from app.emulator.painting.brush import Brush
from app.emulator.painting.canvas import Canvas, halo
from app.emulator.painting.colour import Colour, Palette, darker, distance, lighter, mix, palettes
from app.emulator.painting.vocabulary import Reading

DETAIL = {"low": 1, "standard": 2, "medium": 2, "high": 3, "hd": 3, "xhigh": 4, "max": 5}

Backdrop = Callable[[Canvas, Palette], None]
Subject = Callable[[Brush, Colour, Palette], None]


@dataclass(frozen=True)
class Brief:
    """Everything that decides a picture. ``index`` tells pictures of one request apart."""

    prompt: str
    size: tuple[int, int]
    quality: str = "low"
    model: str = ""
    style: str | None = None
    complexity: str | None = None
    transparent: bool = False
    index: int = 0

    @property
    def seed(self) -> str:
        parts = (self.prompt, self.model, self.style, self.complexity, self.index)
        return "|".join(str(part) for part in parts)


@dataclass(frozen=True)
class Plan:
    """What will be drawn: names out of the tables below, colours ready."""

    palette: Palette
    place: str
    subject: str | None
    coat: Colour


def _backdrops() -> dict[str, Backdrop]:
    return {
        "dunes": landscapes.dunes,
        "mountains": landscapes.mountains,
        "sea": landscapes.sea,
        "meadow": landscapes.meadow,
        "forest": landscapes.forest,
        "aurora": landscapes.aurora,
        "space": landscapes.space,
        "city": rooms.city,
        "still_life": rooms.still_life,
        "botanical": rooms.botanical,
        "abstract": rooms.abstract,
    }


def _subject(name: str) -> Subject:
    found: Subject = getattr(animals, name, None) or getattr(things, name)
    return found


# Palettes that suit a place when the prompt names no time of day.
_SUITING = {
    "dunes": "desert apricot rose ember lilac",
    "mountains": "nordic rose lagoon lilac gold apricot jade",
    "sea": "lagoon rose apricot nordic gold lilac",
    "meadow": "meadow mint apricot autumn lilac",
    "forest": "jade lagoon nordic autumn meadow mint",
    "aurora": "aurora",
    "space": "midnight plum aurora ember",
    "city": "rose gold plum lilac nordic apricot",
    "still_life": "mint autumn apricot meadow lilac nordic",
    "botanical": "mint meadow jade autumn lilac apricot",
    "abstract": "apricot mint rose lagoon autumn lilac jade meadow gold",
}
_COATS: dict[str, Colour] = {
    "cat": (238, 170, 106),
    "siamese": (240, 226, 206),
    "dog": (222, 172, 116),
    "fox": (224, 112, 52),
    "rabbit": (226, 214, 204),
    "bear": (146, 102, 74),
    "otter": (134, 98, 76),
    "tiger": (238, 150, 60),
    "lion": (232, 180, 104),
    "owl": (158, 120, 92),
    "whale": (74, 112, 150),
    "tree": (96, 150, 92),
    "robot": (142, 170, 184),
    "mushroom": (214, 69, 65),
    "fruit": (214, 72, 62),
    "heart": (222, 72, 88),
}
_FLOATING = ("balloon", "butterfly", "rocket", "heart", "fish")
_HOMES = {"fish": "sea", "whale": "sea", "boat": "sea", "lighthouse": "sea", "rocket": "space"}
_INDOORS = ("cup", "fruit", "book")


def plan(brief: Brief) -> Plan:
    """The composition for a prompt; the same brief gives the same plan."""
    rng = Random(f"{brief.seed}/plan")
    reading = vocabulary.read(brief.prompt)
    place = reading.place
    if place is None and reading.subject in _HOMES:
        place = _HOMES[reading.subject or ""]
    elif place is None and reading.subject in _INDOORS:
        place = "botanical" if rng.random() < 0.3 else "still_life"
    elif place is None:
        place = rng.choice(_somewhere(reading))
    subject = reading.subject
    if place == "still_life" and subject in _INDOORS and subject != "book" and rng.random() < 0.2:
        subject = None
    names = [reading.mood] if reading.mood and place not in ("space", "aurora") else _SUITING[place].split()
    palette = palettes()[rng.choice(names)]
    if brief.style == "natural":
        palette = _muted(palette)
    if brief.transparent and subject is None:
        subject = rng.choice(["flower", "balloon", "bird", "tree", "butterfly", "rocket"])
    coat = reading.tint or _COATS.get(subject or "") or palette.accent
    return Plan(palette, place, subject, coat)


def _somewhere(reading: Reading) -> list[str]:
    """Places for a prompt that names none: no mushrooms in the street, no sunset without a sky."""
    wild = ["dunes", "mountains", "meadow", "forest", "sea"]
    if reading.subject in ("robot", "car", "house", "figure", "heart", "balloon"):
        return [*wild, "city", "abstract"]
    if reading.subject or reading.mood:
        return wild
    return [*wild, "city", "aurora", "space", "still_life", "botanical", "abstract", "abstract", "abstract"]


def _muted(palette: Palette) -> Palette:
    grey: Colour = (150, 148, 146)
    return replace(palette, accent=mix(palette.accent, grey, 0.4), middle=mix(palette.middle, grey, 0.3))


def draw(brief: Brief, sheet: tuple[int, int]) -> Image.Image:
    """The scene at ``sheet`` pixels: RGB, or RGBA with the subject alone when transparent."""
    chosen = plan(brief)
    detail = DETAIL[brief.quality]
    if brief.transparent:
        canvas = Canvas(Image.new("RGBA", sheet, (*chosen.palette.low, 0)), brief.seed, detail)
        _place_subject(canvas, chosen, alone=True)
        return canvas.image
    canvas = Canvas(Image.new("RGB", sheet, chosen.palette.low), brief.seed, detail)
    _backdrops()[chosen.place](canvas, chosen.palette)
    if chosen.subject:
        _place_subject(canvas, chosen, alone=False)
    if detail >= 4:
        _finish(canvas, chosen.palette)
    return canvas.image


def _place_subject(canvas: Canvas, chosen: Plan, *, alone: bool) -> None:
    name = chosen.subject
    assert name is not None
    rng = canvas.rng("subject")
    size = canvas.unit * (0.66 if alone else rng.uniform(0.44, 0.52))
    x = canvas.width * (0.5 if alone else rng.choice([rng.uniform(0.36, 0.46), rng.uniform(0.54, 0.64)]))
    y = canvas.height * 0.85
    if alone:
        y = canvas.height * 0.46 + size * 0.5
    elif name in _FLOATING:
        y = canvas.height * 0.44 + size * 0.5
    elif name in ("boat", "whale") and chosen.place == "sea":
        y = canvas.height * 0.74
    coat = _readable(chosen.coat, chosen.palette, alone=alone)
    if not alone and name not in (*_FLOATING, "boat", "whale", "bird", "owl"):
        _shadow(canvas, x, y, size, chosen)
    _subject(name)(Brush(canvas, x, y, size), coat, chosen.palette)


def _shadow(canvas: Canvas, x: float, y: float, size: float, chosen: Plan) -> None:
    half, thick = size * 0.42, size * 0.05
    tone = darker(chosen.palette.near, 0.45)
    if canvas.detail == 1:
        canvas.draw.ellipse((x - half, y - thick, x + half, y + thick), fill=tone)
        return
    wide, tall = round(half * 3.4), max(1, round(thick * 5))
    mask = halo(wide, 0.9, 1.2).resize((wide, tall), Image.Resampling.BILINEAR)
    canvas.image.paste(tone, (round(x) - wide // 2, round(y) - tall // 2), mask)


def _readable(coat: Colour, palette: Palette, *, alone: bool) -> Colour:
    """A coat as dark as the land behind it would vanish."""
    if alone or distance(coat, palette.land(0.8)) > 100:
        return coat
    return lighter(coat, 0.32)


def _finish(canvas: Canvas, palette: Palette) -> None:
    """By day the top qualities get rays of light over the whole; by night the extra stars are enough."""
    if palette.night:
        return
    rng = canvas.rng("rays")
    small = (canvas.width // 8, canvas.height // 8)
    mask = Image.new("L", small)
    pen = ImageDraw.Draw(mask)
    x, y = rng.choice([0.08, 0.92]) * small[0], -0.1 * small[1]
    reach = 1.5 * (small[0] + small[1])
    for _ in range(2 + canvas.detail):
        angle, wide = rng.uniform(0.3, math.pi - 0.3), rng.uniform(0.02, 0.06)
        edges = [(x + reach * math.cos(a), y + reach * math.sin(a)) for a in (angle - wide, angle + wide)]
        pen.polygon([(x, y), *edges], fill=rng.randint(14, 14 + 4 * canvas.detail))
    soft = mask.filter(ImageFilter.GaussianBlur(min(small) * 0.02))
    canvas.image.paste(palette.light, (0, 0), soft.resize(canvas.image.size))
