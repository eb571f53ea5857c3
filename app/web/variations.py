"""`GET /vary` and `POST /vary`: variations of one picture."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import StudioError
from app.domain.requests import Edit, Vary
from app.edge.actors import current_actor
from app.edge.forms import StaleForm, shows_again
from app.edge.limits import MEBIBYTE, accepts_body
from app.edge.rooms import Entry, Room, Speech
from app.edge.status import status_of
from app.services.generation import Generation
from app.services.jobs import Jobs
from app.services.prepared import PreparedEdit
from app.services.variations import Variations
from app.web.addresses import form_for
from app.web.back import found_again
from app.web.composer import compose, usual_model
from app.web.forms.variations import VaryForm
from app.web.given import Given, Tray, asked_for, newest_of
from app.web.judging import Judgement, judge, submit
from app.web.pages import VaryPage, render

_OWN_FIELDS = ("image", "strength")


def make_room(variations: Variations, generation: Generation, jobs: Jobs, tray: Tray) -> Room:
    """The room of variations."""
    room = Room("variations", __name__, entry=Entry.OWNER, speech=Speech.PAGES)
    usual = usual_model(generation, (Vary.kind, Edit.kind))

    @room.get("/vary")
    def start() -> AnyResponse:
        owner = current_actor().owner
        if job_id := request.args.get("job"):
            job = jobs.find(owner, job_id)
            if job.request.wish != Vary.kind or not isinstance(job.request, Edit | Vary):
                return redirect(form_for(job), 303)
            form, given = VaryForm.of(job.request), Given(images=(f"input:{job_id}/0",))
        else:
            form, given = VaryForm.prefilled(request.args, ("strength",)), _last_of(asked_for(tray, owner))
        judgement = _judge(form, given) if given.images else Judgement()
        return _show(form, given, replace(judgement, problems=given.problems))

    @room.post("/vary")
    @accepts_body(64 * MEBIBYTE)
    def vary() -> AnyResponse:
        form, given = VaryForm(), _last_of(tray.take_in(current_actor().owner))
        if "remove" in request.form:
            return _show(form, Given(), Judgement())
        if add := request.form.get("add"):
            given = replace(given, images=(f"picture:{add}",))
        judgement = _judge(form, given)
        if {"add", "preview"} & request.form.keys():  # only the price is asked for
            return _show(form, given, judgement)
        outcome = submit(judgement, generation, current_actor().owner, form.key)
        if isinstance(outcome, Judgement):
            return _show(form, given, outcome, status=outcome.status)
        return redirect(f"/jobs/{outcome.id}", 303)

    @shows_again(room)
    def show_again(error: StaleForm) -> Response:
        """Nothing chosen or sent is lost: the same form, with a token that holds now."""
        refusal = StudioError(replace(error.fault, code="stale_form"))  # here the remedy is another one
        given = _last_of(tray.take_in(current_actor().owner))
        judgement: Judgement[PreparedEdit] = Judgement(problems=given.problems, refusal=refusal)
        return _show(VaryForm(), given, judgement, status=status_of(error.fault))

    def _judge(form: VaryForm, given: Given) -> Judgement[PreparedEdit]:
        draft, unreadable = form.read(usual, given.images)
        owner = current_actor().owner
        return judge(lambda: variations.prepare(owner, draft, key=form.key), generation, given, unreadable)

    def _show(form: VaryForm, given: Given, judgement: Judgement[PreparedEdit], *, status: int = 200) -> Response:
        draft, _ = form.read(usual)
        composer = compose(
            form,
            generation,
            (Vary.kind, Edit.kind),
            model=draft.values["model"],
            own_fields=_OWN_FIELDS,
            price=judgement.price(generation),
            problems=judgement.problems,
            refusal=judgement.refusal,
            has_picture=bool(given.images),
        )
        owner = current_actor().owner
        pictures = tray.look_at(owner, given.images)
        newest = () if pictures else newest_of(tray, owner)
        page = VaryPage(composer=composer, strength=draft.strength, pictures=pictures, newest=newest)
        return found_again(render(page, status))

    return room


def _last_of(given: Given) -> Given:
    """One picture is varied: a new one takes the place of the one before."""
    return replace(given, images=given.images[-1:])
