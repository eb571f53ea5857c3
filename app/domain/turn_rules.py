"""What is wrong with a turn of a conversation, beside what it shares with every other request."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.errors import Problem
from app.domain.option_rules import cannot_be, must_be_text
from app.domain.picture_rules import about_picture
from app.domain.requests import Generate, Turn
from app.domain.sentences import choose, joined, say
from app.domain.text_rules import MODEL_NAME_MAX, is_a_name
from app.domain.turns import ACTIONS, TOOL_CHOICES, as_image_request, shown_pictures

PICTURE_BYTES = 15_000_000
"""A picture of this size is too large: in base64 it would pass the 20,971,520 characters allowed for one."""

ALL_PICTURES_BYTES = 36_000_000
"""The same for all pictures that are added to one turn: 50 MB was long the limit of such a request."""


def turn_problems(turn: Turn) -> Iterator[Problem]:
    """The text model, what the image tool is told to do, and pictures that are too large for JSON."""
    yield from _text_model_problems(turn)
    yield from _choice_problems("tool_choice", turn.tool_choice, TOOL_CHOICES)
    yield from _choice_problems("action", turn.action, ACTIONS)
    if turn.action == "edit" and turn.previous is None and not shown_pictures(turn):
        yield Problem("action", "invalid_value", say("There is no picture to edit yet. Add one, or leave action out."))
    if turn.mask is not None and not shown_pictures(turn):
        yield Problem("mask", "invalid_mask", say("A mask needs the picture that it lies on. Add the picture."))
    if sum(picture.byte_size for picture in turn.images) >= ALL_PICTURES_BYTES:
        sentence = say(
            "The pictures of one turn must be smaller than {size} together. Remove some, or make them smaller.",
            size="36 MB",
        )
        yield Problem("image", "picture_too_large", sentence)
    for number, picture in enumerate(turn.images, start=1):
        if picture.byte_size >= PICTURE_BYTES:
            wrong = say("it must be smaller than {size} in a conversation. Make it smaller.", size="15 MB")
            yield Problem("image", "invalid_image", about_picture(number, wrong))
    if turn.fallback in shown_pictures(turn) and turn.fallback is not None and turn.fallback.byte_size >= PICTURE_BYTES:
        sentence = say(
            "The last picture is too large ({size}) to be sent again. Start anew with a smaller copy of it.",
            size="15 MB",
        )
        yield Problem("image", "invalid_image", sentence)


def image_api_problem(turn: Turn, most: int) -> Problem | None:
    """Why the Image API, of which the image model takes `most` pictures, cannot carry the turn; `None` when it can."""
    request = as_image_request(turn)
    if isinstance(request, Generate) or len(request.images) <= most:
        return None
    sentence = say(
        "This provider has no conversations, and its Image API takes at most {most} pictures: the last one of the "
        "conversation and {others} others. Remove some; nothing was drawn.",
        most=most,
        others=most - 1,
    )
    return Problem("image", "invalid_image", sentence)


def _text_model_problems(turn: Turn) -> Iterator[Problem]:
    name: object = turn.text_model
    if not isinstance(name, str):
        yield Problem("text_model", "invalid_type", say("The name of the text model must be text."))
    elif not is_a_name(name):
        sentence = say("The name of a text model has 1 to {most} printable characters.", most=MODEL_NAME_MAX)
        yield Problem("text_model", "invalid_value", sentence)


def _choice_problems(name: str, value: object, choices: tuple[str, ...]) -> Iterator[Problem]:
    if value is None or value in choices:
        return
    if not isinstance(value, str):
        yield Problem(name, "invalid_type", joined(must_be_text(name), choose(choices)))
    else:
        yield Problem(name, "invalid_value", joined(cannot_be(name, value), choose(choices)))
