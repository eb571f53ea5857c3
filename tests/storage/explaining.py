"""What SQLite says it will do."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection


def explain(connection: Connection, query: sa.Select[Any]) -> list[str]:
    """The query plan, a line for each step. SQLite only."""
    compiled = query.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    values = tuple(compiled.params[name] for name in compiled.positiontup or ())
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all()
    return [str(row[3]) for row in rows]
