"""`GET /conversations`: what was talked about, newest first; `POST …/title` and `…/delete`."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.conversations import Conversations
from app.web.conversation_pages import ConversationsPage, Listed
from app.web.pages import render
from app.web.thumbs import thumbs_of


def make_room(conversations: Conversations) -> Room:
    """The room where conversations are found again."""
    room = Room("conversations", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/conversations")
    def index() -> Response:
        query, before = request.args.get("query", "").strip(), request.args.get("before")
        found = conversations.page(current_actor().owner, query=query, before=before)
        asked = ({"query": query} if query else {}) | ({"before": found.next} if found.next else {})
        return render(
            ConversationsPage(
                listed=tuple(
                    Listed(item.conversation, item.turns, thumbs_of([item.picture])[0] if item.picture else None)
                    for item in found.items
                ),
                query=query,
                older=f"/conversations?{urlencode(asked)}" if found.next else None,
                is_first=not before,
            )
        )

    @room.post("/conversations/<conversation_id>/title")
    def rename(conversation_id: str) -> AnyResponse:
        conversations.rename(current_actor().owner, conversation_id, request.form.get("title", ""))
        return redirect("/conversations" if "listed" in request.form else f"/conversations/{conversation_id}", 303)

    @room.post("/conversations/<conversation_id>/delete")
    def delete(conversation_id: str) -> AnyResponse:
        conversations.delete(current_actor().owner, conversation_id)
        return redirect("/conversations", 303)

    return room
