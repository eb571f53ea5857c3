"""Who is acting in the current request, and by which way they came in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from app.domain.errors import Fault, StudioError
from app.domain.sentences import say

THIS_MACHINE = "this-machine"
SESSION = "session"
TOKEN = "token"  # noqa: S105 - the name of a way in, not a secret


@dataclass(frozen=True, slots=True)
class Actor:
    """`owner` is whose pictures and money this is; `way` is `this-machine`, `session` or `token`.

    `this-machine`: there is no password, and the request came from the machine Atelier runs on.
    """

    owner: str
    way: str


def current_actor() -> Actor:
    """The actor of this request. Raises `StudioError` (`unauthorized`) where the door let nobody in."""
    actor = actor_or_none()
    if actor is None:
        raise StudioError(Fault("unauthorized", say("Sign in, or send a token.")))
    return actor


def actor_or_none() -> Actor | None:
    """The actor, or `None` for a stranger on a page that is open to anyone."""
    actor: Actor | None = g.get("actor")
    return actor
