"""Writers that queue share a commit, and each can rely on its own words: durable, or told otherwise."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from app.storage import commits
from app.storage.engine import DATABASE_NAME, await_company, make_engine, writing
from app.storage.migrate import migrate
from app.storage.schema import FAILED_SIGN_INS
from app.storage.sqlite import DRIVER

Body = Callable[[Connection], None]


@pytest.fixture
def engine(data_dir: Path) -> Iterator[Engine]:
    engine = make_engine(None, data_dir)
    migrate(engine, data_dir)
    yield engine
    engine.dispose()


@pytest.fixture
def count_commits(engine: Engine) -> Callable[[], int]:
    seen: list[Connection] = []
    event.listen(engine, "commit", seen.append)
    return lambda: len(seen)


def note(bucket: str) -> Body:
    def body(connection: Connection) -> None:
        connection.execute(sa.insert(FAILED_SIGN_INS).values(bucket=bucket, at=1.0))

    return body


def noted(data_dir: Path) -> list[str]:
    """What anybody else sees in the database."""
    connection = DRIVER.connect(data_dir / DATABASE_NAME)
    try:
        return [row[0] for row in connection.execute("SELECT bucket FROM failed_sign_ins ORDER BY id")]
    finally:
        connection.close()


def in_company(engine: Engine, bodies: Sequence[Body], went_on: Callable[[], None] = lambda: None) -> list[str]:
    """Run the bodies one after the other in one round; per body, the name of what its writer got, or `fine`.

    `went_on` is called in each writer as soon as it may go on.
    """
    ends = ["still waiting"] * len(bodies)
    entered, complete = threading.Event(), threading.Event()
    writers = engine.get_execution_options()["writers"]

    def write(number: int) -> None:
        try:
            with writing(engine) as connection:
                if number == 0:
                    entered.set()
                    _until(lambda: writers._queued == len(bodies) - 1)
                    complete.set()
                bodies[number](connection)
            went_on()
            ends[number] = "fine"
        except Exception as error:
            ends[number] = type(error).__name__

    threads = [threading.Thread(target=write, args=(number,), daemon=True) for number in range(len(bodies))]
    threads[0].start()
    assert entered.wait(10)
    for number, thread in enumerate(threads[1:]):
        thread.start()
        # The last one may have been let through before this looks.
        _until(lambda number=number: writers._queued == number + 1 or complete.is_set())
    for thread in threads:
        thread.join(10)
    return ends


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


def test_writers_that_queue_share_one_commit(engine: Engine, data_dir: Path, count_commits: Callable[[], int]) -> None:
    assert in_company(engine, [note(f"{number}") for number in range(9)]) == ["fine"] * 9
    assert sorted(noted(data_dir)) == [f"{number}" for number in range(9)]
    assert count_commits() == 1


def test_a_writer_alone_commits_at_once(engine: Engine, data_dir: Path, count_commits: Callable[[], int]) -> None:
    for bucket in ("a", "b"):
        with writing(engine) as connection:
            note(bucket)(connection)
        assert noted(data_dir)[-1] == bucket
    assert count_commits() == 2


def test_nobody_goes_on_before_the_shared_commit(engine: Engine, data_dir: Path) -> None:
    seen: list[list[str]] = []
    bodies = [note("a"), note("b"), note("c")]
    assert in_company(engine, bodies, lambda: seen.append(sorted(noted(data_dir)))) == ["fine"] * 3
    assert seen == [["a", "b", "c"]] * 3


def test_one_that_fails_in_company_leaves_nothing_and_takes_nothing_from_the_others(
    engine: Engine, data_dir: Path
) -> None:
    def fail(connection: Connection) -> None:
        note("half")(connection)
        raise KeyError

    for number in range(3):
        bodies = [note("a"), note("b"), note("c")]
        bodies[number] = fail
        ends = in_company(engine, bodies)
        assert sorted(ends) == ["KeyError", "fine", "fine"]
    assert sorted(noted(data_dir)) == ["a", "a", "b", "b", "c", "c"]


def test_a_shared_commit_that_fails_is_told_to_everybody_and_nothing_stays(engine: Engine, data_dir: Path) -> None:
    def refuse(_connection: Connection) -> None:
        raise sa.exc.OperationalError("COMMIT", None, DRIVER.OperationalError("disk I/O error"))

    event.listen(engine, "commit", refuse)
    assert in_company(engine, [note("a"), note("b"), note("c")]) == ["OperationalError"] * 3
    event.remove(engine, "commit", refuse)
    assert noted(data_dir) == []
    with writing(engine) as connection:
        note("later")(connection)
    assert noted(data_dir) == ["later"]


@pytest.mark.parametrize("and_raises", [True, False])
def test_when_sqlite_undoes_the_transaction_everybody_before_is_told(
    engine: Engine, data_dir: Path, and_raises: bool
) -> None:
    """As it does when the disk is full."""
    wrote = []

    def note_well(connection: Connection) -> None:
        note("lost")(connection)
        wrote.append("lost")

    def undo(connection: Connection) -> None:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.rollback()
        if and_raises:
            raise sa.exc.OperationalError("INSERT", None, DRIVER.OperationalError("database or disk is full"))

    assert in_company(engine, [note_well, undo]) == ["OperationalError"] * 2
    assert wrote == ["lost"]
    assert noted(data_dir) == []


def test_one_who_is_expected_shares_the_commit(
    engine: Engine, data_dir: Path, count_commits: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commits, "COMPANY_SECONDS", 10.0)

    def come() -> None:
        with writing(engine) as connection:
            assert connection.execute(sa.select(FAILED_SIGN_INS.c.bucket)).scalars().all() == ["host"]
            note("guest")(connection)

    guest = threading.Thread(target=come)
    with writing(engine) as connection:
        note("host")(connection)
        guest.start()
        await_company(engine)
    guest.join()
    assert noted(data_dir) == ["host", "guest"]
    assert count_commits() == 1


def test_one_who_is_expected_and_does_not_come_is_not_waited_for(engine: Engine, data_dir: Path) -> None:
    with writing(engine) as connection:
        note("host")(connection)
        await_company(engine)
    assert noted(data_dir) == ["host"]


def test_a_round_is_bounded(
    engine: Engine, data_dir: Path, count_commits: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commits, "MOST_PARTS", 3)
    assert in_company(engine, [note(f"{number}") for number in range(7)]) == ["fine"] * 7
    assert count_commits() == 3
    assert len(noted(data_dir)) == 7
