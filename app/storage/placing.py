"""Turns of conversations, as the transactions of their jobs write them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.errors import NotFound
from app.domain.jobs import NewJob
from app.domain.requests import Turn
from app.domain.search import searchable
from app.domain.sentences import say
from app.storage.rows import Row
from app.storage.schema_conversations import CONVERSATIONS, TURNS


def place_turn(connection: Connection, new: NewJob, now: float) -> None:
    """Write where the turn of a job just admitted stands, with the conversation that begins with it.

    Raises `NotFound` when its conversation is gone.
    """
    place, request = new.turn, new.request
    assert place is not None, "called for turns of conversations alone"
    assert isinstance(request, Turn), "nothing else has a place in a conversation"
    values = {"text_model": request.text_model, "newest_turn_id": place.id, "updated_at": now}
    if place.title is not None:
        named = {"title": place.title, "title_text": searchable([place.title])}
        row = {"id": place.conversation_id, "owner": new.owner, "created_at": now, **named, **values}
        connection.execute(_BEGIN, row)
    elif connection.execute(_GO_ON, {"of_conversation": place.conversation_id, **values}).rowcount == 0:
        raise NotFound(say("There is no such conversation."))
    connection.execute(
        _PLACE,
        {
            "id": place.id,
            "conversation_id": place.conversation_id,
            "parent_id": place.parent_id,
            "job_id": new.id,
            "text": searchable([request.prompt]),
        },
    )


def is_placed(connection: Connection, job: Row) -> bool:
    """Whether the turn that a job answers is still there: its conversation may be deleted while it runs."""
    return connection.execute(_IS_PLACED, {"of_job": job["id"]}).first() is not None


def note_words(connection: Connection, job: Row, words: str) -> None:
    """Make the turn that a job answers findable by what was answered, too."""
    connection.execute(_NOTE, {"of_job": job["id"], "text": searchable([job["prompt"], words])})


_BEGIN = sa.insert(CONVERSATIONS)
_GO_ON = sa.update(CONVERSATIONS).where(CONVERSATIONS.c.id == sa.bindparam("of_conversation"))
_PLACE = sa.insert(TURNS)
_IS_PLACED = sa.select(TURNS.c.id).where(TURNS.c.job_id == sa.bindparam("of_job"))
_NOTE = sa.update(TURNS).where(TURNS.c.job_id == sa.bindparam("of_job"))
