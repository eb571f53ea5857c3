"""`GET /help`: masks, prices, models, what is kept, and keys."""

from __future__ import annotations

from flask import Response

from app.domain.library import BIN_DAYS
from app.edge.rooms import Entry, Room, Speech
from app.services.generation import Generation
from app.web.model_facts import facts_of
from app.web.pages import HelpPage, render


def make_room(generation: Generation, *, tells: bool) -> Room:
    """The room of explanations. `tells`: downloaded files hold how they were made."""
    room = Room("help", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/help")
    def explain() -> Response:
        models = tuple(facts_of(model, generation) for model in generation.catalogue.models)
        return render(HelpPage(models=models, bin_days=BIN_DAYS, tells=tells))

    return room
