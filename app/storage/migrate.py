"""Bringing the database to the tables this release expects, at every start."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection, Engine

from app.storage.engine import is_sqlite, journal_mode, writing
from app.storage.files import make_private_folder
from app.storage.library_text import create_index, fill_index
from app.storage.sqlite import VERSION

_ADVISORY_LOCK = 7_105_001
"""Any number, as long as nothing else in the same PostgreSQL database uses it for its own locks."""


def migrate(engine: Engine, data_dir: Path) -> None:
    """Apply every missing migration, all or none of them.

    Any number of processes may call it at once: one works, the others wait and find nothing to do.
    Raises `alembic.util.CommandError` when the database was made by a newer release.
    """
    if is_sqlite(engine):
        with _file_lock(data_dir / "migrate.lock"):
            if journal_mode(VERSION) == "wal":
                with closing(engine.raw_connection()) as raw:
                    raw.cursor().execute("PRAGMA journal_mode=WAL")
            with writing(engine) as connection:
                _upgrade(connection)
            fill_index(engine)
    else:
        with writing(engine) as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
            _upgrade(connection)
        fill_index(engine)


def _upgrade(connection: Connection) -> None:
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    create_index(connection)


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    make_private_folder(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)  # which lets go of the lock
