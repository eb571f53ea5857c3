"""What of the database goes from one studio to another, and what belongs to this one alone.

A job goes as a whole, with its calls, pictures, tags and what it was made from, once it has ended: an open one
could be sent and paid a second time by the studio it arrives in. What stays behind: who may enter, what waits
at the provider, uploads (kept for a day), previews, keys of retries, holds, what is derived from the rest, and
what the studio is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.domain.jobs import State
from app.storage.schema import JOB_EVENTS, JOBS, METADATA

_STAYS = {"tokens", "sessions", "failed_sign_ins", "provider_gates", "uploads", "picture_texts", "installation"}

LEFT_BEHIND: Mapping[str, Mapping[str, Any]] = {
    "jobs": {"idempotency_key": None},
    "attempts": {"token": None, "runner": None, "lease_until": None, "held_micro": 0},
}
"""Columns that mean nothing elsewhere, and what stands in their place."""

NOT_TAKEN_IN = frozenset({"charges"})
"""In the archive, but not in the ledger of the studio that takes it in: its caps and its spending are about what it
paid itself. What a picture and a job cost comes along with them."""


def tables() -> list[sa.Table]:
    """The tables that go, each after those it refers to. One that is added later goes too."""
    return [table for table in METADATA.sorted_tables if table.name not in _STAYS]


def columns_of(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns that go: all but a number that each database counts up by itself."""
    return [column for column in table.columns if not isinstance(column.server_default, sa.Identity)]


def parents_of(table: sa.Table) -> list[tuple[sa.Column[Any], sa.Column[Any]]]:
    """The columns that refer to another table that goes, and what they refer to."""
    return [(key.parent, key.column) for key in table.foreign_keys if key.column.table is not table]


def goes(table: sa.Table) -> sa.ColumnElement[bool]:
    """Which rows of the table go: those of ended jobs, and those of no job."""
    if table is JOBS:
        return JOBS.c.state.in_([state for state in State if state.is_final])
    whole: list[sa.ColumnElement[bool]] = [JOB_EVENTS.c.kind != "partial"] if table is JOB_EVENTS else [sa.true()]
    for column, parent in parents_of(table):
        whole.append(sa.or_(column.is_(None), column.in_(sa.select(parent).where(goes(parent.table)))))
    return sa.and_(*whole)
