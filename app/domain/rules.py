"""Everything that is wrong with a request for a model, all at once, before any call is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from app.domain.errors import Problem
from app.domain.models import Model
from app.domain.option_rules import chosen_format, option_problems
from app.domain.picture_rules import mask_problems, picture_problems
from app.domain.requests import AnyRequest, Turn
from app.domain.sentences import choose, say
from app.domain.text_rules import model_name_problems, prompt_problems, user_problems
from app.domain.turn_rules import turn_problems

_DEED = {
    "generate": "make pictures from words alone",
    "edit": "edit pictures",
    "vary": "make variations of a picture",
    "turn": "draw in a conversation",
}


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
        yield Problem(
            "model",
            "unsupported_by_model",
            f"The model {request.model} was retired on {model.retires_on}. Use {model.replacement} instead.",
        )
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
    yield Problem(
        "model",
        "unsupported_by_model",
        f"The model {model.id} cannot {_DEED[request.kind]}. {remedy}",
    )


def _count_problems(request: AnyRequest, model: Model) -> Iterator[Problem]:
    n: object = request.n
    if n is None:
        return
    remedy = f"Choose a whole number from 1 to {model.n_max}."
    if not isinstance(n, int) or isinstance(n, bool):
        yield Problem("n", "invalid_type", f"n must be a whole number. {remedy}")
    elif not 1 <= n <= model.n_max:
        yield Problem("n", "invalid_value", f"n is out of range. {remedy}")


def _size_problems(request: AnyRequest, model: Model) -> Iterator[Problem]:
    size: object = request.size
    if size is None:
        return
    if not isinstance(size, str):
        yield Problem("size", "invalid_type", "The size must be text, such as 1024x1024.")
    elif sentence := model.sizes.problem(size, model.id):
        yield Problem("size", "invalid_value", sentence)
