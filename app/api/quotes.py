"""`POST /api/quote`: what a request would cost."""

from __future__ import annotations

from flask import Response, jsonify, request

from app.api.parsing import read_body
from app.api.schemas import FIELDS_OF_KIND, GENERATE, KIND, REUSE
from app.domain.errors import InvalidRequest, Problem
from app.domain.requests import Generate
from app.domain.sentences import one_of
from app.edge.rooms import Entry, Room, Speech
from app.services.generation import Generation


def make_room(generation: Generation) -> Room:
    """The room of prices: nothing here is paid for."""
    room = Room("api_quotes", __name__, entry=Entry.OWNER, speech=Speech.JSON)

    @room.post("/api/quote")
    def quote() -> Response:
        body = read_body(request)
        kind = body.said("kind")
        if isinstance(kind, str) and kind not in FIELDS_OF_KIND:
            raise InvalidRequest((Problem("kind", "invalid_value", f"'kind' must be: {one_of(FIELDS_OF_KIND)}."),))
        fields = FIELDS_OF_KIND[kind] if isinstance(kind, str) else GENERATE
        chosen = body.take((KIND, *fields, REUSE))
        chosen.pop("reuse", None)
        if chosen.pop("kind", "generate") != "generate":
            raise InvalidRequest((Problem("kind", "invalid_value", "'kind' must be: generate."),))
        wanted = Generate(**{"prompt": "", "model": generation.default_model, **chosen})
        quoted = generation.quote(wanted)
        return jsonify(
            {
                **quoted.as_record(),
                "model": wanted.model,
                "warnings": list(generation.warnings(wanted)),
                "practice": generation.practice,
            }
        )

    return room
