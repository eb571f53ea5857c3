"""`POST /api/quote`: what a request would cost, and how pictures and masks were understood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify, request

from app.api.drafts import Drafting
from app.api.edits import FORM_BYTES, JSON_BYTES
from app.api.parsing import read_body
from app.api.schemas import FIELDS_OF_KIND, KIND
from app.domain.errors import InvalidRequest, Problem
from app.domain.requests import AnyRequest, Generate
from app.domain.sentences import one_of, say
from app.edge.actors import current_actor
from app.edge.languages import told
from app.edge.limits import accepts_body
from app.edge.rooms import Entry, Room, Speech
from app.services.conversations import Conversations
from app.services.generation import Generation
from app.services.prepared import MaskReading, PreparedEdit


def make_room(generation: Generation, conversations: Conversations, drafting: Drafting) -> Room:
    """The room of prices: nothing here is paid for."""
    room = Room("api_quotes", __name__, entry=Entry.OWNER, speech=Speech.JSON)

    @room.post("/api/quote")
    @accepts_body(JSON_BYTES, form=FORM_BYTES)
    def quote() -> Response:
        with drafting.bodies.turn_for(request):
            body = read_body(request)
            kind = body.said("kind")
            if isinstance(kind, str) and kind not in FIELDS_OF_KIND:
                sentence = say("'{name}' must be {choices}.", name="kind", choices=one_of(FIELDS_OF_KIND))
                raise InvalidRequest((Problem("kind", "invalid_value", sentence),))
            fields = FIELDS_OF_KIND[kind] if isinstance(kind, str) else FIELDS_OF_KIND["generate"]
            chosen = body.take((KIND, *fields))
            chosen.pop("reuse", None)
            kind = chosen.pop("kind", "generate")
            if kind == "generate":
                return jsonify(price(Generate(**{"prompt": "", "model": generation.default_model, **chosen})))
            owner = current_actor().owner
            if kind == "turn":
                conversation = chosen.pop("conversation", None)
                turn = conversations.prepare(owner, drafting.turn(owner, chosen, conversation))
                understood = {"mask": turn.mask and _mask(turn.mask), "notes": _told(turn.notes)}
                return jsonify({**price(turn.request), **understood})
            prepared = drafting.prepare(owner, kind, chosen)
        return jsonify({**price(prepared.request), **_understood(prepared)})

    def price(wanted: AnyRequest) -> dict[str, Any]:
        priced = generation.quote(wanted)
        return {
            **priced.as_record(),
            "note": priced.note and told(priced.note),
            "model": wanted.model,
            "warnings": _told(generation.warnings(wanted)),
            "practice": generation.practice,
        }

    return room


def _told(sentences: Sequence[str]) -> list[str]:
    return [told(sentence) for sentence in sentences]


def _understood(prepared: PreparedEdit) -> dict[str, Any]:
    """What an edit's quote says beyond the price. Sizes and places in pixels."""
    first, offer = prepared.request.images[0], prepared.full_resolution
    price = offer and offer.quote.as_record()
    return {
        "mask": prepared.mask and _mask(prepared.mask),
        "full_resolution": price
        and offer
        and {"estimate_usd": price["estimate_usd"], "at_most_usd": price["at_most_usd"], "note": told(offer.note)},
        "sends": {"width": first.width, "height": first.height, "size": prepared.request.size},
        "notes": _told(prepared.notes),
    }


def _mask(reading: MaskReading) -> dict[str, Any]:
    box = reading.edited
    return {
        "means": reading.means,
        "explanation": told(reading.explanation),
        "sure": reading.sure,
        "share": round(reading.share, 6),
        "edited": {"left": box.left, "top": box.top, "width": box.width, "height": box.height},
        "width": reading.width,
        "height": reading.height,
    }
