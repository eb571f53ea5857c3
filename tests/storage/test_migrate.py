"""Every start brings the database up to date, whoever else starts at the same moment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy.engine import Connection, Engine

from app import storage
from app.domain.library_query import LibraryQuery
from app.domain.pictures import PictureFile
from app.storage.engine import make_engine, ping, reading, writing
from app.storage.jobs import SqlJobs
from app.storage.library import SqlPictures
from app.storage.library_text import PG_INDEX
from app.storage.migrate import migrate
from app.storage.schema import METADATA
from tests.storage.conftest import BACKENDS
from tests.storage.making import ALICE, PICTURE, Child, drawn, race


@pytest.fixture(params=BACKENDS)
def empty_url(request: pytest.FixtureRequest, data_dir: Path) -> str:
    """The URL of a database without a single table."""
    if request.param == "sqlite":
        return f"sqlite:///{data_dir / 'empty' / 'atelier.sqlite3'}"
    server = sa.make_url(request.getfixturevalue("postgresql_server"))
    engine = make_engine(server.render_as_string(hide_password=False), data_dir)
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("DROP DATABASE IF EXISTS empty")
        connection.exec_driver_sql("CREATE DATABASE empty")
    engine.dispose()
    return server.set(database="empty").render_as_string(hide_password=False)


def is_of_the_schema(name: str | None, kind: str, _parents: object) -> bool:
    """The index of words is made where the database can have one; the schema knows nothing of it."""
    return not (name or "").startswith("picture_grams") and name != PG_INDEX


def test_migrations_lead_to_exactly_the_tables_that_the_code_expects(engine: Engine) -> None:
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_of_the_schema})
        assert compare_metadata(context, METADATA) == []
        assert {index.name for table in METADATA.tables.values() for index in table.indexes} == {
            index["name"]
            for table in METADATA.tables
            for index in sa.inspect(connection).get_indexes(table)
            if "duplicates_constraint" not in index and index["name"] != PG_INDEX
        }


def test_four_processes_may_migrate_an_empty_folder_at_once(empty_url: str, data_dir: Path) -> None:
    assert race(*(Child("migrate", empty_url, data_dir) for _ in range(4))) == ["migrated"] * 4
    engine = make_engine(empty_url, data_dir)
    ping(engine)
    engine.dispose()


def test_migrating_again_changes_nothing(engine: Engine, data_dir: Path) -> None:
    migrate(engine, data_dir)
    migrate(engine, data_dir)
    ping(engine)


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_url: str, data_dir: Path) -> None:
    engine = make_engine(empty_url, data_dir)
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE pictures (in_the_way INTEGER)")  # among the last to be made
    with pytest.raises(sa.exc.DBAPIError):
        migrate(engine, data_dir)
    with reading(engine) as connection:
        assert sa.inspect(connection).get_table_names() == ["pictures"]
    engine.dispose()


def test_a_database_of_a_newer_release_is_refused(empty_url: str, data_dir: Path) -> None:
    engine = make_engine(empty_url, data_dir)
    migrate(engine, data_dir)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'from the future'")
    with pytest.raises(CommandError):
        migrate(engine, data_dir)
    engine.dispose()


def test_pictures_of_an_earlier_release_get_their_share_of_the_cost_and_are_found(
    engine: Engine, jobs: SqlJobs, data_dir: Path, empty_url: str
) -> None:
    drawing = PictureFile(digest="cd" * 32, mime_type="image/png", width=8, height=8, byte_size=1)
    job = drawn(jobs, PICTURE, replace(PICTURE, revised_prompt="In oil", model_picture=drawing), cost=1_001)
    earlier = make_engine(empty_url, data_dir)
    with reading(engine) as old, writing(earlier) as new:
        upgrade(new, "0003")
        tables = sa.MetaData()
        tables.reflect(new, only=["jobs", "attempts", "charges", "pictures"])
        for table in tables.sorted_tables:
            columns = [METADATA.tables[table.name].columns[name] for name in table.columns.keys()]  # noqa: SIM118
            into = sa.table(table.name, *(sa.column(column.name, column.type) for column in columns))
            rows = old.execute(sa.select(*columns)).mappings().all()
            new.execute(sa.insert(into), [dict(row) for row in rows])
    migrate(earlier, data_dir)
    library = SqlPictures(earlier)
    assert [item.picture for item in library.page(ALICE, LibraryQuery()).items] == sorted(
        job.pictures, key=lambda picture: picture.id, reverse=True
    )
    assert [item.picture.ordinal for item in library.page(ALICE, LibraryQuery(text="oil siamese")).items] == [1]
    assert [picture.cost for picture in job.pictures] == [501, 500]
    earlier.dispose()


def upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
