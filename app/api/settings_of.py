"""`POST /api/settings-of`: what a file that was downloaded from a studio still tells of how it was made."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Response, jsonify, request

from app.api.answers import when
from app.api.given import GivenPicture
from app.api.parsing import read_form_body
from app.api.schemas import UPLOAD
from app.domain.errors import InvalidRequest, NotFound, Problem
from app.domain.provenance import Provenance
from app.domain.sentences import say
from app.edge.actors import current_actor
from app.edge.limits import BODY_BYTES, MEBIBYTE, accepts_body
from app.edge.rooms import Entry, Room, Speech
from app.services.downloads import settings_of
from app.services.library import Library
from app.services.uploads import MOST_BYTES


def make_room(library: Library) -> Room:
    """The room where files are asked what they remember. Nothing of them is kept."""
    room = Room("api_settings_of", __name__, entry=Entry.OWNER, speech=Speech.JSON)

    @room.post("/api/settings-of")
    @accepts_body(BODY_BYTES, form=64 * MEBIBYTE)
    def tell() -> Response:
        given: GivenPicture | None = read_form_body(request).take(UPLOAD).get("image")
        if given is None or given.read is None:
            sentence = say("No picture provided. Send it as a file.")
            raise InvalidRequest((Problem("image", "invalid_image", sentence),))
        told = settings_of(BytesIO(given.read(MOST_BYTES)))
        return jsonify({"settings": told and _settings(told), "picture_id": told and ours(told)})

    def ours(told: Provenance) -> str | None:
        try:
            return library.find(current_actor().owner, told.picture_id or "").id
        except NotFound:
            return None

    return room


def _settings(told: Provenance) -> dict[str, Any]:
    return {
        "kind": told.wish,
        "prompt": told.prompt,
        "model": told.model,
        "options": dict(told.options),
        "revised_prompt": told.revised_prompt,
        "created_at": when(told.created_at),
        "practice": told.practice,
    }
