"""What is wrong with the options of a request, one by one and together.

Which code a refusal has: `unsupported_by_model` when another model of the catalogue has the option
or takes the value, so that changing the model would help; `invalid_value` when none does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

from app.domain.errors import Problem
from app.domain.models import Model
from app.domain.options import Option
from app.domain.requests import AnyRequest
from app.domain.sentences import Sentence, joined, one_of, say, shortened

_NO_OPTIONS = frozenset({"prompt", "model", "images", "mask", "n", "size", "user", "given"}) | {
    # a turn's own
    *("text_model", "previous", "history_tokens", "fallback", "shows_fallback", "tool_choice", "action"),
}


_NAMED = 3
"""How many other models a sentence names: the first to be offered."""


def chosen_format(request: AnyRequest) -> str:
    """The output format that the answer will have; every model draws PNG unless told otherwise."""
    return getattr(request, "output_format", None) or "png"


def is_lossless(output_format: str, compression: int | None) -> bool:
    """Whether a file of that kind keeps every pixel as it is; WebP does at 100, its default."""
    return output_format == "png" or (output_format == "webp" and compression in (None, 100))


def option_problems(
    request: AnyRequest, model: Model, *, catalogue: Sequence[Model], offered: Sequence[Model]
) -> Iterator[Problem]:
    """`catalogue`: all models there are; `offered`: those that may be named as a way out."""
    for field in fields(request):
        name = field.name
        value: object = getattr(request, name)
        if name in _NO_OPTIONS or value is None:
            continue
        option = model.options_for(request.kind).get(name)
        if option is None:
            if name == "partial_images" and value == 0:
                continue  # asks for nothing, and is not sent
            yield _lacks_option(name, request.kind, model, offered)
        elif not option.has_type_of(value):
            wrong = say("{name} must be a whole number.", name=name) if option.range else must_be_text(name)
            yield Problem(name, "invalid_type", joined(wrong, option.remedy))
        elif not option.takes(value):
            yield _lacks_value(option, value, request.kind, model, catalogue, offered)
        else:
            yield from _misplaced(option, value, model, chosen_format(request))


def _lacks_option(name: str, kind: str, model: Model, offered: Sequence[Model]) -> Problem:
    others = [other.id for other in offered if name in other.options_for(kind)]
    way_out = say("Leave it out.")
    if others:
        way_out = say("Leave it out, or choose {models}.", models=one_of(others[:_NAMED]))
    wrong = say("The model {model} has no option {option}.", model=model.id, option=name)
    if name in model.options:
        wrong = no_option_for(kind, name, model.id)
    return Problem(name, "unsupported_by_model", joined(wrong, way_out))


def no_option_for(kind: str, option: str, model: str) -> Sentence:
    """That the model has the option, but not in requests of this kind."""
    return say(
        "The model {model} has no option {option} when the request is to {kind}.",
        model=model,
        option=option,
        kind=kind,
    )


def must_be_text(name: str) -> Sentence:
    return say("{name} must be text.", name=name)


def cannot_be(name: str, value: object) -> Sentence:
    return say("{name} cannot be '{value}'.", name=name, value=shortened(value))


def _lacks_value(
    option: Option,
    value: object,
    kind: str,
    model: Model,
    catalogue: Sequence[Model],
    offered: Sequence[Model],
) -> Problem:
    name = option.name
    if name == "output_format" and value == "svg":
        return Problem(name, "invalid_value", joined(say("Atelier does not take SVG answers yet."), option.remedy))
    if option.range is not None:
        return Problem(name, "invalid_value", joined(say("{name} is out of range.", name=name), option.remedy))
    if option.values is None or not any(_takes(other, kind, name, value) for other in catalogue):
        return Problem(name, "invalid_value", joined(cannot_be(name, value), option.remedy))
    others = [other.id for other in offered if _takes(other, kind, name, value)]
    way_out = ""
    if others:
        way_out = say("Or choose a model that takes it, such as {models}.", models=one_of(others[:_NAMED]))
    wrong = say("The model {model} does not take {name} '{value}'.", model=model.id, name=name, value=str(value))
    return Problem(name, "unsupported_by_model", joined(wrong, option.remedy, way_out))


def _takes(model: Model, kind: str, name: str, value: object) -> bool:
    option = model.options_for(kind).get(name)
    return option is not None and option.takes(value)


def _misplaced(option: Option, value: object, model: Model, output_format: str) -> Iterator[Problem]:
    """Options that are fine by themselves but not with this output format."""
    if option.name == "partial_images" and value == 0:
        return
    if option.formats and output_format not in option.formats:
        yield _needs_format(option.name, option.name, option.formats, model)
    needed = option.value_formats.get(str(value))
    if needed and output_format not in needed:
        yield _needs_format(option.name, f"{option.name} {value}", needed, model)


def _needs_format(name: str, what: str, formats: Sequence[str], model: Model) -> Problem:
    possible = [f for f in formats if model.options["output_format"].takes(f)]
    sentence = say(
        "{what} goes only with output_format {formats}. Choose that, or leave {name} out.",
        what=what,
        formats=one_of(possible),
        name=name,
    )
    return Problem(name, "invalid_value", sentence)
