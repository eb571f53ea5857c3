"""What a draft says of extending the first picture, as a plan; and what is wrong with it."""

from __future__ import annotations

import re

from app.domain.drafts import Extend
from app.domain.errors import Problem
from app.domain.sentences import say
from app.domain.sizes import Size
from app.imaging.extend import Extension, plan_aspect

MOST_PIXELS_PER_EDGE = 20_000

_SHAPE = re.compile(r"([1-9][0-9]{0,3}):([1-9][0-9]{0,3})", re.ASCII)


def extension_of(extend: Extend, source: Size) -> Extension | Problem:
    """The plan for a picture of that size, or the one thing that is wrong with what was said."""
    edges = {"left": extend.left, "top": extend.top, "right": extend.right, "bottom": extend.bottom}
    for edge, pixels in edges.items():
        if not 0 <= pixels <= MOST_PIXELS_PER_EDGE:
            sentence = say("Choose a whole number of pixels from 0 to {most}.", most=MOST_PIXELS_PER_EDGE)
            return _wrong(f"extend_{edge}", sentence)
    if extend.to is None:
        plan = Extension(source=source, **edges)
    elif any(edges.values()):
        return _wrong("extend_to", say("Choose either a shape to grow to or how much to add at each edge."))
    elif (shape := _SHAPE.fullmatch(extend.to)) is None:
        return _wrong("extend_to", say("The shape is not understood. Write it as two whole numbers, such as 16:9."))
    elif not (0 <= extend.x <= 1 and 0 <= extend.y <= 1):
        return _wrong("extend_to", say("Where the picture stays is given from 0 (left, top) to 1 (right, bottom)."))
    else:
        plan = plan_aspect(source, int(shape[1]), int(shape[2]), x=extend.x, y=extend.y)
    if plan.adds_anything:
        return plan
    return _wrong(field_of(extend), say("Nothing would be added to the picture. Choose another shape, or add pixels."))


def field_of(extend: Extend) -> str:
    """The name of the field that says most about it."""
    if extend.to is not None:
        return "extend_to"
    edges = ("left", "top", "right", "bottom")
    return f"extend_{next((edge for edge in edges if getattr(extend, edge)), 'left')}"


def _wrong(field: str, sentence: str) -> Problem:
    return Problem(field, "invalid_value", sentence)
