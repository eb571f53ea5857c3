"""Reading jobs whole: their rows, then their attempts and pictures, two statements for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.jobs import Job
from app.storage.rows import Row, job_of
from app.storage.schema import ATTEMPTS, IS_RESULT, PICTURES


def load_job(connection: Connection, query: sa.Select[Any], values: dict[str, Any]) -> Job | None:
    """The first job that a query over `JOBS` finds."""
    row = connection.execute(query, values).mappings().first()
    if row is None:
        return None
    return job_of(row, attempts_of(connection, row["id"]), pictures_of(connection, row["id"]))


def load_jobs(connection: Connection, query: sa.Select[Any]) -> Sequence[Job]:
    """All jobs that a query over `JOBS` finds, in its order."""
    rows = connection.execute(query).mappings().all()
    ids = [row["id"] for row in rows]
    attempts: dict[str, list[Row]] = defaultdict(list)
    pictures: dict[str, list[Row]] = defaultdict(list)
    for table, found in ((ATTEMPTS, attempts), (PICTURES, pictures)):
        parts = sa.select(table).where(table.c.job_id.in_(ids)).order_by(table.c.job_id, table.c.ordinal)
        if table is PICTURES:
            parts = parts.where(IS_RESULT)
        for part in connection.execute(parts).mappings():
            found[part["job_id"]].append(part)
    return [job_of(row, attempts[row["id"]], pictures[row["id"]]) for row in rows]


def attempts_of(connection: Connection, job_id: str) -> Sequence[Row]:
    return connection.execute(_ATTEMPTS_OF_JOB, {"job_id": job_id}).mappings().all()


def pictures_of(connection: Connection, job_id: str) -> Sequence[Row]:
    return connection.execute(_PICTURES_OF_JOB, {"job_id": job_id}).mappings().all()


_ATTEMPTS_OF_JOB = sa.select(ATTEMPTS).where(ATTEMPTS.c.job_id == sa.bindparam("job_id")).order_by(ATTEMPTS.c.ordinal)
_PICTURES_OF_JOB = (
    sa.select(PICTURES).where(PICTURES.c.job_id == sa.bindparam("job_id"), IS_RESULT).order_by(PICTURES.c.ordinal)
)
