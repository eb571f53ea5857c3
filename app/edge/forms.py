"""CSRF tokens: every form carries one, and a script that acts through a session may have to.

The token (Flask-WTF's, a field `csrf_token` or the header `X-CSRFToken`) belongs to the visitor's
cookie and lives as long as it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException

from app.domain.errors import Fault, StudioError
from app.domain.sentences import say
from app.edge.actors import SESSION, TOKEN, actor_or_none
from app.edge.door import current_room
from app.edge.origins import SAFE_METHODS, says_where_from
from app.edge.rooms import Room, Speech


class StaleForm(StudioError):
    """A post without its CSRF token: nothing was done. A room may show what was typed once more: `shows_again`."""

    def __init__(self) -> None:
        super().__init__(Fault("bad_request", say("This form belonged to another session or to an earlier one.")))


_Show = TypeVar("_Show", bound=Callable[[StaleForm], ResponseReturnValue])


def shows_again(room: Room) -> Callable[[_Show], _Show]:
    """The decorated function answers stale forms of the room: `@shows_again(room)`.

    What cannot be shown again (there is no such thing, the body is too large) is answered as it is
    elsewhere; Flask by itself makes a 500 of whatever an error's handler raises.
    """

    def register(show: _Show) -> _Show:
        @room.errorhandler(StaleForm)
        def answer(error: StaleForm) -> ResponseReturnValue:
            try:
                return show(error)
            except (StudioError, HTTPException) as failure:
                return current_app.handle_user_exception(failure)

        return show

    return register


def protect_forms(app: Flask) -> None:
    """Refuse posts without their CSRF token: `StaleForm`. Belongs behind the door."""
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # rooms decide, below
        WTF_CSRF_TIME_LIMIT=None,  # a prompt may be thought about for longer than an hour
        WTF_CSRF_SSL_STRICT=False,  # it wants a Referer, which privacy settings remove; origins.py looks at Origin
    )
    csrf = CSRFProtect(app)

    @app.before_request
    def check_csrf() -> None:
        if request.method in SAFE_METHODS or request.endpoint is None or not _is_needed():
            return
        try:
            csrf.protect()
        except CSRFError:
            raise StaleForm from None


def _is_needed() -> bool:
    actor = actor_or_none()
    if actor is not None and actor.way == TOKEN:
        return False  # no browser adds a token by itself
    room = current_room()
    if room is None or room.speech is Speech.PAGES:
        return True
    # JSON from our own scripts is vouched for by the browser (origins.py). A browser too old to do so
    # still sends the cookie along, also from elsewhere.
    return actor is not None and actor.way == SESSION and not says_where_from()
