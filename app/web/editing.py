"""`GET /edit` and `POST /edit`: pictures, a mask, and words for what should change."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.drafts import EditDraft, Source
from app.domain.errors import NotFound, Problem, StudioError
from app.domain.requests import Edit
from app.domain.sentences import say
from app.edge.actors import current_actor
from app.edge.forms import StaleForm, shows_again
from app.edge.limits import MEBIBYTE, accepts_body
from app.edge.rooms import Entry, Room, Speech
from app.edge.status import status_of
from app.services.editing import Editing
from app.services.generation import Generation
from app.services.jobs import Jobs
from app.services.prepared import PreparedEdit
from app.web.addresses import form_for
from app.web.back import found_again
from app.web.composer import compose, usual_model
from app.web.forms.editing import EDGE_FIELDS, EditForm
from app.web.given import Given, Tray, asked_for, newest_of
from app.web.inputs import file_of
from app.web.judging import Judgement, arranged, judge, submit
from app.web.mask_views import view_of
from app.web.pages import EditPage, render
from app.web.picture_bytes import serve_picture

_OWN_FIELDS = ("prompt", "image", "mask", "mask_means", "keep_unmasked", "full_resolution", "extend_to", *EDGE_FIELDS)


def make_room(editing: Editing, generation: Generation, jobs: Jobs, tray: Tray) -> Room:
    """The room of editing."""
    room = Room("editing", __name__, entry=Entry.OWNER, speech=Speech.PAGES)
    usual = usual_model(generation, (Edit.kind,))

    @room.get("/edit")
    def start() -> AnyResponse:
        owner = current_actor().owner
        if job_id := request.args.get("job"):
            job = jobs.find(owner, job_id)
            if job.request.wish != Edit.kind or not isinstance(job.request, Edit):
                return redirect(form_for(job), 303)
            form, given = EditForm.of(job.request), _given_to(job_id, job.request)
        else:
            form, given = EditForm.prefilled(request.args), asked_for(tray, owner)
        judgement = _judge(form, given) if given.images else Judgement()
        return _show(form, given, replace(judgement, problems=given.problems))

    @room.post("/edit")
    @accepts_body(256 * MEBIBYTE)
    def edit() -> AnyResponse:
        form, given = EditForm(), tray.take_in(current_actor().owner)
        if {"first", "remove", "remove_mask", "add"} & request.form.keys():
            given = replace(
                given,
                images=arranged(given.images, request.form),
                mask=None if "remove_mask" in request.form else given.mask,
            )
            judgement = _judge(form, given) if given.images else Judgement()
            return _show(form, given, replace(judgement, problems=given.problems))
        judgement = _judge(form, given)
        if "preview" in request.form:  # only the price is asked for; an empty prompt may still come
            told = tuple(problem for problem in judgement.problems if problem.code != "missing_prompt")
            return _show(form, given, replace(judgement, problems=told))
        outcome = submit(judgement, generation, current_actor().owner, form.key)
        if isinstance(outcome, Judgement):
            return _show(form, given, outcome, status=outcome.status)
        return redirect(f"/jobs/{outcome.id}", 303)

    @room.get("/edit/mask")
    def understood_mask() -> Response:
        """A mask as it would be understood for a picture: transparent exactly where to edit."""
        owner, args = current_actor().owner, request.args
        draft = EditDraft(
            values={"prompt": ".", "model": args.get("model") or usual},
            images=(Source(reference=args.get("image", "")),),
            mask=Source(reference=args.get("mask", "")),
            mask_means=args.get("mask_means", "auto"),
            invert_mask=args.get("invert_mask") == "true",
        )
        made = editing.prepare(owner, draft).request.given
        if made is None or made.mask is None:
            raise NotFound(say("There is no such mask."))
        return serve_picture(file_of(made.mask), jobs.open_input(made.mask), "atelier-mask.png")

    @shows_again(room)
    def show_again(error: StaleForm) -> Response:
        """Nothing typed or sent is lost: the same form, with a token that holds now."""
        refusal = StudioError(replace(error.fault, code="stale_form"))  # here the remedy is another one
        form, given = EditForm(), tray.take_in(current_actor().owner)
        judgement: Judgement[PreparedEdit] = Judgement(problems=given.problems, refusal=refusal)
        return _show(form, given, judgement, status=status_of(error.fault))

    def _judge(form: EditForm, given: Given) -> Judgement[PreparedEdit]:
        draft, unreadable = form.read(usual, given.images, given.mask)
        if not draft.values["prompt"].strip():
            # It has a price too: that of the settings, before anything is written.
            draft = replace(draft, values={**draft.values, "prompt": "."})
            unreadable = (*unreadable, Problem("prompt", "missing_prompt", say("No prompt provided")))
        owner = current_actor().owner
        return judge(lambda: editing.prepare(owner, draft, key=form.key), generation, given, unreadable)

    def _show(form: EditForm, given: Given, judgement: Judgement[PreparedEdit], *, status: int = 200) -> Response:
        owner = current_actor().owner
        draft, _ = form.read(usual)
        prepared = judgement.prepared
        composer = compose(
            form,
            generation,
            (Edit.kind,),
            model=draft.values["model"],
            own_fields=_OWN_FIELDS,
            price=judgement.price(generation),
            problems=judgement.problems,
            refusal=judgement.refusal,
            has_picture=bool(given.images),
        )
        pictures = tray.look_at(owner, given.images)
        masks = tray.look_at(owner, [given.mask] if given.mask else [])
        reading = prepared.mask if prepared else None
        page = EditPage(
            composer=composer,
            pictures=pictures,
            newest=() if pictures else newest_of(tray, owner),
            mask=masks[0] if masks else None,
            mask_view=view_of(given.images[0], given.mask, form) if given.mask and masks and reading else None,
            reading=reading,
            offer=prepared.full_resolution if prepared else None,
            mask_open=bool(masks)
            or not form.keep_unmasked.is_set
            or any(composer.errors(name) for name in ("mask", "mask_means", "keep_unmasked")),
            extend_open=form.extends or any(composer.errors(name) for name in (*EDGE_FIELDS, "extend_to")),
        )
        return found_again(render(page, status))

    return room


def _given_to(job_id: str, edit: Edit) -> Given:
    """The same pictures and mask once more, by reference."""
    given = edit.given or edit
    images = tuple(f"input:{job_id}/{number}" for number in range(len(given.images)))
    return Given(images=images, mask=f"input:{job_id}/mask" if given.mask else None)
