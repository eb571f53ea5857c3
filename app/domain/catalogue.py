"""The catalogue: judges requests, says what models offer, and prices calls before they are made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from app.domain.catalogue_file import CatalogueFile, read_catalogue_file
from app.domain.costs import MicroUSD, Quote, Usage
from app.domain.counting import frames
from app.domain.errors import Problem
from app.domain.jobs import PlannedCall
from app.domain.models import Model
from app.domain.option_rules import chosen_format
from app.domain.prices import Price, TokenPrices
from app.domain.requests import AnyRequest, Turn
from app.domain.rules import problems_of
from app.domain.sentences import say
from app.domain.text_models import TextModel, dearest_text_model
from app.domain.turn_prices import cost_of_turn, is_plausible_turn, price_of_turn


def load_catalogue() -> Catalogue:
    """The catalogue that ships with Atelier (`catalogue.toml`), read afresh; takes a few milliseconds."""
    return Catalogue(read_catalogue_file(Path(__file__).with_name("catalogue.toml")))


class Catalogue:
    """Every known model, and the judgement over requests for them and for names it does not know.

    Immutable: share one between threads.
    """

    def __init__(self, file: CatalogueFile):
        self.default_model = file.default_model
        self.default_text_model = file.default_text_model
        self.models = file.models
        self.text_models = file.text_models
        self._generic = file.generic
        self._by_name = {name: model for model in file.models for name in (model.id, *model.aliases)}
        self._text_by_name = {name: model for model in file.text_models for name in (model.id, *model.aliases)}
        self._dearest_text_model = dearest_text_model(file.text_models)

    # --- Models

    def model(self, name: str) -> Model | None:
        """The model with this id or alias; `None` when the catalogue does not know the name."""
        return self._by_name.get(name)

    def model_or_generic(self, name: str) -> Model:
        """The model with this id or alias, or one with generic limits under that very name."""
        return self._by_name.get(name) or replace(self._generic, id=name, title=name)

    def text_model(self, name: str) -> TextModel:
        """The text model with this id or alias, or one with the dearest known prices under that very name."""
        return self._text_by_name.get(name) or replace(self._dearest_text_model, id=name, title=name)

    def offered(self, *, today: date, legacy: bool, kind: str) -> tuple[Model, ...]:
        """The models to show for "generate", "edit", "vary" or "turn"; retired ones only with `legacy`."""
        return tuple(
            model for model in self.models if model.serves(kind) and (legacy or model.status(today) != "retired")
        )

    def accepts_response_format(self, name: str) -> bool:
        """Whether `response_format` may be sent: DALL·E takes it, every GPT Image model refuses it."""
        return self.model_or_generic(name).accepts_response_format

    # --- Judgement

    def problems(self, request: AnyRequest, *, today: date, legacy: bool) -> tuple[Problem, ...]:
        """Everything that is wrong with the request; empty when it may be sent."""
        return tuple(
            problems_of(
                request,
                self.model_or_generic(request.model),
                today=today,
                legacy=legacy,
                catalogue=self.models,
                offered=self.offered(today=today, legacy=legacy, kind=request.kind),
            )
        )

    def warnings(self, request: AnyRequest, *, today: date) -> tuple[str, ...]:
        """What the person should know although the request may be sent."""
        model = self.model_or_generic(request.model)
        sentences = []
        if not model.known:
            sentences.append(
                say(
                    "Atelier does not know the model {model}: only general limits were checked, "
                    "and its price is a guess.",
                    model=request.model,
                )
            )
        if isinstance(request, Turn) and not self.text_model(request.text_model).known:
            sentences.append(
                say(
                    "Atelier does not know the text model {model}: the dearest known prices are held.",
                    model=request.text_model,
                )
            )
        if model.status(today) == "retiring":
            sentences.append(
                say(
                    "The model {model} retires on {day}. Use {replacement} from then on.",
                    model=request.model,
                    day=str(model.retires_on),
                    replacement=str(model.replacement),
                )
            )
        if model.sizes.is_experimental(request.size):
            sentences.append(
                say("The size {size} is experimental: results vary more than at smaller sizes.", size=str(request.size))
            )
        if model.known and self._is_preview_format(request, model):
            sentences.append(
                say(
                    "The output format {format} is a preview: OpenAI refuses it to accounts without access, "
                    "and does not say what it costs.",
                    format=chosen_format(request),
                )
            )
        return tuple(sentences)

    @staticmethod
    def _is_preview_format(request: AnyRequest, model: Model) -> bool:
        option = model.options.get("output_format")
        return option is not None and chosen_format(request) in option.preview

    # --- Money

    def plan(self, request: AnyRequest) -> tuple[PlannedCall, ...]:
        """The calls to make: one for all pictures, unless the model draws one a call or previews are
        wanted of several (which call a preview belongs to could not be told)."""
        model = self.model_or_generic(request.model)
        stream = model.streams and (getattr(request, "partial_images", None) or 0) > 0
        per_call = 1 if stream else model.n_per_call
        return tuple(
            PlannedCall(n=n, stream=stream, estimate=price.estimate, at_most=price.at_most)
            for n in _shares(min(max(1, request.count), model.n_max), per_call)
            for price in (self._price(request, model, n),)
        )

    def quote(self, request: AnyRequest) -> Quote:
        """What all calls of `plan` will cost together. Ask `problems` first: prices presume a sound request."""
        model = self.model_or_generic(request.model)
        prices = [self._price(request, model, call.n) for call in self.plan(request)]
        tokens: dict[str, int] = {}
        if all(price.usage for price in prices):
            usage = sum((price.usage for price in prices if price.usage), Usage())
            tokens = usage.as_record()
            del tokens["output_text_tokens"]  # never forecast
        return Quote(
            estimate=sum(price.estimate for price in prices),
            at_most=sum(price.at_most for price in prices),
            exact=all(price.exact for price in prices),
            tokens=tokens,
            note=_note(request, model, prices[0]),
        )

    def cost_of(self, request: AnyRequest, usage: Usage) -> MicroUSD:
        """What the reported usage costs, rounded up. Unknown models are charged the dearest known rates;
        models priced per picture the pictures asked for."""
        model = self.model_or_generic(request.model)
        if isinstance(request, Turn):
            return cost_of_turn(request, usage, model, self.text_model(request.text_model))
        if isinstance(model.pricing, TokenPrices):
            return model.pricing.rates.cost(usage)
        return self.quote(request).estimate

    def plausible(self, request: AnyRequest, n: int, usage: Usage) -> bool:
        """Whether usage reported for a call of `n` pictures can be settled; otherwise settle its estimate.

        False for nothing drawn, negative counts, ten times the most that can be explained, and for
        models priced per picture.
        """
        model = self.model_or_generic(request.model)
        if isinstance(request, Turn):
            return is_plausible_turn(request, usage, model, self.text_model(request.text_model))
        return isinstance(model.pricing, TokenPrices) and model.pricing.is_plausible(request, n, usage)

    def _price(self, request: AnyRequest, model: Model, n: int) -> Price:
        price = self._price_on(request, model, n)
        if model.known:
            return price
        dearest = max(self._price_on(request, known, n).at_most for known in self.models)
        return replace(price, at_most=max(price.at_most, dearest))

    def _price_on(self, request: AnyRequest, model: Model, n: int) -> Price:
        if isinstance(request, Turn):
            return price_of_turn(request, model, self.text_model(request.text_model))
        return model.pricing.price(request, n)


def _shares(count: int, per_call: int) -> list[int]:
    """`count` pictures as calls of at most `per_call` each."""
    whole, rest = divmod(count, per_call)
    return [per_call] * whole + [rest] * (rest > 0)


def _note(request: AnyRequest, model: Model, price: Price) -> str | None:
    """Why a quote may be off, where it may."""
    if not model.known:
        return say(
            "The price of {model} is not known: the dearest known rates are taken, "
            "and the dearest known price is held.",
            model=request.model,
        )
    if isinstance(request, Turn):
        return say("What the text model reads and says is estimated: the most it could cost is held.")
    if price.exact or not isinstance(model.pricing, TokenPrices):
        return None
    if frames(request) > 1:
        return say("The price of an animation is not published: every frame is counted as a picture.")
    if {getattr(request, "quality", None), request.size} & {None, "auto"}:
        return say("What is left to the model may cost more: the most it could cost is held.")
    if not model.pricing.counting.confirmed:
        return say("How {model} is billed is not fully published: the most it could cost is held.", model=model.id)
    return None
