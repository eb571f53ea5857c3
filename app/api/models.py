"""`GET /api/models`: the catalogue, for scripts that want to know before they ask."""

from __future__ import annotations

from flask import Response, jsonify

from app.domain.catalogue import Catalogue
from app.edge.rooms import Entry, Room, Speech
from app.services.generation import Generation


def make_room(catalogue: Catalogue, generation: Generation) -> Room:
    """The room of the catalogue."""
    room = Room("api_models", __name__, entry=Entry.OWNER, speech=Speech.JSON)

    @room.get("/api/models")
    def models() -> Response:
        today = generation.today()
        offered = {
            model.id
            for kind in ("generate", "edit", "vary")
            for model in catalogue.offered(today=today, legacy=generation.legacy_models, kind=kind)
        }
        return jsonify(
            {
                "default_model": generation.default_model,
                "models": [{**model.as_record(today), "offered": model.id in offered} for model in catalogue.models],
                "practice": generation.practice,
            }
        )

    return room
