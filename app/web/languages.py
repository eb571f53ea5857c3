"""`POST /language`: the switch in every page's footer."""

from __future__ import annotations

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField

from app.edge.door import is_own_path
from app.edge.languages import remember_language
from app.edge.rooms import Entry, Room, Speech
from app.web.forms.base import PageForm


class LanguageForm(PageForm):
    """`next`: the page to come back to."""

    language = StringField()
    next = HiddenField()


def make_room() -> Room:
    """Open to anyone: the sign-in page has to be understood too."""
    room = Room("languages", __name__, entry=Entry.ANYONE, speech=Speech.PAGES)

    @room.post("/language")
    def choose() -> Response:
        form = LanguageForm()
        target = form.next.data or "/"
        response = redirect(target if is_own_path(target) else "/", 303)
        remember_language(response, form.language.data or "")
        return response

    return room
