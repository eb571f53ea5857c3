"""Edits: from a draft to a request whose pictures are ready to be sent. Everything that needs pixels, before paying."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.drafts import MASK_MEANS, SOURCE_SIZE, EditDraft
from app.domain.errors import Problem
from app.domain.models import Model
from app.domain.option_rules import chosen_format, is_lossless
from app.domain.requests import Edit, Given, InputPicture
from app.domain.sentences import choose, joined, say
from app.imaging.stitch import makes_a_difference
from app.services.marking import Marked, Marking
from app.services.prepared import FullResolution, PreparedEdit
from app.services.preparing import Noting, Preparing
from app.services.replays import as_first_given
from app.services.sending import Plan, plan_with_mask, plan_without_mask


@dataclass(frozen=True, slots=True)
class Editing:
    """The use case behind `POST /edit` and `POST /edit_image`; `Generation` quotes and submits what it prepares."""

    preparing: Preparing
    marking: Marking

    def prepare(self, owner: str, draft: EditDraft, *, key: str | None = None) -> PreparedEdit:
        """Bring pictures and mask to what the model takes, and keep them. Nothing is sent, nothing is held.

        `key`: of a request that may be a retry, for whose pictures that are gone those of its job stand in.
        Raises `InvalidRequest` with everything that is wrong when the pictures, the mask, the size or the
        extension cannot be prepared; what else is wrong is left to `Generation`. `StudioError`: `storage_full`,
        `not_ready`.
        """
        draft = as_first_given(self.preparing.sources, owner, draft, key)
        size = draft.values.get("size")
        wanted = Edit(**{"prompt": "", **draft.values, "size": None if size == SOURCE_SIZE else size})
        model = self.preparing.model(wanted.model)
        problems = list(_contradictions(draft))
        images = self.preparing.pictures(owner, draft.images, problems)
        self.preparing.require(wanted, draft.images, problems)
        first, marked = images[0], None
        if draft.extend is not None:
            marked = self.marking.by_extending(first, draft.extend, problems)
        elif draft.mask is not None:
            marked = self.marking.by_mask(owner, draft, first, problems)
        limits = self.preparing.require(wanted, draft.images, problems)
        if marked is None:
            plan = plan_without_mask(first, model, limits, size)
        else:
            first = marked.picture
            plan = plan_with_mask(first, marked.reading.edited, model, size, region=draft.full_resolution)
        request = self._sent(wanted, draft, plan, (first, *images[1:]), marked)
        return PreparedEdit(
            request=request,
            mask=marked.reading if marked else None,
            full_resolution=self._offer(request, plan, first, marked, size) if marked else None,
            notes=tuple(_notes(request, plan, model)),
        )

    def _sent(
        self, wanted: Edit, draft: EditDraft, plan: Plan, images: tuple[InputPicture, ...], marked: Marked | None
    ) -> Edit:
        sending, model = self.preparing.sending, self.preparing.model(wanted.model)
        limits = self.preparing.require(wanted, draft.images, ())
        first, fitting = sending.first(images[0], plan, limits)
        mask = None
        if marked and fitting and model.mask:
            problems: list[Problem] = []
            with Noting(problems, "mask"):
                mask = sending.mask(marked.mask, fitting, model.mask)
            self.preparing.require(wanted, draft.images, problems)
        keeps = marked is not None and draft.keep_unmasked
        given = Given(
            images=images,
            mask=marked.mask if marked else None,
            extended_from=marked.extended_from if marked else None,
            size=draft.values.get("size"),
            keep_unmasked=keeps,
            full_resolution=marked is not None and draft.full_resolution,
            fitting=fitting.as_record() if fitting and (keeps or plan.undone) else None,
        )
        others = tuple(sending.as_it_is(picture, limits) for picture in images[1:])
        # A model that takes no mask gets the person's own, to be refused for it by the catalogue.
        return replace(wanted, images=(first, *others), mask=mask or given.mask, size=plan.size, given=given)

    def _offer(
        self, request: Edit, plan: Plan, first: InputPicture, marked: Marked, size: str | None
    ) -> FullResolution | None:
        """What sending only the marked part would cost, where it brings more detail."""
        given = request.given
        if given is None or given.full_resolution or not given.keeps or plan.fitting is None:
            return None
        region = plan_with_mask(
            first, marked.reading.edited, self.preparing.model(request.model), size, region=True
        ).fitting
        if region is None or not makes_a_difference(region, plan.fitting) or self.preparing.judge(request):
            return None
        part = replace(request.images[0], width=region.sent.width, height=region.sent.height)
        variant = replace(request, images=(part, *request.images[1:]), size=str(region.asked))
        return FullResolution(
            self.preparing.catalogue.quote(variant),
            say(
                "What changes is drawn at a resolution of {percent} %, compared with your picture. With full "
                "resolution only the part around it is sent, and drawn at {full_percent} %.",
                percent=_percent(plan.fitting.scale),
                full_percent=_percent(min(1.0, region.scale)),
            ),
        )


def _contradictions(draft: EditDraft) -> Iterator[Problem]:
    def wrong(field: str, sentence: str) -> Problem:
        return Problem(field, "invalid_value", sentence)

    if draft.mask_means not in MASK_MEANS:
        yield wrong("mask_means", joined(say("The meaning of the mask is not understood."), choose(MASK_MEANS)))
    if draft.mask is not None and draft.extend is not None:
        yield wrong("mask", say("Extending makes its own mask, of what is new. Leave the mask out, or extend first."))
    if draft.full_resolution and draft.mask is None and draft.extend is None:
        sentence = say("Full resolution draws only the masked part. Give a mask, or leave it out.")
        yield wrong("full_resolution", sentence)
    elif draft.full_resolution and not draft.keep_unmasked:
        sentence = say(
            "Full resolution puts what was drawn back into your picture. Choose keep_unmasked too, or leave it out."
        )
        yield wrong("full_resolution", sentence)


def _notes(request: Edit, plan: Plan, model: Model) -> Iterator[str]:
    if request.given is not None and request.given.keeps:
        yield from _exactness(request)
    elif plan.fitting is not None:
        yield from padding_notes(plan, model)


def _exactness(request: Edit) -> Iterator[str]:
    kind = chosen_format(request)
    if kind == "jpeg":
        yield say("JPEG cannot keep pixels exactly. Choose PNG, or WebP at 100, and they stay as they are.")
    elif not is_lossless(kind, request.output_compression):
        yield say("WebP below 100 cannot keep pixels exactly. Choose 100, or PNG, and they stay as they are.")


def padding_notes(plan: Plan, model: Model) -> Iterator[str]:
    """That the picture is padded to be sent, where it is."""
    fitting = plan.fitting
    if fitting is None or fitting.placed.size == fitting.sent:
        return
    padded = say(
        "{model} does not draw the shape of your picture, so it is padded to {size}.",
        model=model.id,
        size=str(fitting.asked),
    )
    if plan.undone:
        yield joined(padded, say("The padding is cut off the answer."))
    else:
        yield joined(padded, say("The answer keeps the size that was asked for."))


def _percent(scale: float) -> int:
    return max(1, round(100 * scale))
