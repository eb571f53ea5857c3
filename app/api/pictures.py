"""`GET /api/pictures`, and what can be done to one of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, jsonify, request
from werkzeug.datastructures import MultiDict

from app.api.answers import picture_urls, when
from app.api.parsing import read_json_body
from app.api.schemas import PICTURE_CHANGE
from app.api.text import printable
from app.domain.costs import dollars
from app.domain.errors import InvalidRequest, Problem
from app.domain.ids import is_id
from app.domain.library import MOST_ON_A_PAGE, Change, LibraryItem
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
        values = _read_arguments(request.args)
        before, limit = _before(values.pop("before", "")), _limit(values.pop("limit", str(_ON_A_PAGE)))
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


def _read_arguments(arguments: MultiDict[str, str]) -> dict[str, str]:
    """Each once, but for tags, which may also be given one by one."""
    values = {}
    for name, given in arguments.lists():
        if len(given) > 1 and name != "tag":
            raise _invalid(name, "is given more than once")
        values[name] = ",".join(given)
    return values


def _before(text: str) -> str | None:
    if text and not is_id(text):
        raise _invalid("before", "must be the id of a picture")
    return text or None


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= MOST_ON_A_PAGE):
        raise _invalid("limit", f"must be a whole number from 1 to {MOST_ON_A_PAGE}")
    return int(text)


def _invalid(name: str, what: str) -> InvalidRequest:
    shown = printable(name)
    return InvalidRequest((Problem(shown, "invalid_value", f"'{shown}' {what}."),))
