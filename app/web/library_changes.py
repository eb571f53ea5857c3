"""`POST /library/change`: what is done to many pictures at once; `/library/undo`, and `/library/empty` for the bin.

Each leads back to the page that it was sent from, which tells what was done.
"""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from app.domain.errors import InvalidRequest, Problem
from app.domain.ids import is_id
from app.domain.sentences import say, say_counted
from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.library import Library
from app.web.changes import read_change
from app.web.done import tell, tell_problems
from app.web.given import MOST_PICTURES
from app.web.library_words import address, library_address, query_of
from app.web.wording import number


def make_room(library: Library) -> Room:
    """The room where many pictures are changed."""
    room = Room("library_changes", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.post("/library/change")
    def change() -> Response:
        """Pictures: `id` in any number of fields, `ids` with spaces between, or with `whole` all of the query."""
        match request.form.get("do"):
            case "zip":
                return _to_zip()
            case "edit":
                return redirect(address_of_form(_ids()), 303)
        try:
            _change()
        except InvalidRequest as error:
            tell_problems(error)
        return _back()

    @room.post("/library/undo")
    def undo() -> Response:
        count = library.undo_delete(current_actor().owner, request.form.get("undo", ""))
        told = say_counted(count, "Brought back.", "{count} pictures brought back.", count=number(count))
        tell(told if count else say("Nothing is left to bring back."))
        return _back()

    @room.post("/library/empty")
    def empty() -> Response:
        count = library.empty_bin(current_actor().owner)
        tell(
            say_counted(
                count, "One picture forgotten for good.", "{count} pictures forgotten for good.", count=number(count)
            )
        )
        return redirect("/library?bin=1", 303)

    def _change() -> None:
        owner, whole = current_actor().owner, query_of(request.form.get("words", ""))
        ids = _ids()
        if not ids and "whole" not in request.form:
            raise InvalidRequest((Problem("id", "invalid_value", say("Choose at least one picture first.")),))
        wanted, told = read_change(library, owner, request.form)
        changed = library.change(owner, whole if "whole" in request.form else ids, wanted)
        tell(told(len(changed)), undo=library.deletion_of(owner, changed) if wanted.delete else None)

    return room


def address_of_form(ids: list[str]) -> str:
    """The form for editing with these pictures, as many as it takes."""
    return "&".join(["/edit?", *(f"from={one}" for one in ids[:MOST_PICTURES])]).replace("?&", "?", 1)


def _ids() -> list[str]:
    """The pictures that the form names. A page that has grown long sends them in one field."""
    return [one for one in (*request.form.getlist("id"), *request.form.get("ids", "").split()) if is_id(one)]


def _to_zip() -> Response:
    if "whole" not in request.form:
        return redirect("/library/download", 307)  # the same form, sent on
    return redirect(address("/library/download", query_of(request.form.get("words", "")).as_values()), 303)


def _back() -> Response:
    before = request.form.get("before", "")
    query = query_of(request.form.get("words", ""))
    return redirect(library_address(query, before if is_id(before) else None), 303)
