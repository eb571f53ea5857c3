"""From the fields of a body to the draft of an edit or a variation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.api.given import GivenPicture
from app.api.schemas import MOST_PICTURES
from app.domain.drafts import EditDraft, Extend, Source, VaryDraft
from app.domain.errors import InvalidRequest, Problem

_ABOUT_THE_MASK = ("mask_means", "invert_mask", "keep_unmasked", "full_resolution")
_EDGES = ("left", "top", "right", "bottom")

Bring = Callable[[GivenPicture], Source]
"""Makes a source of a picture that was sent. Raises `InvalidRequest`."""


def edit_draft(chosen: dict[str, Any], *, default_model: str, bring: Bring) -> EditDraft:
    """Takes `chosen` to pieces. Raises `InvalidRequest` when a picture cannot be taken."""
    images = _brought(chosen.pop("image", []), bring)
    mask: GivenPicture | None = chosen.pop("mask", None)
    about = {name: chosen.pop(name) for name in _ABOUT_THE_MASK if name in chosen}
    extend = _extend(chosen)
    return EditDraft(
        # A missing prompt is judged with everything else, so that all problems are told at once.
        values={"prompt": "", "model": default_model, **chosen},
        images=images,
        mask=None if mask is None else bring(mask),
        extend=extend,
        **about,
    )


def vary_draft(chosen: dict[str, Any], *, default_model: str, bring: Bring) -> VaryDraft:
    """Takes `chosen` to pieces. Raises `InvalidRequest` when the picture cannot be taken."""
    images = _brought(chosen.pop("image", []), bring)
    about = {"strength": chosen.pop("strength")} if "strength" in chosen else {}
    return VaryDraft(values={"model": default_model, **chosen}, images=images, **about)


def _extend(chosen: dict[str, Any]) -> Extend | None:
    pixels = {edge: chosen.pop(f"extend_{edge}") for edge in _EDGES if f"extend_{edge}" in chosen}
    shape: str | None = chosen.pop("extend_to", None)
    return Extend(to=shape, **pixels) if shape is not None or any(pixels.values()) else None


def _brought(given: list[GivenPicture], bring: Bring) -> tuple[Source, ...]:
    """One after the other, each let go before the next. Raises `InvalidRequest` with the problems of all."""
    if len(given) > MOST_PICTURES:
        sentence = f"There are {len(given)} pictures, and at most {MOST_PICTURES} can be given. Remove some."
        raise InvalidRequest((Problem("image", "invalid_image", sentence),))
    several, problems, sources = len(given) > 1, [], []
    number = 0
    while given:
        number += 1
        try:
            sources.append(bring(given.pop(0)))
        except InvalidRequest as error:
            prefix = f"Picture {number}: " if several else ""
            problems += [replace(problem, message=prefix + problem.message) for problem in error.problems]
    if problems:
        raise InvalidRequest(tuple(problems))
    return tuple(sources)
