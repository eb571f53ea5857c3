"""A studio's rows as they stand at one moment, read without keeping anybody waiting."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from app.storage.engine import is_sqlite, make_engine, reading
from app.storage.exchange import LEFT_BEHIND, columns_of, goes, tables
from app.storage.sqlite import DRIVER

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows of one moment. `revision` names the tables' layout: the last migration."""

    revision: str
    connection: Connection

    def tables(self) -> list[str]:
        return [table.name for table in tables()]

    def rows(self, table_name: str) -> Iterator[dict[str, Any]]:
        """The rows that go, as plain JSON values by column, in the order of their keys."""
        table = next(table for table in tables() if table.name == table_name)
        instead = LEFT_BEHIND.get(table_name, {})
        query = sa.select(*columns_of(table)).where(goes(table)).order_by(*table.primary_key.columns)
        for row in self.connection.execution_options(yield_per=_AT_ONCE).execute(query).mappings():
            yield {**row, **instead}


class SqlExports:
    """Satisfies the `ExportStore` port. `workspace`: a folder with room for a copy of a SQLite database."""

    def __init__(self, engine: Engine, workspace: Path):
        self._engine = engine
        self._workspace = workspace

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One moment of a studio that goes on working.

        A reader of SQLite keeps writers waiting, so its database is copied first, which takes a moment;
        PostgreSQL keeps old rows for its readers.
        """
        if not is_sqlite(self._engine):
            with reading(self._engine) as connection:
                yield _snapshot(connection)
            return
        with tempfile.TemporaryDirectory(prefix="export-", dir=self._workspace) as folder:
            path = Path(folder) / "copy.sqlite3"
            self._copy(path)
            copy = make_engine(f"sqlite:///{path}", Path(folder))
            try:
                with reading(copy) as connection:
                    yield _snapshot(connection)
            finally:
                copy.dispose()

    def _copy(self, path: Path) -> None:
        with closing(self._engine.raw_connection()) as raw, closing(DRIVER.connect(path)) as copy:
            raw.driver_connection.backup(copy)  # type: ignore[union-attr]  # pysqlite's own connection


def _snapshot(connection: Connection) -> Snapshot:
    return Snapshot(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one(), connection)
