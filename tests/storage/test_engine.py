"""The database is opened so that what was committed stays, and nothing is half written."""

from __future__ import annotations

import stat
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.errors import StudioError
from app.storage.clock import DatabaseNow, day_of, start_of_day, start_of_month
from app.storage.engine import describe, journal_mode, make_engine, ping, reading, writing
from app.storage.migrate import migrate
from app.storage.schema import FAILED_SIGN_INS
from app.storage.sqlite import VERSION, require_sqlite


@pytest.mark.parametrize(
    ("version", "mode"),
    [((3, 40, 1), "truncate"), ((3, 51, 2), "truncate"), ((3, 51, 3), "wal"), ((4, 0, 0), "wal")],
)
def test_wal_is_used_only_where_several_writers_cannot_corrupt_it(version: tuple[int, ...], mode: str) -> None:
    assert journal_mode(version) == mode


def test_sqlite_syncs_fully_checks_foreign_keys_and_uses_the_safe_journal(data_dir: Path) -> None:
    engine = make_engine(None, data_dir)
    migrate(engine, data_dir)
    told = describe(engine)
    assert told["journal_mode"] == journal_mode(VERSION)
    assert told["synchronous"] == "2"
    with reading(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() >= 10_000
    engine.dispose()


def test_the_database_file_and_its_folder_are_private(data_dir: Path) -> None:
    make_engine(None, data_dir).dispose()
    (file,) = data_dir.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700


def test_a_url_may_name_the_sqlite_file(tmp_path: Path) -> None:
    make_engine(f"sqlite:///{tmp_path / 'mine.db'}", tmp_path / "data").dispose()
    assert (tmp_path / "mine.db").exists()
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
def test_a_database_in_memory_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="plain file"):
        make_engine(url, tmp_path)


def test_a_postgresql_url_is_read_with_the_installed_driver(tmp_path: Path) -> None:
    for url in ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"):
        assert make_engine(url, tmp_path).url.drivername == "postgresql+psycopg"


def test_a_migrated_database_is_ready_and_says_what_it_is(engine: Engine) -> None:
    ping(engine)
    assert describe(engine)["database"] == engine.dialect.name


def test_a_database_without_tables_is_not_ready(data_dir: Path) -> None:
    engine = make_engine(None, data_dir)
    with pytest.raises(StudioError) as caught:
        ping(engine)
    engine.dispose()
    assert caught.value.fault.code == "not_ready"
    assert str(data_dir) not in caught.value.fault.message


def test_commits_wait_for_the_disk_even_where_the_server_would_not(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("ALTER ROLE atelier SET synchronous_commit = off")
        engine.dispose()
        assert describe(engine)["synchronous_commit"] == "on"
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("ALTER ROLE atelier RESET synchronous_commit")
    else:
        assert describe(engine)["synchronous"] == "2"


def test_a_write_that_raises_leaves_nothing_behind_and_frees_the_database(engine: Engine) -> None:
    insert = sa.insert(FAILED_SIGN_INS).values(bucket="x", at=1.0)
    with pytest.raises(sa.exc.IntegrityError), writing(engine) as connection:
        connection.execute(sa.insert(FAILED_SIGN_INS), [{"bucket": "x", "at": 1.0}, {"bucket": None, "at": 1.0}])
    with writing(engine) as connection:
        connection.execute(insert)
    with reading(engine) as connection:
        assert len(connection.execute(sa.select(FAILED_SIGN_INS)).all()) == 1


def test_a_reader_sees_one_moment_while_others_write(engine: Engine) -> None:
    count = sa.select(sa.func.count()).select_from(FAILED_SIGN_INS)

    def write() -> None:
        with writing(engine) as connection:
            connection.execute(sa.insert(FAILED_SIGN_INS).values(bucket="x", at=1.0))

    writer = threading.Thread(target=write)
    with reading(engine) as connection:
        before = connection.execute(count).scalar_one()
        writer.start()
        writer.join(0.2)  # with a rollback journal the writer waits for us, otherwise it has passed us by
        assert connection.execute(count).scalar_one() == before == 0
    writer.join()
    with reading(engine) as connection:
        assert connection.execute(count).scalar_one() == 1


def test_more_threads_than_connections_all_get_their_turn(engine: Engine) -> None:
    errors = []

    def write() -> None:
        try:
            with writing(engine) as connection:
                connection.execute(sa.insert(FAILED_SIGN_INS).values(bucket="x", at=1.0))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write) for _ in range(128)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with reading(engine) as connection:
        assert len(connection.execute(sa.select(FAILED_SIGN_INS)).all()) == 128


def test_the_clock_is_the_databases_and_counts_fractions_of_seconds(engine: Engine) -> None:
    with reading(engine) as connection:
        ticks = [connection.execute(sa.select(DatabaseNow())).scalar_one() for _ in range(5)]
        assert ticks == sorted(ticks)
        assert all(isinstance(tick, float) for tick in ticks)
        time.sleep(0.01)
        assert 0.005 < connection.execute(sa.select(DatabaseNow())).scalar_one() - ticks[0] < 60.0
        assert abs(ticks[0] - time.time()) < 60.0


def test_windows_begin_at_midnight_utc() -> None:
    last_second_of_january_2026 = 1_769_903_999.9
    assert day_of(last_second_of_january_2026) == "2026-01-31"
    assert start_of_day(last_second_of_january_2026) == 1_769_817_600.0
    assert start_of_month(last_second_of_january_2026) == 1_767_225_600.0
    assert start_of_month(last_second_of_january_2026 + 1) == 1_769_904_000.0


def test_a_sqlite_that_is_too_old_is_refused_with_the_version_that_is_needed() -> None:
    require_sqlite((3, 35, 0))
    require_sqlite()
    with pytest.raises(ValueError, match=r"SQLite 3\.35\.0 or newer is needed.* 3\.34\.1"):
        require_sqlite((3, 34, 1))
