"""`GET /api/pictures`, and what can be done to one of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, jsonify, request

from app.api.answers import picture_urls, when
from app.api.paging import read_arguments, take_page
from app.api.parsing import read_json_body
from app.api.schemas import PICTURE_CHANGE
from app.domain.costs import dollars
from app.domain.library import Change, LibraryItem
from app.domain.library_query import read_query
from app.domain.pictures import Picture
from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.library import Library

_ON_A_PAGE = 60


def make_room(library: Library) -> Room:
    """The room of kept pictures as scripts see them."""
    room = Room("api_pictures", __name__, entry=Entry.OWNER, speech=Speech.JSON)

    @room.get("/api/pictures")
    def index() -> Response:
        values = read_arguments(request.args, several=("tag",))
        before, limit = take_page(values, default=_ON_A_PAGE)
        shelf = library.page(current_actor().owner, read_query(values), before=before, limit=limit)
        return jsonify({"pictures": [_record(item) for item in shelf.items], "next": shelf.next})

    @room.get("/api/pictures/<picture_id>")
    def show(picture_id: str) -> Response:
        return _shown(current_actor().owner, picture_id)

    @room.patch("/api/pictures/<picture_id>")
    def change(picture_id: str) -> Response:
        owner, values = current_actor().owner, read_json_body(request).take(PICTURE_CHANGE)
        if "tags" in values:
            values["tags"] = tuple(values["tags"])
        library.change_one(owner, picture_id, Change(**values))
        return _shown(owner, picture_id)

    @room.delete("/api/pictures/<picture_id>")
    def delete(picture_id: str) -> Response:
        library.change_one(current_actor().owner, picture_id, Change(delete=True))
        return Response(status=204)

    @room.post("/api/pictures/<picture_id>/restore")
    def restore(picture_id: str) -> Response:
        owner = current_actor().owner
        library.change_one(owner, picture_id, Change(restore=True))
        return _shown(owner, picture_id)

    def _shown(owner: str, picture_id: str) -> Response:
        item, family = library.item(owner, picture_id), library.family(owner, picture_id)
        return jsonify({**_record(item), "made_from": _ids(family.made_from), "led_to": _ids(family.led_to)})

    return room


def _record(item: LibraryItem) -> dict[str, Any]:
    picture = item.picture
    return {
        **picture_urls(picture),
        "thumbnail_url": f"/pictures/{picture.id}/thumbnail",
        "job_id": picture.job_id,
        "kind": picture.kind,
        "prompt": picture.prompt,
        "model": picture.model,
        "created_at": when(picture.created_at),
        "cost_usd": dollars(picture.cost),
        "favourite": picture.favourite,
        "note": picture.note,
        "tags": list(item.tags),
        "deleted_at": when(picture.deleted_at),
        "practice": picture.practice,
    }


def _ids(pictures: Iterable[Picture]) -> list[str]:
    return [picture.id for picture in pictures]
