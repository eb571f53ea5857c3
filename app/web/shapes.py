"""Proportions as classes of `shapes.css`: rows keep every picture's shape without a style of its own in the page."""

from __future__ import annotations

from math import log2

STEPS = 12
"""Classes for each doubling of width against height: what is cut off to fit stays under 3 %."""

FURTHEST = 24
"""The last class each way: four times as wide as high, and as high as wide."""


def shape_of(width: int, height: int) -> str:
    """The class whose proportions are nearest: "shape-0" for a square, "shape-7" for 3:2, "shape-m7" for 2:3."""
    step = max(-FURTHEST, min(FURTHEST, round(STEPS * log2(width / height))))
    return f"shape-{step}" if step >= 0 else f"shape-m{-step}"
