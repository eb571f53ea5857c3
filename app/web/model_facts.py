"""A model of the catalogue in a few words: its days, what it can do, what a picture costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.domain.models import Model
from app.domain.requests import Edit, Generate, Turn, Vary
from app.domain.sizes import AUTO, Sizes
from app.services.generation import Generation
from app.web.composer import price_of
from app.web.forms.choices import size_label, word

_ENDPOINTS = {
    Generate.kind: "makes pictures",
    Edit.kind: "edits them",
    Vary.kind: "varies them",
    Turn.kind: "talks about them",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """`days` and `can` are ready to read. `about` is what a picture costs with nothing chosen, `None`: not offered.

    `is_usual`: taken when none is chosen. `status` as in `Model.status`.
    """

    id: str
    title: str
    status: str
    is_usual: bool
    days: str
    can: tuple[str, ...]
    about: str | None


def facts_of(model: Model, generation: Generation) -> ModelFacts:
    """The model as it stands today in this studio."""
    today = generation.today()
    price = price_of(generation, Generate(prompt=".", model=model.id))
    return ModelFacts(
        id=model.id,
        title=model.title,
        status=model.status(today),
        is_usual=model.id == generation.default_model,
        days=_days(model, today),
        can=tuple(_abilities(model)),
        about=price.about if price else None,
    )


def _days(model: Model, today: date) -> str:
    born = f"Since {_day(model.released)}. " if model.released else ""
    if model.retires_on is None:
        return born.strip()
    after = f"; then {model.replacement}" if model.replacement else ""
    if model.status(today) == "retired":
        return f"{born}OpenAI retired it on {_day(model.retires_on)}{after.replace('; then', '; now')}."
    return f"{born}OpenAI refuses it from {_day(model.retires_on)}{after}."


def _abilities(model: Model) -> Iterator[str]:
    yield ", ".join(told for kind, told in _ENDPOINTS.items() if model.serves(kind)).capitalize()
    yield _sizes(model.sizes)
    if quality := model.options.get("quality"):
        named = [value for value in quality.values or () if value != AUTO]
        if len(named) > 1:
            yield f"quality “{word(named[0])}” to “{word(named[-1])}”"
    background = model.options.get("background")
    if background and "transparent" in (background.values or ()):
        yield "transparent backgrounds"
    if model.inputs and model.inputs.max_count > 1:
        yield f"up to {model.inputs.max_count} pictures to start from"
    if model.mask:
        yield "masks"
    if model.streams:
        yield "previews while it draws"
    if "frame_count" in model.options:
        yield "animations"
    yield f"up to {model.n_max} pictures at once"


def _sizes(sizes: Sizes) -> str:
    if sizes.rule:
        return f"any shape up to {sizes.rule.longest_edge} pixels wide or high"
    if sizes.any:
        return "any shape"
    return " or ".join(size_label(common.size) for common in sizes.common)


def _day(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else ""
