"""Conversations: which there are, and where their turns stand. Each turn is written with its job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from app.domain.conversations import (
    Conversation,
    ConversationItem,
    ConversationPage,
    ConversationTurn,
    Dialogue,
)
from app.domain.search import searchable
from app.domain.turns import NewTurn
from app.storage.engine import reading, writing
from app.storage.loading import load_jobs
from app.storage.rows import Row, picture_of
from app.storage.schema import IS_THERE, JOBS, PICTURES
from app.storage.schema_conversations import CONVERSATIONS, TURNS


class SqlConversations:
    """The `ConversationStore` port over a database."""

    def __init__(self, engine: Engine):
        self._engine = engine

    def find(self, conversation_id: str, owner: str) -> Dialogue | None:
        """The conversation with all its turns, oldest first."""
        values = {"of_conversation": conversation_id}
        with reading(self._engine) as connection:
            row = connection.execute(_FIND, {**values, "of_owner": owner}).mappings().first()
            if row is None:
                return None
            places = connection.execute(_TURNS, values).mappings().all()
            jobs = {job.id: job for job in load_jobs(connection, _JOBS.params(values))}
        turns = (
            ConversationTurn(
                id=place["id"],
                conversation_id=conversation_id,
                parent_id=place["parent_id"],
                job=jobs[place["job_id"]],
            )
            for place in places
        )
        return Dialogue(_conversation_of(row), tuple(turns))

    def page(self, owner: str, terms: Sequence[str], *, before: str | None = None, limit: int = 30) -> ConversationPage:
        """Those in which all terms occur, with the newest turns first; `before` is a newest turn's id."""
        query = _ITEMS.where(CONVERSATIONS.c.owner == owner).limit(limit + 1)
        if before is not None:
            query = query.where(CONVERSATIONS.c.newest_turn_id < before)
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(*_conditions(connection, terms))).mappings().all()
            shown = rows[:limit]
            pictures = _pictures(connection, [row["picture_id"] for row in shown if row["picture_id"]])
        items = tuple(
            ConversationItem(
                conversation=_conversation_of(row), turns=row["turns"], picture=pictures.get(row["picture_id"])
            )
            for row in shown
        )
        return ConversationPage(items, shown[-1]["newest_turn_id"] if len(rows) > limit else None)

    def rename(self, conversation_id: str, owner: str, title: str) -> Conversation | None:
        """The conversation under its new title."""
        values = {"of_conversation": conversation_id, "of_owner": owner}
        with writing(self._engine) as connection:
            connection.execute(_CHANGE, {**values, "title": title, "title_text": searchable([title])})
            row = connection.execute(_FIND, values).mappings().first()
        return None if row is None else _conversation_of(row)

    def delete(self, conversation_id: str, owner: str) -> bool:
        """Forget the conversation, its turns and what was answered in words; whether there was one.

        Its jobs stay, with what was asked and what it cost, and so do their pictures.
        """
        values = {"of_conversation": conversation_id}
        with writing(self._engine) as connection:
            if connection.execute(_LOCK, {**values, "of_owner": owner}).first() is None:
                return False
            for statement in (_FORGET_WORDS, _DELETE_TURNS, _DELETE):
                connection.execute(statement, values)
        return True

    def place_of(self, job_id: str, owner: str) -> NewTurn | None:
        """Where the turn stands that a job answers."""
        with reading(self._engine) as connection:
            row = connection.execute(_PLACE, {"of_job": job_id, "of_owner": owner}).mappings().first()
        return None if row is None else NewTurn(**row)


def _conversation_of(row: Row) -> Conversation:
    return Conversation(
        id=row["id"],
        owner=row["owner"],
        title=row["title"],
        text_model=row["text_model"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _conditions(connection: Connection, terms: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    def has(text: sa.ColumnElement[str], term: str) -> sa.ColumnElement[bool]:
        if connection.dialect.name == "sqlite":
            return sa.func.instr(text, term) > 0
        return text.contains(term, autoescape=True)

    return [
        sa.or_(
            has(CONVERSATIONS.c.title_text, term),
            sa.exists().where(TURNS.c.conversation_id == CONVERSATIONS.c.id, has(TURNS.c.text, term)),
        )
        for term in terms
    ]


def _pictures(connection: Connection, ids: Sequence[str]) -> dict[str, Any]:
    rows = connection.execute(sa.select(PICTURES).where(PICTURES.c.id.in_(ids))).mappings() if ids else ()
    return {row["id"]: picture_of(row) for row in rows}


_OWN = (CONVERSATIONS.c.id == sa.bindparam("of_conversation"), CONVERSATIONS.c.owner == sa.bindparam("of_owner"))
_OF_IT = TURNS.c.conversation_id == sa.bindparam("of_conversation")
_FIND = sa.select(CONVERSATIONS).where(*_OWN)
_LOCK = sa.select(CONVERSATIONS.c.id).where(*_OWN).with_for_update()
_TURNS = sa.select(TURNS).where(_OF_IT).order_by(TURNS.c.id)
_JOBS = sa.select(JOBS).where(JOBS.c.id.in_(sa.select(TURNS.c.job_id).where(_OF_IT)))
_ITEMS = sa.select(
    CONVERSATIONS,
    sa.select(sa.func.count())
    .where(TURNS.c.conversation_id == CONVERSATIONS.c.id)
    .correlate(CONVERSATIONS)
    .scalar_subquery()
    .label("turns"),
    sa.select(sa.func.max(PICTURES.c.id))
    .join(TURNS, TURNS.c.job_id == PICTURES.c.job_id)
    .where(TURNS.c.conversation_id == CONVERSATIONS.c.id, IS_THERE)
    .correlate(CONVERSATIONS)
    .scalar_subquery()
    .label("picture_id"),
).order_by(CONVERSATIONS.c.newest_turn_id.desc())
_CHANGE = (
    sa.update(CONVERSATIONS).where(*_OWN).values(title=sa.bindparam("title"), title_text=sa.bindparam("title_text"))
)
_FORGET_WORDS = (
    sa.update(JOBS).where(JOBS.c.id.in_(sa.select(TURNS.c.job_id).where(_OF_IT))).values(words=None, response_id=None)
)
_DELETE_TURNS = sa.delete(TURNS).where(_OF_IT)
_DELETE = sa.delete(CONVERSATIONS).where(CONVERSATIONS.c.id == sa.bindparam("of_conversation"))
_PLACE = (
    sa.select(TURNS.c.id, TURNS.c.conversation_id, TURNS.c.parent_id)
    .join(CONVERSATIONS, CONVERSATIONS.c.id == TURNS.c.conversation_id)
    .where(TURNS.c.job_id == sa.bindparam("of_job"), CONVERSATIONS.c.owner == sa.bindparam("of_owner"))
)
