"""Rows go from any database to any other as they are, all or none, and nobody waits for that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from app.domain.exchange import BadArchive
from app.domain.library import Change
from app.domain.library_query import LibraryQuery
from app.domain.requests import Generate
from app.storage.engine import make_engine
from app.storage.exports import SqlExports
from app.storage.imports import SqlImports
from app.storage.jobs import SqlJobs
from app.storage.library import SqlPictures
from app.storage.migrate import migrate
from tests.storage.making import ALICE, PICTURE, admitted, done, submitted, unknown

ODD = "a cat\0 \ud800 \U0010ffff 猫"
Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Engine]:
    """A SQLite database beside the one that is tested."""
    engine = make_engine(None, tmp_path / "other")
    migrate(engine, tmp_path / "other")
    yield engine
    engine.dispose()


def furnish(engine: Engine) -> None:
    jobs, library = SqlJobs(engine), SqlPictures(engine)
    _, attempt, token = submitted(jobs, request=Generate(prompt=ODD, model="gpt-image-2"), key="a key")
    settled = jobs.settle(attempt.id, token, done(PICTURE, PICTURE))
    assert settled is not None
    _, lost, its_token = submitted(jobs)
    jobs.settle(lost.id, its_token, unknown())
    admitted(jobs)
    album = library.add_album(ALICE, "Cats")
    picked = settled.pictures[0].id
    library.change(ALICE, [picked], Change(favourite=True, add_tags=("Tag",), add_to_album=album.id))


def taken(engine: Engine, folder: Path) -> Tables:
    """What an archive would hold, as it comes out of JSON."""
    folder.mkdir(exist_ok=True)
    with SqlExports(engine, folder).snapshot() as snapshot:
        return {name: json.loads(json.dumps(list(snapshot.rows(name)))) for name in snapshot.tables()}


def take_in(engine: Engine, tables: Tables) -> dict[str, int]:
    return SqlImports(engine).take_in(lambda name: iter(tables[name]))


def without_ledger(tables: Tables) -> Tables:
    return {name: rows for name, rows in tables.items() if name != "charges"}


def test_from_any_database_to_sqlite_and_out_again_nothing_changes(
    engine: Engine, other: Engine, tmp_path: Path
) -> None:
    furnish(engine)
    before = taken(engine, tmp_path)
    assert take_in(other, before)["pictures"] == 2
    assert without_ledger(taken(other, tmp_path)) == without_ledger(before)
    (found,) = SqlPictures(other).walk(ALICE, LibraryQuery(text="猫", favourite=True))
    assert (found.picture.prompt, found.tags) == (ODD, ("Tag",))


def test_from_sqlite_to_any_database_nothing_changes(engine: Engine, other: Engine, tmp_path: Path) -> None:
    furnish(other)
    before = taken(other, tmp_path)
    take_in(engine, before)
    assert without_ledger(taken(engine, tmp_path)) == without_ledger(before)
    assert len(list(SqlPictures(engine).walk(ALICE, LibraryQuery(text="猫")))) == 2
    assert set(take_in(engine, before).values()) == {0}


def test_what_is_this_studios_own_affair_stays(engine: Engine, tmp_path: Path) -> None:
    furnish(engine)
    tables = taken(engine, tmp_path)
    assert len(tables["jobs"]) == 2  # not the one that still waits
    assert {job["idempotency_key"] for job in tables["jobs"]} == {None}
    assert {attempt["held_micro"] for attempt in tables["attempts"]} == {0}
    assert tables.keys().isdisjoint({"tokens", "sessions", "provider_gates", "uploads"})


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("jobs", {"prompt": 1}),
        ("jobs", {"created_at": "now"}),
        ("jobs", {"practice": 0}),
        ("jobs", {"owner": None}),
        ("jobs", {"stray": 1}),
        ("jobs", {"notes": [7]}),
        ("jobs", {"notes": [{"template": "{x}", "values": {}}]}),
        (
            "jobs",
            {"fault": {"code": "no", "message": "No.", "sentence": {"template": "{x}" * 999, "values": {"x": 1}}}},
        ),
        ("attempts", {"n": None}),
        ("pictures", {"width": 2**70}),
        ("picture_tags", {"owner": 1}),
    ],
)
def test_rows_that_do_not_fit_leave_nothing_behind(
    engine: Engine, other: Engine, tmp_path: Path, table: str, change: dict[str, Any]
) -> None:
    furnish(other)
    tables = taken(other, tmp_path)
    tables[table][-1] |= change
    with pytest.raises(BadArchive):
        take_in(engine, tables)
    assert SqlJobs(engine).recent(ALICE) == []
    assert list(SqlPictures(engine).walk(ALICE, LibraryQuery())) == []


def test_the_studio_goes_on_while_it_is_read(engine: Engine, tmp_path: Path) -> None:
    furnish(engine)
    jobs = SqlJobs(engine)
    with SqlExports(engine, tmp_path).snapshot() as snapshot:
        rows = snapshot.rows("jobs")
        first = next(rows)
        job, attempt, token = submitted(jobs)
        jobs.settle(attempt.id, token, done())
        assert job.id not in {first["id"], *(row["id"] for row in rows)}
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith("export-")] == []
