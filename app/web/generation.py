"""`GET /` and `POST /generate`: the prompt form, also filled in from a file that tells how it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import InvalidRequest, Problem, StudioError
from app.domain.requests import Generate
from app.edge.actors import current_actor
from app.edge.forms import StaleForm, shows_again
from app.edge.limits import BODY_BYTES, MEBIBYTE, accepts_body
from app.edge.rooms import Entry, Room, Speech
from app.edge.status import status_of
from app.services.generation import Generation
from app.services.jobs import Jobs
from app.services.library import Library
from app.services.uploads import Uploads
from app.web.back import found_again
from app.web.composer import compose, price_of
from app.web.examples import EXAMPLES
from app.web.forms.generation import GenerationForm
from app.web.pages import CreatePage, render
from app.web.restoring import FIELD, restored
from app.web.thumbs import thumbs_of

_SHOWN = 6
"""How many of the newest pictures stand under the form."""

_LONGEST_ADDRESS = 3_500
"""Characters that every server and proxy takes in an address (gunicorn: 4,094 with all that is around it)."""


def make_room(generation: Generation, jobs: Jobs, library: Library, uploads: Uploads) -> Room:
    """The room of the prompt form."""
    room = Room("generation", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/")
    def create() -> Response:
        values: dict[str, object] = dict(request.args.items())
        if earlier := values.pop("from", None):
            values = jobs.find(current_actor().owner, str(earlier)).request.chosen()
        return _show(GenerationForm.prefilled(values), picture=request.args.get("restored"))

    @room.post("/generate")
    @accepts_body(BODY_BYTES, form=64 * MEBIBYTE)
    def generate() -> AnyResponse:
        form = GenerationForm()
        if "restore" in request.form:
            return _restore(form)
        wanted, problems = form.read(generation.default_model)
        if "preview" in request.form:  # only the price is asked for; an empty prompt may still come
            return _show(form, tuple(p for p in _problems(wanted, problems) if p.code != "missing_prompt"))
        if problems:
            return _show(form, _problems(wanted, problems), status=400)
        try:
            submission = generation.submit(current_actor().owner, wanted, key=form.key)
        except InvalidRequest as error:
            return _show(form, error.problems, status=status_of(error.fault))
        except StudioError as error:
            return _show(form, refusal=error, status=status_of(error.fault))
        return redirect(f"/jobs/{submission.job.id}", 303)

    @shows_again(room)
    def show_again(error: StaleForm) -> Response:
        """Nothing typed is lost: the same form, with a token that holds now."""
        refusal = StudioError(replace(error.fault, code="stale_form"))  # here the remedy is another one
        return _show(GenerationForm(), refusal=refusal, status=status_of(error.fault))

    def _restore(form: GenerationForm) -> AnyResponse:
        found = restored(current_actor().owner, generation, library, uploads)
        if isinstance(found, Problem):
            return _show(form, (found,), status=400)
        address = f"/?{urlencode({**found.values, 'restored': found.reference})}"
        if len(address) <= _LONGEST_ADDRESS:
            return redirect(address, 303)
        return _show(GenerationForm.prefilled(found.values), picture=found.reference)

    def _show(
        form: GenerationForm,
        problems: Sequence[Problem] = (),
        *,
        picture: str | None = None,
        refusal: StudioError | None = None,
        status: int = 200,
    ) -> Response:
        wanted, _ = form.read(generation.default_model)
        # An empty prompt has a price too: that of the settings, before anything is written.
        priced = wanted if wanted.prompt.strip() else replace(wanted, prompt=".")
        pictures = library.newest(current_actor().owner, limit=_SHOWN)
        composer = compose(
            form,
            generation,
            (Generate.kind,),
            model=wanted.model,
            own_fields=("prompt", FIELD),
            price=price_of(generation, priced),
            problems=problems,
            refusal=refusal,
        )
        recent, examples = thumbs_of(pictures), () if pictures else EXAMPLES
        page = CreatePage(composer=composer, recent=recent, examples=examples, restored=picture)
        return found_again(render(page, status))

    def _problems(wanted: Generate, unreadable: tuple[Problem, ...]) -> tuple[Problem, ...]:
        """What could not be read, and what is wrong with the rest, told at once."""
        try:
            generation.quote(wanted)
        except InvalidRequest as error:
            return (*unreadable, *error.problems)
        return unreadable

    return room
