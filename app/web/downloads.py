"""`GET /pictures/<id>/download`: a picture to take along, telling how it came to be or not."""

from __future__ import annotations

from flask import Response, request

from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.downloads import Downloads
from app.web.files import MAY_CHANGE, serve


def make_room(downloads: Downloads) -> Room:
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

    return room
