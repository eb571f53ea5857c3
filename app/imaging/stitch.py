"""Full resolution: send the masked part with its surroundings, instead of all of a large picture made small.

The part is placed back into the untouched original (`compose.keep_unmasked` does that for any
`Fitting`), so a photo of 12 million pixels stays one.
"""

from __future__ import annotations

from app.domain.sizes import Size, Sizes
from app.imaging.asked_size import closest_size, holds, smallest_holding
from app.imaging.boxes import Box, around
from app.imaging.fit import Fitting, fit_part

CONTEXT = 0.35
"""How much surroundings the model sees on each side, of the longer edge of what is to be edited."""

_DIFFERENCE = 1.1


def plan_region(
    source: Size, edit: Box, sizes: Sizes, *, asked: Size | None = None, experimental: bool = False
) -> Fitting:
    """Send the part of the picture around `edit` (the box of all pixels to edit) at the best size allowed, or `asked`.

    Unscaled and without padding wherever a legal size holds the part and lies within the picture;
    otherwise the part takes on the shape of the closest legal size as far as the picture reaches.
    """
    need = _with_context(edit, source)
    if asked is None:
        asked = smallest_holding(need.size, source, sizes, experimental=experimental)
    if asked and holds(asked, need.size) and holds(source, asked):
        return fit_part(source, around(edit, asked, source), asked)
    asked = asked or closest_size(need.size, sizes, experimental=experimental)
    shaped = Size(
        min(source.width, max(need.width, -(-need.height * asked.width // asked.height))),
        min(source.height, max(need.height, -(-need.width * asked.height // asked.width))),
    )
    return fit_part(source, around(need, shaped, source), asked)


def makes_a_difference(region: Fitting, whole: Fitting) -> bool:
    """Whether sending the region draws visibly more detail than sending the whole: only then is it offered."""
    return whole.scale < 1 and region.scale > whole.scale * _DIFFERENCE


def _with_context(edit: Box, source: Size) -> Box:
    margin = round(max(edit.width, edit.height) * CONTEXT)
    return Box(
        max(0, edit.left - margin),
        max(0, edit.top - margin),
        min(source.width, edit.right + margin),
        min(source.height, edit.bottom + margin),
    )
