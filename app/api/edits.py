"""`POST /edit_image` and `POST /vary_image`: pictures from pictures."""

from __future__ import annotations

from flask import Response, request

from app.api.drafts import Drafting
from app.api.paid_calls import PaidCalls, job_key
from app.api.parsing import read_body
from app.api.schemas import FIELDS_OF_KIND
from app.edge.actors import current_actor
from app.edge.limits import MEBIBYTE, accepts_body
from app.edge.rooms import Entry, Room, Speech

FORM_BYTES = 256 * MEBIBYTE
"""Files of a form wait on the disk."""

JSON_BYTES = 96 * MEBIBYTE
"""JSON has to be in memory, about twice: enough for one picture of the largest size, or many usual ones."""


def make_room(calls: PaidCalls, drafting: Drafting) -> Room:
    """The room of paid calls that take pictures."""
    room = Room("api_edits", __name__, entry=Entry.OWNER, speech=Speech.JSON)

    @room.post("/edit_image")
    @accepts_body(JSON_BYTES, form=FORM_BYTES)
    def edit_image() -> Response:
        return answer("edit")

    @room.post("/vary_image")
    @accepts_body(JSON_BYTES, form=FORM_BYTES)
    def vary_image() -> Response:
        return answer("vary")

    def answer(kind: str) -> Response:
        key = job_key(request.headers)  # refused before the pictures are worked on
        owner = current_actor().owner
        with drafting.bodies.turn_for(request):
            chosen = read_body(request).take(FIELDS_OF_KIND[kind])
            reuse = chosen.pop("reuse", False)
            prepared = drafting.prepare(owner, kind, chosen, key)
        return calls.answer(owner, prepared.request, request.headers, reuse=reuse)

    return room
