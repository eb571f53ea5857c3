"""`POST /api/uploads`: a picture brought here once, to be referred to by edits and variations for a day."""

from __future__ import annotations

from flask import Response, jsonify, request

from app.api.given import GivenPicture
from app.api.parsing import read_form_body
from app.api.schemas import UPLOAD
from app.domain.errors import InvalidRequest, Problem
from app.domain.sentences import say
from app.edge.actors import current_actor
from app.edge.limits import BODY_BYTES, MEBIBYTE, accepts_body
from app.edge.rooms import Entry, Room, Speech
from app.services.uploads import MOST_BYTES, Uploads


def make_room(uploads: Uploads) -> Room:
    """The room of pictures on their way in."""
    room = Room("api_uploads", __name__, entry=Entry.OWNER, speech=Speech.JSON)

    @room.post("/api/uploads")
    @accepts_body(BODY_BYTES, form=64 * MEBIBYTE)
    def add() -> Response:
        given: GivenPicture | None = read_form_body(request).take(UPLOAD).get("image")
        if given is None or given.read is None:
            sentence = say("No picture provided. Send it as a file.")
            raise InvalidRequest((Problem("image", "invalid_image", sentence),))
        upload = uploads.add(current_actor().owner, given.read(MOST_BYTES))
        response = jsonify(
            {
                "id": upload.id,
                "reference": f"upload:{upload.id}",
                "url": f"/uploads/{upload.id}/file",
                "width": upload.width,
                "height": upload.height,
                "mime_type": upload.mime_type,
                "bytes": upload.byte_size,
                "has_alpha": upload.has_alpha,
            }
        )
        response.status_code = 201
        response.headers["Location"] = f"/uploads/{upload.id}/file"
        return response

    return room
