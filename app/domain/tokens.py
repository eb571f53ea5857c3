"""Token formulas of the image models, in whole numbers and fractions only.

OpenAI publishes the table of the first generation (in `catalogue.toml`) but no formula for the later
ones. The output formula is that of its public price calculator, confirmed on the live API; the rule
for input pictures was fitted to measurements on gpt-image-2 and 2.5. Both hit every published or
measured point exactly (tests/domain/test_tokens.py).
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, isqrt

PARTIAL_IMAGE_TOKENS = 100
"""Output tokens that each partial picture costs."""

_PROMPT_OVERHEAD = 6
_CELL = 16
_MAX_CELLS = 1536
_TILE = 512
_TILE_BASE, _TILE_TOKENS = 65, 129


def axis_tokens(axis: int, width: int, height: int, n: int = 1) -> int:
    """Output tokens of `n` pictures on gpt-image-2 and later; `axis` is the model's number for the quality."""
    long_edge, short_edge = max(width, height), min(width, height)
    short = (2 * axis * short_edge + long_edge) // (2 * long_edge)  # rounded, halves up
    return -(-n * axis * short * (2_000_000 + width * height) // 4_000_000)  # rounded up


def cell_tokens(width: int, height: int) -> int:
    """Tokens of one input picture on gpt-image-2 and later."""
    longest = max(width, height)
    scale = min(max(Fraction(512, longest), Fraction(1, 2)), Fraction(1))
    long_edge, short_edge = longest * scale, min(width, height) * scale
    short_edge = max(short_edge, long_edge / 3)
    across, down = ceil(long_edge / _CELL), ceil(short_edge / _CELL)
    if across * down <= _MAX_CELLS:
        return across * down
    # floor(a·√(1536/(a·b))) = isqrt(1536·a // b): shrinking by area without leaving the integers.
    return isqrt(_MAX_CELLS * across // down) * isqrt(_MAX_CELLS * down // across)


def tile_tokens(width: int, height: int, *, high_fidelity: bool = False) -> int:
    """Tokens of one input picture on the first generation (1, mini, 1.5).

    One tile costs 194 tokens and two 323, as reported by users; that the short edge is first brought
    down to 512 pixels, and what high fidelity adds, is not confirmed.
    """
    scale = min(Fraction(1), Fraction(2048, max(width, height)), Fraction(_TILE, min(width, height)))
    tiles = ceil(width * scale / _TILE) * ceil(height * scale / _TILE)
    return _tiled(tiles, width, height, high_fidelity)


def tile_tokens_at_most(width: int, height: int, *, high_fidelity: bool = False) -> int:
    """The same, should a small picture be enlarged, or a long one not be brought down to 2048 pixels."""
    return _tiled(ceil(Fraction(max(width, height), min(width, height))), width, height, high_fidelity)


def _tiled(tiles: int, width: int, height: int, high_fidelity: bool) -> int:
    extra = (4160 if width == height else 6240) if high_fidelity else 0
    return _TILE_BASE + _TILE_TOKENS * tiles + extra


def prompt_tokens_at_most(prompt: str) -> int:
    """More tokens than this a prompt cannot have: the tokeniser works on bytes, each token takes one at least."""
    return _byte_length(prompt) + _PROMPT_OVERHEAD


def prompt_tokens_typical(prompt: str) -> int:
    """A quarter of the UTF-8 length is the typical count of tokens."""
    return ceil(_byte_length(prompt) / 4) + _PROMPT_OVERHEAD


def _byte_length(text: str) -> int:
    # Lone surrogates are refused elsewhere; a price must not fail because of them.
    return len(text.encode("utf-8", "surrogatepass"))
