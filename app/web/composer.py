"""What every page with a form for pictures shows: the settings of the chosen model, the price, the problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.errors import InvalidRequest, Problem, StudioError
from app.domain.requests import AnyRequest
from app.domain.sentences import say
from app.services.generation import Generation
from app.web.explanations import Explanation, explain_fault
from app.web.forms.choices import ModelOffers, offers_of
from app.web.forms.controls import MAIN, MORE, Control, controls
from app.web.forms.settings import SettingsForm
from app.web.wording import money


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTag:
    """The price beside the button. `about` and `at_most` are ready to read; `notes` are full sentences.

    `open_ended`: the most is far above what is expected, because something is left to the model.
    """

    about: str
    at_most: str
    open_ended: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """`main` and `more` are the chosen model's settings, `elsewhere` those that only other models have.

    `price` is `None` while the settings contradict each other, or as `no_price` says. `stray` are problems of no
    visible field.
    `offers` go into the page as JSON: model id → what it offers.
    """

    form: SettingsForm
    main: tuple[Control, ...]
    more: tuple[Control, ...]
    elsewhere: tuple[Control, ...]
    chosen: ModelOffers
    offers: dict[str, Any]
    price: PriceTag | None
    problems: tuple[Problem, ...] = field(default=())
    stray: tuple[str, ...] = ()
    refusal: Explanation | None = None
    earlier_job: str | None = None
    more_open: bool = False
    no_price: str

    def errors(self, name: str) -> tuple[str, ...]:
        """The sentences beside a field."""
        return tuple(problem.message for problem in self.problems if problem.field == name)


def compose(
    form: SettingsForm,
    generation: Generation,
    kinds: Sequence[str],
    *,
    model: str,
    own_fields: Sequence[str],
    price: PriceTag | None,
    problems: Sequence[Problem] = (),
    refusal: StudioError | None = None,
    has_picture: bool = True,
) -> Composer:
    """The form as its template shows it. `kinds` are those of its requests, the one to prefer first.

    `own_fields` are the fields beside the settings for whose problems the template has a place. `has_picture`:
    what is needed for a price is there.
    """
    offers = _offers(generation, kinds, model)
    chosen = next(offer for offer in offers if offer.id == model)
    form.show_size(frozenset(choice.value for offer in offers for choice in offer.fields["size"].choices or ()))
    shown = controls(form, offers, chosen, problems)
    if refusal is not None and refusal.fault.code == "idempotency_mismatch":
        form.renew()  # the old id belongs to what was sent before
    more = [shown[name] for name in MORE if name in shown]
    return Composer(
        form=form,
        main=tuple(shown[name] for name in ("model", *MAIN) if name in shown),
        more=tuple(control for control in more if not control.lacking),
        elsewhere=tuple(control for control in more if control.lacking),
        chosen=chosen,
        offers={offer.id: offer.as_record() for offer in offers},
        price=price,
        problems=tuple(problems),
        stray=tuple(p.message for p in problems if p.field not in own_fields and p.field not in shown),
        refusal=explain_fault(refusal.fault) if refusal else None,
        earlier_job=refusal.job_id if refusal and refusal.fault.code == "idempotency_mismatch" else None,
        more_open=any(control.value or control.errors for control in more),
        no_price=say("The settings do not go together yet.") if has_picture else say("Add a picture first."),
    )


def usual_model(generation: Generation, kinds: Sequence[str]) -> str:
    """The model that a form begins with: the studio's usual one, or the catalogue's where that cannot do this."""
    catalogue = generation.catalogue
    model = catalogue.model_or_generic(generation.default_model)
    can = any(model.serves(kind) for kind in kinds)
    return generation.default_model if can else catalogue.default_model


def price_of(generation: Generation, request: AnyRequest, notes: Sequence[str] = ()) -> PriceTag | None:
    """What the request would cost, with more `notes` beside; `None` when it may not be sent."""
    try:
        quote = generation.quote(request)
    except InvalidRequest:
        return None
    open_ended = quote.at_most > 2 * quote.estimate
    own = (quote.note,) if quote.note and not open_ended else ()
    return PriceTag(
        about=money(quote.estimate),
        at_most=money(quote.at_most),
        open_ended=open_ended,
        notes=(*notes, *generation.warnings(request), *own),
    )


def _offers(generation: Generation, kinds: Sequence[str], wanted: str) -> tuple[ModelOffers, ...]:
    """Every model on offer, and the wanted one whatever it is: it may be unknown, retired, or a dated alias."""
    catalogue, today = generation.catalogue, generation.today()
    found = {
        model.id: offers_of(model, kind, today)
        for kind in reversed(kinds)
        for model in catalogue.offered(today=today, legacy=generation.legacy_models, kind=kind)
    }
    offers = tuple(found.values())
    if wanted in found:
        return offers
    model = catalogue.model_or_generic(wanted)
    kind = next((kind for kind in kinds if model.serves(kind)), kinds[-1])
    other = offers_of(model, kind, today)
    label = other.label if other.label == wanted else f"{other.label} ({wanted})"
    return (*offers, replace(other, id=wanted, label=label))
