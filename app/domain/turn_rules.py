"""What is wrong with a turn of a conversation, beside what it shares with every other request."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.errors import Problem
from app.domain.requests import Turn
from app.domain.sentences import choose, shortened
from app.domain.text_rules import is_a_name
from app.domain.turns import ACTIONS, shown_pictures

PICTURE_BYTES = 15_000_000
"""A picture of this size is too large: in base64 it would pass the 20,971,520 characters allowed for one."""


def turn_problems(turn: Turn) -> Iterator[Problem]:
    """The text model, what the image tool is told to do, and pictures that are too large for JSON."""
    yield from _text_model_problems(turn)
    yield from _action_problems(turn)
    if turn.mask is not None and not shown_pictures(turn):
        yield Problem("mask", "invalid_mask", "A mask needs the picture that it lies on. Add the picture.")
    for number, picture in enumerate(turn.images, start=1):
        if picture.byte_size >= PICTURE_BYTES:
            sentence = f"Picture {number}: it must be smaller than 15 MB in a conversation. Make it smaller."
            yield Problem("image", "invalid_image", sentence)
    if turn.fallback in shown_pictures(turn) and turn.fallback is not None and turn.fallback.byte_size >= PICTURE_BYTES:
        sentence = "The last picture is too large (15 MB) to be sent again. Start anew with a smaller copy of it."
        yield Problem("image", "invalid_image", sentence)


def _text_model_problems(turn: Turn) -> Iterator[Problem]:
    name: object = turn.text_model
    if not isinstance(name, str):
        yield Problem("text_model", "invalid_type", "The text model must be named by text.")
    elif not is_a_name(name):
        sentence = "The name of a text model has 1 to 256 printable characters."
        yield Problem("text_model", "invalid_value", sentence)


def _action_problems(turn: Turn) -> Iterator[Problem]:
    action: object = turn.action
    if action is None:
        return
    if not isinstance(action, str):
        yield Problem("action", "invalid_type", f"action must be text. {choose(ACTIONS)}")
    elif action not in ACTIONS:
        yield Problem("action", "invalid_value", f"action cannot be {shortened(action)!r}. {choose(ACTIONS)}")
    elif action == "edit" and turn.previous is None and not shown_pictures(turn):
        sentence = "There is no picture to edit yet. Add one, or leave action out."
        yield Problem("action", "invalid_value", sentence)
