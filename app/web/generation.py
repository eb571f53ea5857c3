"""`GET /` and `POST /generate`: the prompt form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import InvalidRequest, Problem, StudioError
from app.domain.requests import Generate
from app.edge.actors import current_actor
from app.edge.forms import StaleForm
from app.edge.rooms import Entry, Room, Speech
from app.edge.status import status_of
from app.services.generation import Generation
from app.services.jobs import Jobs
from app.services.library import Library
from app.web.back import found_again
from app.web.explanations import explain_fault
from app.web.forms.choices import ModelOffers, offers_of
from app.web.forms.controls import MAIN, MORE, controls
from app.web.forms.generation import GenerationForm, prefilled
from app.web.pages import CreatePage, PriceTag, render
from app.web.thumbs import thumbs_of
from app.web.wording import money

EXAMPLES = (
    "A white siamese cat on a windowsill, morning light, watercolour",
    "A lighthouse at dusk, seen from the sea, long exposure",
    "A cut-paper poster of mountains and a red sun",
)
"""Prompts to press for whoever does not know what to write first."""

_SHOWN = 6
"""How many of the newest pictures stand under the form."""


def make_room(generation: Generation, jobs: Jobs, library: Library) -> Room:
    """The room of the prompt form."""
    room = Room("generation", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/")
    def create() -> Response:
        values: dict[str, object] = dict(request.args.items())
        if earlier := values.pop("from", None):
            values = jobs.find(current_actor().owner, str(earlier)).request.chosen()
        return _show(prefilled(values))

    @room.post("/generate")
    def generate() -> AnyResponse:
        form = GenerationForm()
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

    @room.errorhandler(StaleForm)
    def show_again(error: StaleForm) -> Response:
        """Nothing typed is lost: the same form, with a token that holds now."""
        refusal = StudioError(replace(error.fault, code="stale_form"))  # here the remedy is another one
        return _show(GenerationForm(), refusal=refusal, status=status_of(error.fault))

    def _show(
        form: GenerationForm,
        problems: Sequence[Problem] = (),
        *,
        refusal: StudioError | None = None,
        status: int = 200,
    ) -> Response:
        wanted, _ = form.read(generation.default_model)
        offers = _offers(wanted.model)
        chosen = next(offer for offer in offers if wanted.model == offer.id)
        form.show_size(frozenset(choice.value for offer in offers for choice in offer.fields["size"].choices or ()))
        shown = controls(form, offers, chosen, problems)
        if refusal is not None and refusal.fault.code == "idempotency_mismatch":
            form.renew()  # the old id belongs to what was sent before
        pictures = library.newest(current_actor().owner, limit=_SHOWN)
        response = render(
            CreatePage(
                form=form,
                main=tuple(shown[name] for name in ("model", *MAIN)),
                more=tuple(shown[name] for name in MORE if not shown[name].lacking),
                elsewhere=tuple(shown[name] for name in MORE if shown[name].lacking),
                chosen=chosen,
                offers={offer.id: offer.as_record() for offer in offers},
                price=_price(wanted),
                prompt_errors=tuple(p.message for p in problems if p.field == "prompt"),
                size_errors=shown["size"].errors,
                stray=tuple(p.message for p in problems if p.field != "prompt" and p.field not in shown),
                problem_count=len(problems),
                refusal=explain_fault(refusal.fault) if refusal else None,
                earlier_job=refusal.job_id if refusal else None,
                more_open=any(shown[name].value or shown[name].errors for name in MORE),
                recent=thumbs_of(pictures),
                examples=() if pictures else EXAMPLES,
            ),
            status,
        )
        return found_again(response)

    def _problems(wanted: Generate, unreadable: tuple[Problem, ...]) -> tuple[Problem, ...]:
        """What could not be read, and what is wrong with the rest, told at once."""
        try:
            generation.quote(wanted)
        except InvalidRequest as error:
            return (*unreadable, *error.problems)
        return unreadable

    def _price(wanted: Generate) -> PriceTag | None:
        if not wanted.prompt.strip():
            wanted = replace(wanted, prompt=".")  # the price of the settings, before anything is written
        try:
            quote = generation.quote(wanted)
        except InvalidRequest:
            return None
        open_ended = quote.at_most > 2 * quote.estimate
        return PriceTag(
            about=money(quote.estimate),
            at_most=money(quote.at_most),
            open_ended=open_ended,
            notes=(*generation.warnings(wanted), *((quote.note,) if quote.note and not open_ended else ())),
        )

    def _offers(wanted: str) -> tuple[ModelOffers, ...]:
        """Every model on offer, and the wanted one whatever it is: it may be unknown, retired, or a dated alias."""
        catalogue, today = generation.catalogue, generation.today()
        models = catalogue.offered(today=today, legacy=generation.legacy_models, kind=Generate.kind)
        offers = tuple(offers_of(model, Generate.kind, today) for model in models)
        if any(offer.id == wanted for offer in offers):
            return offers
        other = offers_of(catalogue.model_or_generic(wanted), Generate.kind, today)
        label = other.label if other.label == wanted else f"{other.label} ({wanted})"
        return (*offers, replace(other, id=wanted, label=label))

    return room
