"""The same promises on every database: SQLite always, PostgreSQL wherever a server can be started."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from app.storage.engine import DATABASE_NAME, make_engine, writing
from app.storage.jobs import SqlJobs
from app.storage.migrate import migrate
from app.storage.schema import INSTALLATION, METADATA
from tests.storage.postgres import find_binaries, run_server

BACKENDS = ["sqlite"] + (["postgresql"] if find_binaries() else [])


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of this worker's own server."""
    binaries = find_binaries()
    assert binaries is not None
    with run_server(binaries) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    engine = make_engine(postgresql_server, tmp_path_factory.mktemp("data"))
    migrate(engine, tmp_path_factory.mktemp("locks"))
    engine.dispose()
    return postgresql_server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data_dir = tmp_path_factory.mktemp("data")
    engine = make_engine(None, data_dir)
    migrate(engine, data_dir)
    engine.dispose()
    return data_dir / DATABASE_NAME


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, data_dir: Path) -> str:
    """The URL of an empty, migrated database."""
    if request.param == "sqlite":
        data_dir.mkdir()
        shutil.copy(request.getfixturevalue("migrated_sqlite"), data_dir / DATABASE_NAME)
        return f"sqlite:///{data_dir / DATABASE_NAME}"
    server: str = request.getfixturevalue("migrated_postgresql")
    engine = make_engine(server, data_dir)
    with writing(engine) as connection:
        tables = ", ".join(table.name for table in METADATA.sorted_tables if table is not INSTALLATION)
        connection.exec_driver_sql(f"TRUNCATE {tables} RESTART IDENTITY")
    engine.dispose()
    return server


@pytest.fixture
def engine(url: str, data_dir: Path) -> Iterator[Engine]:
    engine = make_engine(url, data_dir)
    yield engine
    engine.dispose()


@pytest.fixture
def jobs(engine: Engine) -> SqlJobs:
    return SqlJobs(engine)
