"""The log of each job, which any process can follow for any browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.jobs import Event
from app.storage.rows import event_of
from app.storage.schema import JOB_EVENTS


def append_events(connection: Connection, job_id: str, at: float, *events: tuple[str, dict[str, Any]]) -> None:
    """Append events, each a kind and its data.

    The caller has the job's row locked: readers follow the log by sequence number, so one job's
    events must become visible in the order of their numbers.
    """
    rows = [{"job_id": job_id, "at": at, "kind": kind, "data": data} for kind, data in events]
    if rows:
        connection.execute(_APPEND, rows)


def read_events(connection: Connection, job_id: str, after: int, limit: int) -> Sequence[Event]:
    """The log after a sequence number, oldest first."""
    values = {"of_job": job_id, "after": after, "at_most": limit}
    return [event_of(row) for row in connection.execute(_AFTER, values).mappings()]


_APPEND = sa.insert(JOB_EVENTS)
_AFTER = (
    sa.select(JOB_EVENTS)
    .where(JOB_EVENTS.c.job_id == sa.bindparam("of_job"), JOB_EVENTS.c.seq > sa.bindparam("after"))
    .order_by(JOB_EVENTS.c.seq)
    .limit(sa.bindparam("at_most"))
)
