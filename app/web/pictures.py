"""`GET /pictures/<id>`: a picture's page, its bytes, its thumbnail; `POST` of the same: what is made of it."""

from __future__ import annotations

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import InvalidRequest
from app.domain.ids import is_id
from app.domain.library import Change
from app.domain.library_query import LibraryQuery
from app.domain.sentences import joined, say, say_counted
from app.edge.actors import current_actor
from app.edge.forms import StaleForm, shows_again
from app.edge.rooms import Entry, Room, Speech
from app.services.library import Library
from app.services.thumbnails import Thumbnails
from app.web.changes import read_change, read_words
from app.web.done import tell, tell_problems
from app.web.library_words import library_address, picture_address, query_in, query_of
from app.web.pages import render
from app.web.picture_bytes import serve_picture, serve_thumbnail
from app.web.picture_view import PictureView


def make_room(view: PictureView, library: Library, thumbnails: Thumbnails) -> Room:
    """The room of single pictures."""
    room = Room("pictures", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/pictures/<picture_id>")
    def show(picture_id: str) -> Response:
        return render(view.page(current_actor().owner, picture_id, query_in(request.args)))

    @room.post("/pictures/<picture_id>")
    def change(picture_id: str) -> AnyResponse:
        """`do`: what `/library/change` does to many; anything else says what is made of it (`changes.read_words`).

        `job`: it was done on the page of that job, and leads back there.
        """
        owner, query = current_actor().owner, query_of(request.form.get("words", ""))
        do = request.form.get("do")
        if do in (None, "save"):
            try:
                library.change_one(owner, picture_id, read_words(library, owner, request.form))
            except InvalidRequest as error:
                return _typed(picture_id, query, joined(*(problem.message for problem in error.problems)))
            tell(say("Saved."))
        elif do == "delete":
            return _delete(owner, picture_id, query)
        else:
            try:
                wanted, told_of = read_change(library, owner, request.form)
                library.change_one(owner, picture_id, wanted)
                if is_id(job_id := request.form.get("job", "")):
                    return redirect(f"/jobs/{job_id}#{picture_id}", 303)
                tell(told_of(1))
            except InvalidRequest as error:
                tell_problems(error)
        return redirect(picture_address(picture_id, query), 303)

    @room.get("/pictures/<picture_id>/file")
    def file(picture_id: str) -> Response:
        picture = library.find(current_actor().owner, picture_id)
        return serve_picture(picture, library.open(picture), picture.file_name)

    @room.get("/pictures/<picture_id>/thumbnail")
    def thumbnail(picture_id: str) -> AnyResponse:
        picture = library.find(current_actor().owner, picture_id)
        return serve_thumbnail(thumbnails, picture, f"/pictures/{picture.id}/file")

    @shows_again(room)
    def show_again(error: StaleForm) -> Response:
        """Nothing typed is lost: the same page, with a token that holds now."""
        picture_id = (request.view_args or {})["picture_id"]
        return _typed(
            picture_id, query_of(request.form.get("words", "")), joined(error.fault.message, say("Press it once more."))
        )

    def _typed(picture_id: str, query: LibraryQuery, problem: str) -> Response:
        """The page with the form as it was sent."""
        page = view.page(current_actor().owner, picture_id, query, typed=request.form, problem=problem)
        return render(page, 400)

    def _delete(owner: str, picture_id: str, query: LibraryQuery) -> AnyResponse:
        """To the next one, so that many can be looked through; behind the last one to the library."""
        _, older = library.neighbours(owner, query, picture_id)
        library.change_one(owner, picture_id, Change(delete=True))
        sentence = say_counted(1, "Moved to the bin.", "{count} pictures moved to the bin.")
        tell(sentence, undo=library.deletion_of(owner, [picture_id]))
        return redirect(picture_address(older, query) if older else library_address(query), 303)

    return room
