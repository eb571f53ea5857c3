"""Token counts, as the API bills them.

Source: fact sheet section 5. The output and input formulas for gpt-image-2 and 2.5 hit every published or
measured point; that 2.6 uses the axis table of 2.5 is unconfirmed. Text tokens are the one approximation:
the real count is o200k_base, whose vocabulary would have to be downloaded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.emulator.registry import Model

_AXIS_2 = {"low": 16, "medium": 48, "high": 96}
_AXIS_2_5 = {"low": 16, "medium": 24, "high": 48, "xhigh": 64, "max": 96}
# Square, tall (1024x1536), wide (1536x1024).
_FIRST_GENERATION = {
    "low": (272, 408, 400),
    "medium": (1056, 1584, 1568),
    "high": (4160, 6240, 6208),
}
PARTIAL_TOKENS = 100
_MOST_CELLS = 1_536
_PROMPT_OVERHEAD = 6
_REFERENCE_OVERHEAD = 10

Size = tuple[int, int]


@dataclass(frozen=True)
class Usage:
    """Tokens of one answer, split as the API reports them."""

    text_tokens: int
    image_tokens: int
    output_tokens: int

    def body(self) -> dict[str, object]:
        inputs = self.text_tokens + self.image_tokens
        return {
            "input_tokens": inputs,
            "input_tokens_details": {"image_tokens": self.image_tokens, "text_tokens": self.text_tokens},
            "output_tokens": self.output_tokens,
            "output_tokens_details": {"image_tokens": self.output_tokens, "text_tokens": 0},
            "total_tokens": inputs + self.output_tokens,
        }

    def minus(self, other: Usage) -> Usage:
        return Usage(
            self.text_tokens - other.text_tokens,
            self.image_tokens - other.image_tokens,
            self.output_tokens - other.output_tokens,
        )


def output_tokens(model: Model, quality: str, size: Size, n: int) -> int:
    """Tokens for ``n`` finished pictures; n = 2 is not always twice n = 1, the sum is rounded once."""
    width, height = size
    if model.family == "gpt-image-1":
        shape = 0 if width == height else 1 if width < height else 2
        return n * _FIRST_GENERATION[quality][shape]
    axis = (_AXIS_2 if model.family == "gpt-image-2" else _AXIS_2_5)[quality]
    longest, shortest = max(size), min(size)
    short = (2 * axis * shortest + longest) // (2 * longest)  # rounded half up, in whole numbers
    return -(-n * axis * short * (2_000_000 + width * height) // 4_000_000)


def input_picture_tokens(model: Model, size: Size, fidelity: str | None) -> int:
    """Tokens of one input picture of ``size`` pixels."""
    if model.family == "gpt-image-1":
        return _tile_tokens(size, fidelity)
    # Fractions, because 900 · (512 / 900) must be 512 and not a hair more.
    scale = min(max(Fraction(512, max(size)), Fraction(1, 2)), Fraction(1))
    wide, tall = (edge * scale for edge in size)
    wide, tall = max(wide, tall / 3), max(tall, wide / 3)
    columns, rows = math.ceil(wide / 16), math.ceil(tall / 16)
    if columns * rows > _MOST_CELLS:
        shrink = math.sqrt(_MOST_CELLS / (columns * rows))
        columns, rows = math.floor(columns * shrink), math.floor(rows * shrink)
    return columns * rows


def _tile_tokens(size: Size, fidelity: str | None) -> int:
    # 65 + 129 for each 512-pixel tile once the short edge is 512; the extra of "high" is unconfirmed.
    tiles = math.ceil(max(size) / min(size))
    extra = 0
    if fidelity == "high":
        extra = 4160 if size[0] == size[1] else 6240
    return 65 + 129 * tiles + extra


def text_tokens(prompt: str) -> int:
    """An estimate of the o200k_base count: within some ten percent on English, coarser elsewhere.

    A common word is one token, a long one one more for every further six letters, three digits one, an
    ideograph or kana or syllable three quarters, any other sign one.
    """
    count = 0.0
    for piece in re.findall(r"[^\W\d_]+|\d+|[^\w\s]|_", prompt):
        if piece[0].isdigit():
            count += math.ceil(len(piece) / 3)
        elif piece[0] >= "\u2e80":
            count += 0.75 * len(piece)
        elif piece[0].isalpha():
            count += 1 + max(0, len(piece) - 7) // 6 if piece.isascii() else math.ceil(len(piece) / 4)
        else:
            count += 1
    return math.ceil(count)


def usage(
    model: Model,
    prompt: str,
    size: Size,
    quality: str,
    n: int,
    *,
    sources: Sequence[Size] = (),
    fidelity: str | None = None,
    partials: int = 0,
) -> Usage:
    """The whole bill of one request: ``partials`` counts every partial picture sent, over all ``n``."""
    text = text_tokens(prompt) + _PROMPT_OVERHEAD
    if sources and model.family in ("gpt-image-2.5", "gpt-image-2.6"):
        text += _REFERENCE_OVERHEAD * len(sources)
    images = sum(input_picture_tokens(model, source, fidelity) for source in sources)
    drawn = output_tokens(model, quality, size, n) + PARTIAL_TOKENS * partials
    return Usage(text_tokens=n * text, image_tokens=n * images, output_tokens=drawn)
