"""Drafts: what a form or a JSON body says about an edit or a variation, before any pixel is looked at.

Forms and JSON make the same drafts; `services.editing` and `services.variations` make requests of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MASK_MEANS = ("auto", "transparent-is-edited", "white-is-edited", "black-is-edited")
"""How a mask file may be meant; the first is what is taken when nothing is said."""

STRENGTHS = ("subtle", "medium", "bold")
"""How far a variation may go from its picture."""

SOURCE_SIZE = "source"
"""As `size`: the size the model draws that is closest to the first picture's; what was padded is cut off again."""


@dataclass(frozen=True, slots=True)
class Source:
    """One picture as somebody gave it: exactly one of its bytes and a reference to some that are here.

    References: "upload:<id>", "picture:<id>", "input:<job id>/<number>" (from 0), "input:<job id>/mask"
    and, of an extended picture, "input:<job id>/before".
    """

    data: bytes | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend:
    """What to add around the first picture: pixels at each edge, or the shape to grow to.

    `to` is a shape such as "16:9"; `x` and `y` then say where the picture stays: 0 left or top, 1 right or bottom.
    """

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0
    to: str | None = None
    x: float = 0.5
    y: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class EditDraft:
    """An edit. `values` are the chosen fields of `requests.Edit` by name, but for images, mask and given.

    `values` always names the model. Its `size` is a size in text, "auto", `SOURCE_SIZE` or absent. `mask_means` is one
    of `MASK_MEANS`; `invert_mask` turns the mask around after it was understood. `keep_unmasked` only matters
    with a mask, or when the picture is extended.
    """

    values: Mapping[str, Any]
    images: tuple[Source, ...] = ()
    mask: Source | None = None
    mask_means: str = MASK_MEANS[0]
    invert_mask: bool = False
    keep_unmasked: bool = True
    full_resolution: bool = False
    extend: Extend | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VaryDraft:
    """Variations of one picture. `values` are the chosen fields of `requests.Vary`, and, for models that vary
    by an edit, of `requests.Edit` (but for prompt, images, mask and given).

    Anything but one picture is judged like everything else. `strength` is one of `STRENGTHS`; models with a
    variations endpoint know no such thing.
    """

    values: Mapping[str, Any]
    images: tuple[Source, ...] = ()
    strength: str = "medium"
