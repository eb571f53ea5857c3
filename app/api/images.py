"""`POST /generate_image`: pictures from words."""

from __future__ import annotations

from flask import Response, request

from app.api.paid_calls import PaidCalls
from app.api.parsing import read_json_body
from app.api.schemas import GENERATE, REUSE
from app.domain.requests import Generate
from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech


def make_room(calls: PaidCalls, default_model: str) -> Room:
    """The room of paid calls that take no pictures."""
    room = Room("api_images", __name__, entry=Entry.OWNER, speech=Speech.JSON)

    @room.post("/generate_image")
    def generate_image() -> Response:
        chosen = read_json_body(request).take((*GENERATE, REUSE))
        reuse = chosen.pop("reuse", False)
        # A missing prompt is judged with everything else, so that all problems are told at once.
        wanted = Generate(**{"prompt": "", "model": default_model, **chosen})
        return calls.answer(current_actor().owner, wanted, request.headers, reuse=reuse)

    return room
