"""`GET /conversations`: what was talked about, newest first; `POST …/delete`. Titles are changed in `turns.py`."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.conversations import Conversations
from app.web.conversation_pages import ConversationsPage, Listed, Renaming
from app.web.pages import render
from app.web.thumbs import thumbs_of


def make_room(conversations: Conversations) -> Room:
    """The room where conversations are found again."""
    room = Room("conversations", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/conversations")
    def index() -> Response:
        return render(list_of(conversations, request.args))

    @room.post("/conversations/<conversation_id>/delete")
    def delete(conversation_id: str) -> AnyResponse:
        conversations.delete(current_actor().owner, conversation_id)
        return redirect("/conversations", 303)

    return room


def list_of(
    conversations: Conversations, asked: Mapping[str, str], renaming: Renaming | None = None
) -> ConversationsPage:
    """The page of the list that `query` and `before` ask for."""
    query, before = asked.get("query", "").strip(), asked.get("before", "")
    found = conversations.page(current_actor().owner, query=query, before=before or None)
    onward = ({"query": query} if query else {}) | ({"before": found.next} if found.next else {})
    return ConversationsPage(
        listed=tuple(
            Listed(item.conversation, item.turns, thumbs_of([item.picture])[0] if item.picture else None)
            for item in found.items
        ),
        query=query,
        older=f"/conversations?{urlencode(onward)}" if found.next else None,
        before=before,
        renaming=renaming,
    )
