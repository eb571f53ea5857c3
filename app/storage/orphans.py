"""Blobs that nobody needs any more: which they are, and removing them."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.storage.blobs import FileBlobs
from app.storage.clock import DatabaseNow
from app.storage.engine import reading
from app.storage.files import create_private
from app.storage.schema import INSTALLATION, JOB_EVENTS, JOBS, METADATA

_PREVIEWS_KEPT_SECONDS = 24 * 3600.0
"""A preview is of no use once its picture is there; whoever still has the page open keeps it for a day."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Orphans:
    """Removes blobs that no row of the database names, from the folder that belongs to this database.

    `folder` is where the blobs lie. The first database with a job that sweeps it marks it with its own name
    (`INSTALLATION`), which no import brings along: any other knows too few of the pictures here, and must
    remove nothing. Folders of earlier releases are marked with a job, and become the first database's that has it.
    """

    def __init__(self, engine: Engine, blobs: FileBlobs, folder: Path):
        self._engine = engine
        self._blobs = blobs
        self._mark = folder / "database"

    def sweep(self) -> int:
        """Remove orphans over a day old; how many. Raises `RuntimeError` when the folder is another database's."""
        with reading(self._engine) as connection:
            own = connection.execute(_OWN_NAME).scalar_one()
            if connection.execute(_ANY_JOB).first() is None:
                return 0
            marked = self._marked(own)
            was_ours = marked != own and connection.execute(_HAS_JOB, {"marked": marked}).first() is not None
        if was_ours:
            self._mark_with(own)
        elif marked != own:
            raise RuntimeError(
                "the picture folder belongs to another database; no picture is removed from it "
                f"(if that one is gone for good, delete {self._mark})"
            )
        return self._blobs.sweep_orphans(lambda: digests_in_use(self._engine))

    def _marked(self, own: str) -> str:
        """What the folder is marked with, from now on `own` if there was nothing."""
        with suppress(FileExistsError), os.fdopen(self._new_mark(), "w", encoding="ascii") as file:
            file.write(own)
        return self._mark.read_text(encoding="ascii").strip()

    def _new_mark(self) -> int:
        return os.open(self._mark, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    def _mark_with(self, own: str) -> None:
        draft = self._mark.with_name(f"{self._mark.name}.{own}")
        with os.fdopen(create_private(draft), "w", encoding="ascii") as file:
            file.write(own)
        draft.replace(self._mark)


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


_OWN_NAME = sa.select(INSTALLATION.c.id)
_ANY_JOB = sa.select(JOBS.c.id).limit(1)
_HAS_JOB = sa.select(JOBS.c.id).where(JOBS.c.id == sa.bindparam("marked"))
_PREVIEWS = sa.select(sa.cast(JOB_EVENTS.c.data, sa.Text)).where(
    JOB_EVENTS.c.kind == "partial", JOB_EVENTS.c.at > DatabaseNow() - _PREVIEWS_KEPT_SECONDS
)
