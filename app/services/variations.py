"""Variations: by the endpoint of that name where the model has it, otherwise by an edit that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from app.domain.drafts import SOURCE_SIZE, STRENGTHS, VaryDraft
from app.domain.errors import Problem
from app.domain.models import Model
from app.domain.option_rules import no_option_for
from app.domain.requests import Edit, Given, Vary
from app.domain.sentences import choose, joined, say
from app.services.editing import padding_notes
from app.services.prepared import PreparedEdit
from app.services.preparing import Preparing
from app.services.replays import as_first_given
from app.services.sending import plan_without_mask

PROMPTS = {
    "subtle": "Make a close variation of this picture. Keep its subject, composition, colours and style, "
    "and change only small details.",
    "medium": "Make a variation of this picture. Keep its subject and its style, "
    "and vary composition, viewpoint, light and details.",
    "bold": "Make a free variation of this picture. Keep only what it is about, "
    "and choose composition, colours and style anew.",
}
"""What a model that varies by an edit is told, by strength. A person never wrote it, so it is never shown as theirs."""

_OF_VARY = frozenset(field.name for field in fields(Vary))


@dataclass(frozen=True, slots=True)
class Variations:
    """The use case behind `POST /vary` and `POST /vary_image`; `Generation` quotes and submits what it prepares."""

    preparing: Preparing

    def prepare(self, owner: str, draft: VaryDraft, *, key: str | None = None) -> PreparedEdit:
        """Bring the picture to what the model takes, and keep it. Nothing is sent, nothing is held.

        `key` as in `Editing.prepare`, which raises the same.
        """
        draft = as_first_given(self.preparing.sources, owner, draft, key)
        size = draft.values.get("size")
        values = {**draft.values, "size": None if size == SOURCE_SIZE else size}
        model = self.preparing.model(draft.values["model"])
        problems = list(_misfits(draft))
        by_endpoint = "vary" in model.endpoints
        wanted: Edit | Vary
        if by_endpoint:
            problems += _not_of_vary(draft, model)
            wanted = Vary(**{name: value for name, value in values.items() if name in _OF_VARY})
        else:
            wanted = Edit(**{**values, "prompt": PROMPTS.get(draft.strength, "-")})
        images = self.preparing.pictures(owner, draft.images, problems)
        limits = self.preparing.require(wanted, draft.images, problems)
        plan = plan_without_mask(images[0], model, limits, size)
        sent, fitting = self.preparing.sending.first(images[0], plan, limits)
        given = Given(
            images=images,
            wish="vary",
            size=size,
            strength=None if by_endpoint else draft.strength,
            fitting=fitting.as_record() if fitting and plan.undone else None,
        )
        return PreparedEdit(
            request=replace(wanted, images=(sent,), size=plan.size, given=given),
            notes=tuple(padding_notes(plan, model)),
        )


def _misfits(draft: VaryDraft) -> Iterator[Problem]:
    if draft.strength not in STRENGTHS:
        yield Problem("strength", "invalid_value", joined(say("The strength is not understood."), choose(STRENGTHS)))
    if len(draft.images) > 1:
        sentence = say(
            "There are {count} pictures, and variations are made of one. Choose one.", count=len(draft.images)
        )
        yield Problem("image", "invalid_image", sentence)


def _not_of_vary(draft: VaryDraft, model: Model) -> Iterator[Problem]:
    for name in draft.values:
        if name not in _OF_VARY:
            sentence = joined(no_option_for("vary", name, model.id), say("Leave it out."))
            yield Problem(name, "unsupported_by_model", sentence)
