"""Pictures to take along: `GET /pictures/<id>/download`, and many in one zip: `/library/download`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain

from flask import Response, request

from app.domain.errors import InvalidRequest, Problem
from app.domain.library import LibraryItem
from app.domain.library_query import read_query
from app.domain.sentences import say
from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.archives import Archives
from app.services.downloads import Downloads
from app.services.library import Library
from app.web.files import MAY_CHANGE, serve


def make_room(downloads: Downloads, archives: Archives, library: Library) -> Room:
    """The room where pictures leave."""
    room = Room("downloads", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/pictures/<picture_id>/download")
    def picture(picture_id: str) -> Response:
        """`as` is png, jpeg or webp; `metadata=0` leaves out how it was made."""
        taken = downloads.prepare(
            current_actor().owner,
            picture_id,
            kind=request.args.get("as") or None,
            tells=request.args.get("metadata") != "0",
        )
        return serve(
            taken.file,
            mime_type=taken.mime_type,
            byte_size=taken.byte_size,
            tag=taken.tag,
            name=taken.name,
            attachment=True,
            cache=MAY_CHANGE,  # the setting may
        )

    @room.get("/library/download")
    def found() -> Response:
        """Everything that the library's query finds; without one, everything that is not in the bin."""
        words = {name: value for name, value in request.args.items() if name != "metadata"}
        return zipped(library.walk(current_actor().owner, read_query(words)), request.args.get("metadata"))

    @room.post("/library/download")
    def chosen() -> Response:
        """The pictures of the ids in `id` (any number of fields) and `ids` (separated by spaces or commas)."""
        ids = [*request.form.getlist("id"), *request.form.get("ids", "").replace(",", " ").split()]
        if not ids:
            raise InvalidRequest((Problem("id", "invalid_value", say("Choose at least one picture.")),))
        return zipped(library.select(current_actor().owner, ids), request.form.get("metadata"))

    def zipped(items: Iterable[LibraryItem], metadata: str | None) -> Response:
        """`metadata=1`: the pictures hold their settings; else they are as they were kept, beside the manifest."""
        pieces = archives.write(current_actor().owner, items, tells=metadata == "1")
        first = next(pieces)  # a database that cannot be read is an error page, not a cut-off file
        response = Response(chain((first,), pieces), mimetype="application/zip")
        response.call_on_close(pieces.close)
        name = f"atelier-{datetime.now(UTC):%Y-%m-%d}.zip"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return room
