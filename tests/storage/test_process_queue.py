"""Processes queue up for the database and go on at once; a queue that cannot be had costs only time."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.storage import process_queue
from app.storage.engine import DATABASE_NAME, make_engine, writing
from app.storage.migrate import migrate
from app.storage.process_queue import come_first, leave
from app.storage.schema import FAILED_SIGN_INS
from tests.storage.making import Child


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queue"


@pytest.fixture
def sqlite(data_dir: Path) -> Iterator[Engine]:
    engine = make_engine(None, data_dir)
    migrate(engine, data_dir)
    yield engine
    engine.dispose()


def note(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(sa.insert(FAILED_SIGN_INS).values(bucket="x", at=1.0))


def waits_at(path: Path) -> bool:
    """Whether anybody stands in the kernel's queue for the lock of a file (proc(5): `->` marks who waits)."""
    return any(
        "->" in line and "FLOCK" in line and f":{path.stat().st_ino} " in line
        for line in Path("/proc/locks").read_text().splitlines()
    )


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_waiting_process_is_woken_by_the_kernel_when_the_round_ahead_ends(sqlite: Engine, data_dir: Path) -> None:
    """It does not look again now and then, as SQLite would."""
    child = Child("note", f"sqlite:///{data_dir / DATABASE_NAME}", data_dir)
    with writing(sqlite) as connection:
        connection.execute(sa.insert(FAILED_SIGN_INS).values(bucket="x", at=1.0))
        child.go()
        until(lambda: waits_at(data_dir / f"{DATABASE_NAME}-queue"))
    assert child.result() == "noted"


def test_only_one_has_the_first_place(path: Path) -> None:
    first, seen = come_first(path), []

    def come() -> None:
        second = come_first(path)
        seen.append(second)
        leave(second)

    thread = threading.Thread(target=come)
    thread.start()
    thread.join(0.1)
    assert seen == []
    leave(first)
    thread.join(5)
    assert seen != [None]


def test_who_is_ahead_for_too_long_is_passed_by(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_queue, "PATIENCE_SECONDS", 0.05)
    first = come_first(path)
    assert come_first(path) is None
    leave(first)
    monkeypatch.undo()
    third = come_first(path)  # whoever gave up holds nothing, though its wait ended with the lock
    assert third is not None
    leave(third)


def test_a_copy_that_a_fork_made_holds_nobody_up(path: Path) -> None:
    place = come_first(path)
    assert place is not None
    copy = os.dup(place)
    leave(place)
    again = come_first(path)
    assert again is not None
    leave(again)
    os.close(copy)


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC, errno.EMFILE])
def test_without_the_file_the_database_is_written_all_the_same(
    sqlite: Engine, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fail(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(process_queue.os, "open", fail)
    note(sqlite)


def test_without_locks_the_database_is_written_all_the_same(sqlite: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(process_queue.fcntl, "flock", fail)
    note(sqlite)
    before = descriptors()
    note(sqlite)
    assert descriptors() == before


def test_a_round_that_fails_gives_its_place_up(sqlite: Engine, data_dir: Path) -> None:
    with pytest.raises(sa.exc.IntegrityError), writing(sqlite) as connection:
        connection.execute(sa.insert(FAILED_SIGN_INS).values(bucket=None, at=1.0))
    place = come_first(data_dir / f"{DATABASE_NAME}-queue")
    assert place is not None
    leave(place)
