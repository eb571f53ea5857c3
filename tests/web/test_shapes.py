"""Proportions as classes: every picture has one, and the style sheet has every class."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.web.shapes import FURTHEST, STEPS, shape_of

SHEET = (Path(__file__).parent.parent.parent / "static/css/components/shapes.css").read_text(encoding="utf-8")
ASPECTS = {name: float(value) for name, value in re.findall(r"\.(shape-m?\d+) \{\s*--aspect: ([\d.]+);", SHEET)}


@pytest.mark.parametrize("size", [(1024, 1024), (1536, 1024), (1024, 1536), (1792, 1024), (2048, 1152), (640, 480)])
def test_a_picture_is_cut_by_less_than_three_percent(size: tuple[int, int]) -> None:
    assert abs(size[0] / size[1] / ASPECTS[shape_of(*size)] - 1) < 0.03


@pytest.mark.parametrize(("size", "aspect"), [((5000, 10), 4.0), ((10, 5000), 0.25), ((1, 1), 1.0)])
def test_the_longest_are_cut_to_what_still_can_be_seen(size: tuple[int, int], aspect: float) -> None:
    assert ASPECTS[shape_of(*size)] == aspect


def test_the_sheet_has_every_class_and_no_other() -> None:
    steps = range(-FURTHEST, FURTHEST + 1)
    assert {
        (f"shape-{step}" if step >= 0 else f"shape-m{-step}"): round(2 ** (step / STEPS), 4) for step in steps
    } == ASPECTS
