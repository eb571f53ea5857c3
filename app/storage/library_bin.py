"""The bin: deleting is a mark, forgetting takes the rows away. What was paid stays in the ledger either way."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from app.storage.clock import DatabaseNow
from app.storage.engine import writing
from app.storage.library_text import forget_texts
from app.storage.schema import ALBUM_PICTURES, IS_IN_BIN, JOBS, PICTURE_TAGS, PICTURE_TEXTS, PICTURES

_BATCH = 500
"""Pictures forgotten in one transaction, so that paid calls need not wait for long to be written; and the most that
one statement names."""


def mark(connection: Connection, ids: Sequence[str], deleted_at: float | None) -> None:
    """Move these pictures to the bin or (`None`) out of it, what the model drew beside each with it."""
    results = PICTURES.c.id.in_(ids)
    beside = PICTURES.c.id.in_(sa.select(PICTURES.c.model_picture_id).where(results))
    change = sa.update(PICTURES).values(deleted_at=sa.null() if deleted_at is None else deleted_at)
    connection.execute(change.where(beside))
    connection.execute(change.where(results))


def undelete(connection: Connection, owner: str, deleted_at: float) -> int:
    """Bring back what was moved to that owner's bin at exactly that moment; how many."""
    moved = sa.select(PICTURES.c.id).where(PICTURES.c.owner == owner, IS_IN_BIN, PICTURES.c.deleted_at == deleted_at)
    # Locked in the order that every change locks in.
    ids = connection.execute(moved.order_by(PICTURES.c.id).with_for_update()).scalars().all()
    for start in range(0, len(ids), _BATCH):
        mark(connection, ids[start : start + _BATCH], None)
    return len(ids)


def deleted_before(seconds_ago: float) -> sa.ColumnElement[bool]:
    return PICTURES.c.deleted_at < DatabaseNow() - seconds_ago


def empty(engine: Engine, which: sa.ColumnElement[bool]) -> int:
    """Forget those pictures in the bin, a batch at a time; how many. Their files go with the orphaned blobs."""
    count = 0
    while True:
        with writing(engine) as connection:
            found = sa.select(PICTURES.c.id).where(which, IS_IN_BIN).order_by(PICTURES.c.id).limit(_BATCH)
            ids = connection.execute(found.with_for_update()).scalars().all()
            if not ids:
                return count
            _forget(connection, ids)
        count += len(ids)


def _forget(connection: Connection, ids: Sequence[str]) -> None:
    results = PICTURES.c.id.in_(ids)
    per_job = sa.select(PICTURES.c.job_id, sa.func.count()).where(results).group_by(PICTURES.c.job_id)
    for job_id, count in connection.execute(per_job.order_by(PICTURES.c.job_id)).all():
        connection.execute(sa.update(JOBS).where(JOBS.c.id == job_id).values(purged=JOBS.c.purged + count))
    forget_texts(connection, ids)
    beside = sa.select(PICTURES.c.model_picture_id).where(results, PICTURES.c.model_picture_id.is_not(None))
    every = [*ids, *connection.execute(beside).scalars()]
    for table in (ALBUM_PICTURES, PICTURE_TAGS, PICTURE_TEXTS):
        connection.execute(sa.delete(table).where(table.c.picture_id.in_(every)))
    connection.execute(sa.delete(PICTURES).where(PICTURES.c.id.in_(every)))
