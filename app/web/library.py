"""`GET /library`: every picture that was made, newest first."""

from __future__ import annotations

from flask import Response, request

from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.library import Library
from app.web.generation import EXAMPLES
from app.web.pages import LibraryPage, render
from app.web.thumbs import thumbs_of

_PAGE = 60


def make_room(library: Library) -> Room:
    """The room of kept pictures."""
    room = Room("library", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/library")
    def index() -> Response:
        before = request.args.get("before")
        # One more than is shown tells whether there are older ones.
        pictures = library.newest(current_actor().owner, before=before, limit=_PAGE + 1)
        shown = pictures[:_PAGE]
        return render(
            LibraryPage(
                thumbs=thumbs_of(shown),
                older=shown[-1].id if len(pictures) > _PAGE else None,
                is_first=not before,
                example=EXAMPLES[0],
            )
        )

    return room
