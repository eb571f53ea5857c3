"""Which files the database names."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.exchange import NamedFile
from app.storage.engine import reading
from app.storage.orphans import digest_columns, digests_in_use


class SqlCensus:
    """Satisfies the `Census` port."""

    def __init__(self, engine: Engine):
        self._engine = engine

    def named(self) -> Iterator[NamedFile]:
        """Every lasting file, as often as a row names it."""
        for column in digest_columns():
            key = column.table.primary_key.columns[0]
            with reading(self._engine) as connection:
                rows = connection.execute(sa.select(column, key).where(column.is_not(None))).all()
            yield from (NamedFile(digest, f"{column.table.name} {row}") for digest, row in rows)

    def in_use(self) -> frozenset[str]:
        """The digests of all files that must stay, previews included."""
        return digests_in_use(self._engine)
