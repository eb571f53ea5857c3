"""What is wrong with the words of a request: prompt, model name, user."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.errors import Problem
from app.domain.models import Model
from app.domain.requests import AnyRequest, Vary
from app.domain.sentences import say

USER_MAX = 256
MODEL_NAME_MAX = 256


def prompt_problems(request: AnyRequest, model: Model) -> Iterator[Problem]:
    if isinstance(request, Vary):
        return
    prompt: object = request.prompt
    if not isinstance(prompt, str):
        yield Problem("prompt", "invalid_type", say("The prompt must be text."))
        return
    if not prompt.strip():
        yield Problem("prompt", "missing_prompt", say("No prompt provided"))
        return
    if _is_unsendable(prompt):
        yield _unsendable("prompt")
    if len(prompt) > model.prompt_max:
        sentence = say(
            "The prompt has {count} characters, and {model} reads at most {most}. Shorten it.",
            count=len(prompt),
            model=model.id,
            most=model.prompt_max,
        )
        yield Problem("prompt", "invalid_value", sentence)


def model_name_problems(request: AnyRequest, model: Model) -> Iterator[Problem]:
    """Names the catalogue does not list pass, as long as they are names."""
    name: object = request.model
    if not isinstance(name, str):
        yield Problem("model", "invalid_type", say("The name of the model must be text."))
    elif not model.known and not is_a_name(name):
        sentence = say(
            "The name of a model has 1 to {most} printable characters. GET /api/models lists them.", most=MODEL_NAME_MAX
        )
        yield Problem("model", "invalid_value", sentence)


def user_problems(request: AnyRequest) -> Iterator[Problem]:
    user: object = request.user
    if user is None:
        return
    if not isinstance(user, str):
        yield Problem("user", "invalid_type", say("The user must be text."))
        return
    if len(user) > USER_MAX:
        sentence = say("The user may have at most {most} characters. Send a digest instead.", most=USER_MAX)
        yield Problem("user", "invalid_value", sentence)
    if _is_unsendable(user):
        yield _unsendable("user")


def is_a_name(text: str) -> bool:
    return bool(text.strip()) and len(text) <= MODEL_NAME_MAX and text.isprintable()


def _is_unsendable(text: str) -> bool:
    """NUL and lone surrogates survive neither a database nor the wire."""
    return "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)


def _unsendable(field: str) -> Problem:
    sentence = say("'{name}' contains a NUL character or half a surrogate pair. Remove it.", name=field)
    return Problem(field, "invalid_value", sentence)
