"""From the fields of a body to an edit or a variation that is ready to be quoted or submitted, or to a turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from app.api.given import GivenPicture
from app.api.large_bodies import LargeBodies
from app.domain.conversations import ConversationDraft
from app.domain.drafts import EditDraft, Extend, Source, VaryDraft
from app.domain.errors import InvalidRequest, Problem
from app.domain.picture_rules import about_picture
from app.services.editing import Editing
from app.services.prepared import PreparedEdit
from app.services.preparing import MOST_PICTURES
from app.services.uploads import MOST_BYTES, Uploads
from app.services.variations import Variations

_ABOUT_THE_MASK = ("mask_means", "invert_mask", "keep_unmasked", "full_resolution")
_EDGES = ("left", "top", "right", "bottom")


@dataclass(frozen=True, slots=True)
class Drafting:
    """What `/edit_image`, `/vary_image`, conversations and quotes have in common. Nothing here is paid for."""

    editing: Editing
    variations: Variations
    uploads: Uploads
    default_model: str
    bodies: LargeBodies = field(default_factory=LargeBodies)

    def prepare(self, owner: str, kind: str, chosen: dict[str, Any], key: str | None = None) -> PreparedEdit:
        """Takes `chosen` to pieces; `kind` is "edit" or "vary". Raises `InvalidRequest` and what `prepare` raises."""
        images = self._bring(owner, chosen)
        if kind == "vary":
            return self.variations.prepare(owner, _vary_draft(chosen, images, self.default_model), key=key)
        return self.editing.prepare(owner, _edit_draft(chosen, images, self.default_model), key=key)

    def turn(self, owner: str, chosen: dict[str, Any], conversation: str | None) -> ConversationDraft:
        """Takes `chosen` to pieces; its pictures are here then. Raises `InvalidRequest`."""
        images = self._bring(owner, chosen)
        mask: GivenPicture | None = chosen.pop("mask", None)
        about = {name: chosen.pop(name) for name in ("after", *_ABOUT_THE_MASK) if name in chosen}
        return ConversationDraft(
            values=chosen,
            conversation=conversation,
            images=images,
            mask=None if mask is None else _mask(mask),
            **about,
        )

    def _bring(self, owner: str, chosen: dict[str, Any]) -> tuple[Source, ...]:
        def bring(given: GivenPicture) -> Source:
            # Kept at once and named from then on, so that no two pictures are in memory.
            if given.read is None:
                return Source(reference=given.reference)
            return Source(reference=f"upload:{self.uploads.add(owner, given.read(MOST_BYTES)).id}")

        return _brought(chosen.pop("image", []), bring)


def _edit_draft(chosen: dict[str, Any], images: tuple[Source, ...], default_model: str) -> EditDraft:
    mask: GivenPicture | None = chosen.pop("mask", None)
    about = {name: chosen.pop(name) for name in _ABOUT_THE_MASK if name in chosen}
    extend = _extend(chosen)
    return EditDraft(
        # A missing prompt is judged with everything else, so that all problems are told at once.
        values={"prompt": "", "model": default_model, **chosen},
        images=images,
        mask=None if mask is None else _mask(mask),
        extend=extend,
        **about,
    )


def _vary_draft(chosen: dict[str, Any], images: tuple[Source, ...], default_model: str) -> VaryDraft:
    about = {"strength": chosen.pop("strength")} if "strength" in chosen else {}
    return VaryDraft(values={"model": default_model, **chosen}, images=images, **about)


def _mask(given: GivenPicture) -> Source:
    """As it came: what becomes of colours and profiles of a picture must not change what a mask means."""
    return Source(data=given.read and given.read(MOST_BYTES), reference=given.reference)


def _extend(chosen: dict[str, Any]) -> Extend | None:
    pixels = {edge: chosen.pop(f"extend_{edge}") for edge in _EDGES if f"extend_{edge}" in chosen}
    shape: str | None = chosen.pop("extend_to", None)
    return Extend(to=shape, **pixels) if shape is not None or any(pixels.values()) else None


def _brought(given: list[GivenPicture], bring: Callable[[GivenPicture], Source]) -> tuple[Source, ...]:
    """One after the other, each let go before the next. Raises `InvalidRequest` with the problems of all."""
    if len(given) > MOST_PICTURES:
        return (Source(),) * len(given)  # refused for their number, before any is looked at
    several, problems, sources = len(given) > 1, [], []
    number = 0
    while given:
        number += 1
        try:
            sources.append(bring(given.pop(0)))
        except InvalidRequest as error:
            problems += [_numbered(problem, number) if several else problem for problem in error.problems]
    if problems:
        raise InvalidRequest(tuple(problems))
    return tuple(sources)


def _numbered(problem: Problem, number: int) -> Problem:
    return replace(problem, message=about_picture(number, problem.message))
