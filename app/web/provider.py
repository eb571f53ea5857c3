"""`POST /resume`: somebody says that the reason for which calls are paused is gone."""

from __future__ import annotations

from flask import redirect
from werkzeug.wrappers import Response

from app.edge.rooms import Entry, Room, Speech
from app.services.generation import Generation


def make_room(generation: Generation) -> Room:
    """The room of the provider's state; the notice itself is part of every page (`site.notice`)."""
    room = Room("provider", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.post("/resume")
    def resume() -> Response:
        generation.resume()
        return redirect("/", 303)

    return room
