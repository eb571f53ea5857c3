"""`/library/albums`: the albums with their covers; new ones, other names, and no longer."""

from __future__ import annotations

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import InvalidRequest
from app.domain.sentences import joined, say
from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.library import Library
from app.web.done import tell, what_was_done
from app.web.pages import AlbumsPage, render


def make_room(library: Library) -> Room:
    """The room of albums."""
    room = Room("albums", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/library/albums")
    def index() -> Response:
        return _show()

    @room.post("/library/albums")
    def add() -> AnyResponse:
        try:
            album = library.add_album(current_actor().owner, request.form.get("name", ""))
        except InvalidRequest as error:
            return _show(error, name=request.form.get("name", ""))
        tell(say("The album {name} is there.", name=album.name))
        return redirect("/library/albums", 303)

    @room.post("/library/albums/<album_id>")
    def change(album_id: str) -> AnyResponse:
        """`do`: "rename" with a `name`, or "remove", which keeps the pictures."""
        owner = current_actor().owner
        if request.form.get("do") == "remove":
            library.remove_album(owner, album_id)
            tell(say("The album is gone. Its pictures are still in the library."))
            return redirect("/library/albums", 303)
        try:
            album = library.rename_album(owner, album_id, request.form.get("name", ""))
        except InvalidRequest as error:
            return _show(error, about=album_id, name=request.form.get("name", ""))
        tell(say("The album is called {name} now.", name=album.name))
        return redirect("/library/albums", 303)

    def _show(error: InvalidRequest | None = None, *, about: str | None = None, name: str = "") -> Response:
        page = AlbumsPage(
            albums=tuple(library.albums(current_actor().owner)),
            done=what_was_done(),
            about=about,
            name=name,
            problem=joined(*(problem.message for problem in error.problems)) if error else "",
        )
        return render(page, 400 if error else 200)

    return room
