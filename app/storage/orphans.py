"""Blobs that nobody needs any more: which they are, and removing them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.storage.blobs import FileBlobs
from app.storage.clock import DatabaseNow
from app.storage.engine import reading
from app.storage.files import create_private
from app.storage.schema import JOB_EVENTS, JOBS, METADATA

_PREVIEWS_KEPT_SECONDS = 24 * 3600.0
"""A preview is of no use once its picture is there; whoever still has the page open keeps it for a day."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Orphans:
    """Removes blobs that no row of the database names, from the folder that belongs to this database.

    `folder` is where the blobs lie. It is marked with the database's first job on the first sweep: a database
    without that job is another one, which knows none of the pictures here, and must remove nothing.
    """

    def __init__(self, engine: Engine, blobs: FileBlobs, folder: Path):
        self._engine = engine
        self._blobs = blobs
        self._mark = folder / "database"

    def sweep(self) -> int:
        """Remove orphans over a day old; how many. Raises `RuntimeError` when the folder is another database's."""
        with reading(self._engine) as connection:
            first = connection.execute(_FIRST_JOB).scalar_one()
            if first is None:
                return 0
            is_ours = connection.execute(_HAS_JOB, {"marked": self._marked(first)}).first() is not None
        if not is_ours:
            raise RuntimeError("the picture folder belongs to another database; no picture is removed from it")
        return self._blobs.sweep_orphans(lambda: digests_in_use(self._engine))

    def _marked(self, first: str) -> str:
        """The job that the folder is marked with, from now on `first` if there was none."""
        try:
            return self._mark.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            with os.fdopen(create_private(self._mark), "w", encoding="ascii") as file:
                file.write(first)
            return first


def digests_in_use(engine: Engine) -> frozenset[str]:
    """The digest of every blob that a row names: pictures, inputs of requests, previews of the last day.

    Any column called `digest` or `…_digest` counts, except digests of secrets, so that a table which
    is added later is not forgotten here.
    """
    found: set[str] = set()
    with reading(engine) as connection:
        for column in digest_columns():
            found.update(connection.execute(sa.select(column).where(column.is_not(None)).distinct()).scalars())
        for text in connection.execute(_PREVIEWS).scalars():
            found.update(_DIGEST.findall(text))
    return frozenset(found)


def digest_columns() -> list[sa.Column[str]]:
    """The columns that name blobs."""
    return [
        column
        for table in METADATA.sorted_tables
        for column in table.columns
        if (column.name == "digest" or column.name.endswith("_digest")) and column.name != "secret_digest"
    ]


_FIRST_JOB = sa.select(sa.func.min(JOBS.c.id))
_HAS_JOB = sa.select(JOBS.c.id).where(JOBS.c.id == sa.bindparam("marked"))
"""Not whether it is the first: an import may bring older ones."""
_PREVIEWS = sa.select(sa.cast(JOB_EVENTS.c.data, sa.Text)).where(
    JOB_EVENTS.c.kind == "partial", JOB_EVENTS.c.at > DatabaseNow() - _PREVIEWS_KEPT_SECONDS
)
