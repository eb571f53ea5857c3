"""A model of the catalogue in a few words: its days, what it can do, what a picture costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.domain.models import Model
from app.domain.requests import Edit, Generate, Turn, Vary
from app.domain.sentences import joined, one_of, say, say_counted
from app.domain.sizes import AUTO, Sizes
from app.services.generation import Generation
from app.web.composer import price_of
from app.web.forms.choices import size_label, word
from app.web.wording import day

_ENDPOINTS = {
    Generate.kind: say("Makes pictures"),
    Edit.kind: say("edits them"),
    Vary.kind: say("varies them"),
    Turn.kind: say("talks about them"),
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
    born = say("Since {day}.", day=day(model.released)) if model.released else ""
    if model.retires_on is None:
        return born
    end, other = day(model.retires_on), model.replacement
    if model.status(today) == "retired":
        if other:
            return joined(born, say("OpenAI retired it on {day}; now {other}.", day=end, other=other))
        return joined(born, say("OpenAI retired it on {day}.", day=end))
    if other:
        return joined(born, say("OpenAI refuses it from {day}; then {other}.", day=end, other=other))
    return joined(born, say("OpenAI refuses it from {day}.", day=end))


def _abilities(model: Model) -> Iterator[str]:
    yield say("{things}", things=tuple(told for kind, told in _ENDPOINTS.items() if model.serves(kind)))
    yield _sizes(model.sizes)
    if quality := model.options.get("quality"):
        named = [value for value in quality.values or () if value != AUTO]
        if len(named) > 1:
            yield say("quality “{least}” to “{most}”", least=word(named[0]), most=word(named[-1]))
    background = model.options.get("background")
    if background and "transparent" in (background.values or ()):
        yield say("transparent backgrounds")
    if model.inputs and model.inputs.max_count > 1:
        yield say("up to {most} pictures to start from", most=model.inputs.max_count)
    if model.mask:
        yield say("masks")
    if model.streams:
        yield say("previews while it draws")
    if "frame_count" in model.options:
        yield say("animations")
    yield say_counted(model.n_max, "one picture at once", "up to {count} pictures at once")


def _sizes(sizes: Sizes) -> str:
    if sizes.rule:
        return say("any shape up to {edge} pixels wide or high", edge=sizes.rule.longest_edge)
    if sizes.any:
        return say("any shape")
    return one_of(size_label(common.size) for common in sizes.common)
