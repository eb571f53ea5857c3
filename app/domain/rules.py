"""Everything that is wrong with a request for a model, all at once, before any call is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from app.domain.errors import Problem
from app.domain.models import Model
from app.domain.option_rules import chosen_format, option_problems
from app.domain.picture_rules import mask_problems, picture_problems
from app.domain.requests import AnyRequest, Turn
from app.domain.sentences import Sentence, choose, joined, say
from app.domain.text_rules import model_name_problems, prompt_problems, user_problems
from app.domain.turn_rules import turn_problems


def problems_of(
    request: AnyRequest,
    model: Model,
    *,
    today: date,
    legacy: bool,
    catalogue: Sequence[Model],
    offered: Sequence[Model],
) -> Iterator[Problem]:
    """The prompt first, as the API itself checks it, then the model, the pictures and the options.

    `legacy`: retired models may be used. `catalogue`: all models; `offered`: those that may be
    named as a way out for this kind of request.
    """
    yield from prompt_problems(request, model)
    yield from model_name_problems(request, model)
    if not legacy and model.status(today) == "retired":
        sentence = say(
            "The model {model} was retired on {day}. Use {replacement} instead.",
            model=request.model,
            day=str(model.retires_on),
            replacement=str(model.replacement),
        )
        yield Problem("model", "unsupported_by_model", sentence)
    yield from _endpoint_problems(request, model, offered)
    if isinstance(request, Turn):
        yield from turn_problems(request)
    yield from picture_problems(request, model)
    yield from mask_problems(request, model, chosen_format(request))
    yield from _count_problems(request, model)
    yield from _size_problems(request, model)
    yield from option_problems(request, model, catalogue=catalogue, offered=offered)
    yield from user_problems(request)


def _endpoint_problems(request: AnyRequest, model: Model, offered: Sequence[Model]) -> Iterator[Problem]:
    if model.serves(request.kind):
        return
    if offered:
        remedy = choose([other.id for other in offered])
    else:  # only variations can be without any model: DALL·E 2 alone ever made them
        remedy = say("Edit the picture with a prompt instead.")
    yield Problem("model", "unsupported_by_model", joined(_cannot(request.kind, model.id), remedy))


def _cannot(kind: str, model: str) -> Sentence:
    match kind:
        case "generate":
            return say("The model {model} cannot make pictures from words alone.", model=model)
        case "edit":
            return say("The model {model} cannot edit pictures.", model=model)
        case "vary":
            return say("The model {model} cannot make variations of a picture.", model=model)
        case _:
            return say("The model {model} cannot draw in a conversation.", model=model)


def _count_problems(request: AnyRequest, model: Model) -> Iterator[Problem]:
    n: object = request.n
    if n is None:
        return
    remedy = say("Choose a whole number from {least} to {most}.", least=1, most=model.n_max)
    if not isinstance(n, int) or isinstance(n, bool):
        yield Problem("n", "invalid_type", joined(say("{name} must be a whole number.", name="n"), remedy))
    elif not 1 <= n <= model.n_max:
        yield Problem("n", "invalid_value", joined(say("{name} is out of range.", name="n"), remedy))


def _size_problems(request: AnyRequest, model: Model) -> Iterator[Problem]:
    size: object = request.size
    if size is None:
        return
    if not isinstance(size, str):
        yield Problem("size", "invalid_type", say("The size must be text, such as 1024x1024."))
    elif sentence := model.sizes.problem(size, model.id):
        yield Problem("size", "invalid_value", sentence)
