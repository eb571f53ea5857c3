"""`/api/conversations`: pictures by dialogue, as scripts hold it."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from app.api.answers import fault_record, job_reference, picture_urls, when
from app.api.drafts import Drafting
from app.api.edits import FORM_BYTES, JSON_BYTES
from app.api.paging import read_arguments, take_page
from app.api.paid_calls import PaidCalls, job_key
from app.api.parsing import read_body, read_json_body
from app.api.schemas import AFTER, CONVERSATION_CHANGE, TURN, Field
from app.domain.conversations import Conversation, ConversationItem, ConversationTurn, Dialogue
from app.domain.library_query import read_query
from app.domain.pictures import Picture
from app.domain.turns import NewTurn
from app.edge.actors import current_actor
from app.edge.languages import told
from app.edge.limits import accepts_body
from app.edge.rooms import Entry, Room, Speech
from app.services.conversations import Conversations

_ON_A_PAGE = 30


def make_room(conversations: Conversations, calls: PaidCalls, drafting: Drafting) -> Room:
    """The room of conversations. What is said is a paid call like any other."""
    room = Room("api_conversations", __name__, entry=Entry.OWNER, speech=Speech.JSON)

    @room.post("/api/conversations")
    @accepts_body(JSON_BYTES, form=FORM_BYTES)
    def start() -> Response:
        return take_turn(None, TURN)

    @room.post("/api/conversations/<conversation_id>/turns")
    @accepts_body(JSON_BYTES, form=FORM_BYTES)
    def go_on(conversation_id: str) -> Response:
        return take_turn(conversation_id, (AFTER, *TURN))

    def take_turn(conversation_id: str | None, fields: tuple[Field, ...]) -> Response:
        key, owner = job_key(request.headers), current_actor().owner
        with drafting.bodies.turn_for(request):
            draft = drafting.turn(owner, read_body(request).take(fields), conversation_id)
            said = conversations.say(owner, draft, key=key)
        return calls.respond(said.submission, request.headers, _place(said.place))

    @room.get("/api/conversations")
    def index() -> Response:
        values = read_arguments(request.args, known=("query", "before", "limit"))
        before, limit = take_page(values, default=_ON_A_PAGE)
        query = read_query(values).text
        page = conversations.page(current_actor().owner, query=query, before=before, limit=limit)
        return jsonify({"conversations": [_item(item) for item in page.items], "next": page.next})

    @room.get("/api/conversations/<conversation_id>")
    def show(conversation_id: str) -> Response:
        return shown(conversations.find(current_actor().owner, conversation_id))

    @room.patch("/api/conversations/<conversation_id>")
    def change(conversation_id: str) -> Response:
        owner, values = current_actor().owner, read_json_body(request).take(CONVERSATION_CHANGE)
        if "title" in values:
            conversations.rename(owner, conversation_id, values["title"])
        return shown(conversations.find(owner, conversation_id))

    @room.delete("/api/conversations/<conversation_id>")
    def delete(conversation_id: str) -> Response:
        conversations.delete(current_actor().owner, conversation_id)
        return Response(status=204)

    def shown(dialogue: Dialogue) -> Response:
        turns = [_turn(turn) for turn in dialogue.turns]
        return jsonify({**_conversation(dialogue.conversation), "turns": turns})

    return room


def _place(place: NewTurn) -> dict[str, dict[str, Any]]:
    return {
        "conversation": {"id": place.conversation_id, "url": _url(place.conversation_id)},
        "turn": {"id": place.id, "after": place.parent_id},
    }


def _url(conversation_id: str) -> str:
    return f"/conversations/{conversation_id}"


def _conversation(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "title": conversation.title,
        "text_model": conversation.text_model,
        "created_at": when(conversation.created_at),
        "updated_at": when(conversation.updated_at),
        "url": _url(conversation.id),
    }


def _item(item: ConversationItem) -> dict[str, Any]:
    picture = item.picture
    return {**_conversation(item.conversation), "turn_count": item.turns, "picture": picture and _newest(picture)}


def _newest(picture: Picture) -> dict[str, Any]:
    return {
        "id": picture.id,
        "url": f"/pictures/{picture.id}/file",
        "thumbnail_url": f"/pictures/{picture.id}/thumbnail",
    }


def _turn(turn: ConversationTurn) -> dict[str, Any]:
    job = turn.job
    return {
        "id": turn.id,
        "after": turn.parent_id,
        "created_at": when(job.created_at),
        "prompt": turn.prompt,
        "words": turn.words,
        "images": [picture_urls(picture) for picture in turn.pictures],
        "deleted_images": job.deleted,
        "way": turn.way and str(turn.way),
        "notes": [told(note) for note in job.notes],
        "job": job_reference(job),
        "error": job.fault and fault_record(job.fault),
    }
