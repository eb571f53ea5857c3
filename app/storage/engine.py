"""The database engine: SQLite by default, PostgreSQL when scaled out.

A connection is held for one short transaction at a time, never while a thread waits for a job, so
a pool much smaller than the number of threads is enough.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url

from app.domain.errors import Fault, StudioError
from app.domain.sentences import say
from app.storage.commits import Writers
from app.storage.files import make_private_folder
from app.storage.sqlite import DRIVER, VERSION, require_sqlite

DATABASE_NAME = "atelier.sqlite3"
BUSY_SECONDS = 30.0
"""How long a writer of one process waits for the writers of another before it gives up."""

_WAL_IS_SAFE_FROM = (3, 51, 3)
"""Older versions can corrupt a WAL that has several writers (https://sqlite.org/wal.html)."""

_POOL = {"pool_size": 16, "max_overflow": 16, "pool_timeout": BUSY_SECONDS, "pool_use_lifo": True}


def make_engine(url: str | None, data_dir: Path) -> Engine:
    """The engine for a SQLAlchemy URL; without one, SQLite in the data directory.

    Makes the SQLite file (0600) and its folder. Make it after forking. Raises `ValueError` for
    SQLite in memory, which processes and threads cannot share, and for a SQLite that is too old.
    """
    if url is None:
        parsed = URL.create("sqlite", database=str(data_dir.absolute() / DATABASE_NAME))
    else:
        parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _make_postgresql(parsed)
    return _make_sqlite(parsed)


def is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


def journal_mode(version: tuple[int, ...]) -> str:
    """The journal that is safe with several writing processes under a version of SQLite."""
    return "wal" if version >= _WAL_IS_SAFE_FROM else "truncate"


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the database; writes nothing."""
    with engine.connect() as connection:
        if not is_sqlite(engine):
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction, durable when the block ends, rolled back when it raises.

    On SQLite it holds the write lock from its first statement (`BEGIN IMMEDIATE`). Threads of one
    process queue up before they take a connection, because SQLite itself can only poll, and those
    that queue share a commit (`commits.py`).
    """
    writers: Writers | None = engine.get_execution_options().get("writers")
    if writers is not None:
        with writers.write(engine) as connection:
            yield connection
        return
    with engine.connect() as connection, connection.begin():
        yield connection


def commits_are_shared(engine: Engine) -> bool:
    """Whether threads that write at the same time see each other's words before the commit that they share."""
    return "writers" in engine.get_execution_options()


def await_company(engine: Engine) -> None:
    """To be called within `writing`, where commits are shared: wait a moment for another thread to join."""
    writers: Writers = engine.get_execution_options()["writers"]
    writers.await_company()


def ping(engine: Engine) -> None:
    """Raises `StudioError` `not_ready` when the database cannot be read or was never migrated."""
    try:
        with reading(engine) as connection:
            connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    except sa.exc.SQLAlchemyError as error:
        sentence = say("The database cannot be used ({reason}).", reason=type(error).__name__)
        raise StudioError(Fault("not_ready", sentence, retryable=True)) from error


def describe(engine: Engine) -> dict[str, str]:
    """Which database this is and how it keeps what it is given, for the health page and the logs."""
    with reading(engine) as connection:
        if is_sqlite(engine):
            return {
                "database": "sqlite",
                "version": DRIVER.sqlite_version,
                "journal_mode": str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()),
                "synchronous": str(connection.exec_driver_sql("PRAGMA synchronous").scalar_one()),
            }
        return {
            "database": "postgresql",
            "version": str(connection.exec_driver_sql("SHOW server_version").scalar_one()),
            "synchronous_commit": str(connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()),
        }


def _make_sqlite(url: URL) -> Engine:
    require_sqlite()
    if not url.database or ":memory:" in url.database or url.database.startswith("file:"):
        raise ValueError("A SQLite database must be named as a plain file, as in sqlite:////srv/atelier.sqlite3.")
    path = Path(url.database).absolute()
    make_private_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # journals inherit these permissions
    engine = sa.create_engine(
        url,
        module=DRIVER,
        connect_args={"timeout": BUSY_SECONDS},
        execution_options={"writers": Writers(path.with_name(f"{path.name}-queue"))},
        **_POOL,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # `_begin_sqlite` says when a transaction begins, not the driver
    if journal_mode(VERSION) == "truncate":
        connection.execute("PRAGMA journal_mode=TRUNCATE")  # `migrate` switches to WAL, which is lasting
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", False)
    raw: Any = connection.connection.dbapi_connection
    try:
        # Not through SQLAlchemy, where a word takes as long as a statement: six a call.
        raw.execute("BEGIN IMMEDIATE" if write else "BEGIN")
    except DRIVER.Error as error:
        raise sa.exc.DBAPIError.instance("BEGIN", None, error, DRIVER.Error, dialect=connection.dialect) from error


def _make_postgresql(url: URL) -> Engine:
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"), isolation_level="READ COMMITTED", pool_pre_ping=True, **_POOL
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    # A paid call may only be sent once its mark is on the disk, whatever the server's default says.
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()
