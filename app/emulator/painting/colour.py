"""Colours and the palettes that every picture is built from."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """``share`` 0 is all ``first``, 1 all ``second``."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def lighter(colour: Colour, share: float) -> Colour:
    return mix(colour, (255, 255, 255), share)


def darker(colour: Colour, share: float) -> Colour:
    return mix(colour, (12, 12, 28), share)


def brightness(colour: Colour) -> float:
    """Perceived lightness, 0 to 255 (Rec. 601 weights)."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def distance(first: Colour, second: Colour) -> int:
    """How far apart two colours are, 0 to 765."""
    return sum(abs(a - b) for a, b in zip(first, second, strict=True))


def from_hex(text: str) -> Colour:
    value = int(text, 16)
    return value >> 16, value >> 8 & 255, value & 255


@dataclass(frozen=True)
class Palette:
    """Sky from top to horizon, the light in it, land from far to near, two accents."""

    top: Colour
    middle: Colour
    low: Colour
    light: Colour
    far: Colour
    near: Colour
    accent: Colour
    second: Colour

    @property
    def night(self) -> bool:
        return brightness(self.top) < 50

    def land(self, nearness: float) -> Colour:
        """0 is the farthest layer, 1 the nearest."""
        return mix(self.far, self.near, nearness)


_TABLE = """
apricot  7fb2c9 f6d7b0 fbe9cf fff1c9 c9a7a0 3d4a63 e4572e f3a712
rose     34346b c05a8e f9a875 ffe3ab 96507f 241d45 ff6b6b ffd166
lagoon   0f4c5c 2a9d8f e9f5db fff7d6 67b3a8 0b3340 e76f51 f4a261
desert   f0b07c f7d6a8 fdeed5 fffaf0 e3a474 7d3a22 2f6690 d1495b
nordic   9dbdd4 dfe9ee f7f4ee ffffff a6bac6 23374a c8553d e0b05c
meadow   86c5e6 d2edf3 fdf6d8 fff3b8 a9d0a2 2a5d45 ef476f ffd166
autumn   e9cfa8 f6c580 f9e2b7 fff2cc d9924f 52281c b3341f e9b44c
plum     3a1c4a 86406f eba6a0 ffe8d1 75436f 1e0f2b f2c14e ef7674
gold     14213d 335288 e8c784 fff3d4 4b6a98 0b132b fca311 e5e5e5
mint     bfe3d4 eaf5ec fbf7ec ffffff a3cbb7 2d4d49 f07167 fed766
lilac    8f8fd0 cfc3ea f9e6ee fff6ee b3a4d4 38305f ff7f6b ffc857
aurora   050a20 0d2148 1f5470 c8f7dc 1d4260 040812 6ef3a5 b98cff
midnight 070b1f 16224d 3b4a86 f4f1de 27376b 070a18 f2cc8f e07a5f
snow     a9c3d9 d9e6ef f8fafb ffffff c6d5e2 33495f d1495b edae49
ember    2b0f1c 8f2d3a f08a4b ffdf9e 8a3340 1d0a16 ffb627 ff5d5d
jade     1b4b43 5aa786 eaf3d9 fdf8d8 77b594 12352f f28f3b f4d35e
"""


def palettes() -> dict[str, Palette]:
    """Every palette by name."""
    rows = (line.split() for line in _TABLE.strip().splitlines())
    return {name: Palette(*(from_hex(value) for value in values)) for name, *values in rows}
