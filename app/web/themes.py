"""`POST /theme`: the switch between light and dark in every page's footer."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, request
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField

from app.domain.sentences import Sentence, say
from app.edge.door import is_own_path
from app.edge.rooms import Entry, Room, Speech
from app.web.forms.base import PageForm

SYSTEM = "system"
THEMES: dict[str, Sentence] = {SYSTEM: say("System"), "light": say("Light"), "dark": say("Dark")}
"""What can be chosen, and its label. `SYSTEM` follows the reader's own settings, as if nothing had been chosen."""

COOKIE_NAME = "theme"
_REMEMBERED = timedelta(days=365)


class ThemeForm(PageForm):
    """`next`: the page to come back to."""

    theme = StringField()
    next = HiddenField()


def chosen_theme() -> str:
    """The theme of this request."""
    chosen = request.cookies.get(COOKIE_NAME, SYSTEM)
    return chosen if chosen in THEMES else SYSTEM


def make_room() -> Room:
    """Open to anyone: the sign-in page has a theme too."""
    room = Room("themes", __name__, entry=Entry.ANYONE, speech=Speech.PAGES)

    @room.post("/theme")
    def choose() -> Response:
        form = ThemeForm()
        target = form.next.data or "/"
        theme = form.theme.data or ""
        response = redirect(target if is_own_path(target) else "/", 303)
        if theme == SYSTEM:
            response.delete_cookie(COOKIE_NAME, secure=request.is_secure, httponly=True, samesite="Lax")
        elif theme in THEMES:
            response.set_cookie(
                COOKIE_NAME, theme, max_age=_REMEMBERED, secure=request.is_secure, httponly=True, samesite="Lax"
            )
        return response

    return room
