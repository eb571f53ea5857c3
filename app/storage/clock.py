"""The database's clock: the one clock that all processes and hosts share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class DatabaseNow(FunctionElement[float]):
    """The current Unix time in seconds, with its fraction, as an SQL expression."""

    type = sa.Double()
    name = "database_now"
    inherit_cache = True


@compiles(DatabaseNow, "sqlite")
def _on_sqlite(_element: DatabaseNow, _compiler: SQLCompiler, **_options: Any) -> str:
    # unixepoch('subsec') came with SQLite 3.42; this is exact to the millisecond on older ones too.
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(DatabaseNow, "postgresql")
def _on_postgresql(_element: DatabaseNow, _compiler: SQLCompiler, **_options: Any) -> str:
    # now() would be the start of the transaction, which may have waited for a lock since.
    return "extract(epoch from clock_timestamp())::double precision"


def start_of_day(now: float) -> float:
    """When the UTC day of a Unix time began."""
    return _midnight(now).timestamp()


def start_of_month(now: float) -> float:
    """When the UTC month of a Unix time began."""
    return _midnight(now).replace(day=1).timestamp()


def day_of(now: float) -> str:
    """The UTC date of a Unix time, as YYYY-MM-DD."""
    return _midnight(now).date().isoformat()


def _midnight(now: float) -> datetime:
    return datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
