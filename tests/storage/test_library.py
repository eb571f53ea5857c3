"""The library shows its owner every kept picture, newest first, in pages that stay put."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from app.domain.library_query import LibraryQuery
from app.storage.jobs import SqlJobs
from app.storage.library import SqlPictures
from tests.storage.making import ALICE, BOB, PICTURE, done, submitted


def test_a_picture_is_found_by_its_owner_only(jobs: SqlJobs, engine: Engine) -> None:
    _, attempt, token = submitted(jobs)
    job = jobs.settle(attempt.id, token, done())
    assert job is not None
    library = SqlPictures(engine)
    assert library.find(job.pictures[0].id, ALICE) == job.pictures[0]
    assert library.find(job.pictures[0].id, BOB) is None
    assert library.find("0" * 26, ALICE) is None


def test_pages_stay_put_while_pictures_arrive(jobs: SqlJobs, engine: Engine) -> None:
    library = SqlPictures(engine)

    def draw(count: int, owner: str = ALICE) -> None:
        _, attempt, token = submitted(jobs, owner=owner)
        jobs.settle(attempt.id, token, done(*[PICTURE] * count))

    draw(5)
    draw(2, owner=BOB)
    everything = library.newest(ALICE, limit=60)
    assert len(everything) == 5
    assert [picture.id for picture in everything] == sorted((picture.id for picture in everything), reverse=True)
    first = library.page(ALICE, LibraryQuery(), limit=2)
    draw(3)
    second = library.page(ALICE, LibraryQuery(), before=first.next, limit=2)
    third = library.page(ALICE, LibraryQuery(), before=second.next, limit=2)
    assert [item.picture for item in (*first.items, *second.items, *third.items)] == everything
    assert third.next is None
