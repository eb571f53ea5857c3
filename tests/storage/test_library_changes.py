"""What is done to many pictures is done to all of them or none; deleting loses no money and nobody else's bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.errors import InvalidRequest, NotFound
from app.domain.ids import new_id
from app.domain.library import MOST_TAGS, Change
from app.domain.library_query import LibraryQuery
from app.domain.pictures import NewPicture, PictureFile
from app.domain.requests import Edit, InputPicture
from app.storage import library_changes
from app.storage.blobs import FileBlobs
from app.storage.costs import SqlCosts
from app.storage.engine import reading
from app.storage.jobs import SqlJobs
from app.storage.library import SqlPictures
from app.storage.orphans import digests_in_use
from app.storage.reserve import Reserve
from app.storage.schema import ALBUM_PICTURES, CHARGES, PICTURE_TAGS, PICTURE_TEXTS, PICTURES
from tests.storage.making import ALICE, BOB, PICTURE, admitted, claimed, done, drawn, execute

DAY = 86_400.0
BIN = LibraryQuery(in_bin=True)


@pytest.fixture
def library(engine: Engine) -> SqlPictures:
    return SqlPictures(engine)


def several(jobs: SqlJobs, count: int, owner: str = ALICE) -> list[str]:
    """Ids, newest first."""
    return sorted((p.id for p in drawn(jobs, *[PICTURE] * count, owner=owner).pictures), reverse=True)


def listed(library: SqlPictures, query: LibraryQuery | None = None, owner: str = ALICE) -> list[str]:
    return [item.picture.id for item in library.page(owner, query or LibraryQuery(), limit=500).items]


def count_rows(engine: Engine, *tables: sa.Table) -> list[int]:
    with reading(engine) as connection:
        return [connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables]


def test_a_change_is_about_all_that_are_there_and_nobody_elses(jobs: SqlJobs, library: SqlPictures) -> None:
    ids, bobs = several(jobs, 3), several(jobs, 1, BOB)
    library.change(ALICE, [ids[2]], Change(delete=True))
    told = library.change(ALICE, [*ids, *bobs, new_id()], Change(favourite=True, add_tags=("x",), note="n"))
    assert list(told) == ids[:2]
    assert listed(library, LibraryQuery(favourite=True, tags=("x",), text="n")) == ids[:2]
    untouched = library.find_item(bobs[0], BOB)
    assert untouched is not None
    assert (untouched.tags, untouched.picture.favourite, untouched.picture.note) == ((), False, "")


def test_a_query_can_be_changed_whole(jobs: SqlJobs, library: SqlPictures, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = several(jobs, 5)
    library.change(ALICE, ids[:3], Change(add_tags=("x",)))
    assert list(library.change(ALICE, LibraryQuery(tags=("X",)), Change(favourite=True))) == ids[:3]
    monkeypatch.setattr(library_changes, "MOST_AT_ONCE", 4)
    with pytest.raises(InvalidRequest, match="More than 4"):
        library.change(ALICE, LibraryQuery(), Change(delete=True))
    assert listed(library) == ids


def test_tags_are_one_whatever_their_case_and_in_alphabetical_order(jobs: SqlJobs, library: SqlPictures) -> None:
    (one, two) = several(jobs, 2)
    library.change(ALICE, [one], Change(tags=("zebra", "Cat", "CAT", "猫")))
    library.change(ALICE, [one, two], Change(add_tags=("cat", "dog")))
    first, second = library.select(ALICE, [one, two])
    assert (first.tags, second.tags) == (("Cat", "dog", "zebra", "猫"), ("cat", "dog"))
    assert [(label.name.lower(), label.count) for label in library.tags(ALICE)] == [
        ("cat", 2),
        ("dog", 2),
        ("zebra", 1),
        ("猫", 1),
    ]
    library.change(ALICE, [one], Change(tags=()))
    library.change(ALICE, [two], Change(delete=True))
    assert library.tags(ALICE) == []


def test_too_many_tags_undo_the_whole_change(jobs: SqlJobs, library: SqlPictures) -> None:
    one, two = several(jobs, 2)
    library.change(ALICE, [one], Change(tags=tuple(map(str, range(MOST_TAGS)))))
    with pytest.raises(InvalidRequest, match="more than 50 tags"):
        library.change(ALICE, [one, two], Change(favourite=True, add_tags=("one more",)))
    assert listed(library, LibraryQuery(favourite=True)) == []
    assert listed(library, LibraryQuery(tags=("one more",))) == []


def test_what_one_change_deleted_is_brought_back_and_nothing_else(jobs: SqlJobs, library: SqlPictures) -> None:
    ids, others = several(jobs, 3), several(jobs, 1, owner=BOB)
    library.change(ALICE, ids[:1], Change(delete=True))
    library.change(ALICE, ids[1:], Change(delete=True))
    item = library.find_item(ids[1], ALICE, in_bin=True)
    assert item is not None
    moment = item.picture.deleted_at
    assert moment is not None
    assert library.undelete(BOB, moment) == 0
    assert library.undelete(ALICE, moment) == 2
    assert (listed(library), listed(library, BIN)) == (ids[1:], ids[:1])
    assert library.undelete(ALICE, moment) == 0
    assert [library.undelete(ALICE, odd) for odd in (float("nan"), float("inf"), -1.0)] == [0, 0, 0]
    assert library.find_item(others[0], BOB) is not None


def test_albums_have_names_counts_and_covers(jobs: SqlJobs, library: SqlPictures) -> None:
    ids = several(jobs, 3)
    album, other = library.add_album(ALICE, "Holidays"), library.add_album(ALICE, "animals")
    library.change(ALICE, ids, Change(add_to_album=album.id))
    library.change(ALICE, ids[:1], Change(add_to_album=album.id))  # once more
    library.change(ALICE, ids[:1], Change(delete=True))
    assert [(a.name, a.count, a.cover) for a in library.albums(ALICE)] == [
        ("animals", 0, None),
        ("Holidays", 2, ids[1]),
    ]
    assert library.albums(BOB) == []
    with pytest.raises(InvalidRequest, match="HOLIDAYS"):
        library.add_album(ALICE, "HOLIDAYS")
    with pytest.raises(InvalidRequest, match="holidays"):
        library.rename_album(ALICE, other.id, "holidays")
    renamed = library.rename_album(ALICE, album.id, "holidays")
    assert renamed is not None
    assert (renamed.name, renamed.count) == ("holidays", 2)
    library.change(ALICE, ids, Change(remove_from_album=album.id))
    assert listed(library, LibraryQuery(album=album.id)) == []
    assert library.remove_album(ALICE, album.id)
    assert listed(library) == ids[1:]


def test_somebody_elses_album_is_none(jobs: SqlJobs, library: SqlPictures) -> None:
    ids, bobs = several(jobs, 1), library.add_album(BOB, "Bob's")
    for change in (Change(add_to_album=bobs.id), Change(remove_from_album=bobs.id, favourite=True)):
        with pytest.raises(NotFound):
            library.change(ALICE, ids, change)
    assert library.rename_album(ALICE, bobs.id, "mine") is None
    assert not library.remove_album(ALICE, bobs.id)
    assert [album.name for album in library.albums(BOB)] == ["Bob's"]


def test_what_is_deleted_lies_in_the_bin_and_comes_back_as_it_was(jobs: SqlJobs, library: SqlPictures) -> None:
    ids = several(jobs, 3)
    album = library.add_album(ALICE, "Best")
    library.change(ALICE, ids, Change(favourite=True, add_tags=("x",), add_to_album=album.id, note="hello"))
    before = library.select(ALICE, ids)
    assert list(library.change(ALICE, ids[:2], Change(delete=True))) == ids[:2]
    assert listed(library) == ids[2:]
    assert listed(library, BIN) == ids[:2]
    assert listed(library, LibraryQuery(text="hello", tags=("x",), in_bin=True, album=album.id)) == ids[:2]
    assert library.find(ids[0], ALICE) is None
    assert library.find_item(ids[0], ALICE) is None
    assert library.select(ALICE, ids) == before[2:]
    assert library.change(ALICE, ids, Change(delete=True)) == (ids[2],)
    assert list(library.change(ALICE, BIN, Change(restore=True))) == ids
    assert library.select(ALICE, ids) == before


def test_emptying_the_bin_leaves_nothing_of_them_but_the_money(
    jobs: SqlJobs, library: SqlPictures, engine: Engine
) -> None:
    ids, bobs = several(jobs, 3), several(jobs, 1, BOB)
    spent = SqlCosts(engine).spending(since=0.0, practice=False)
    album = library.add_album(ALICE, "Best")
    library.change(ALICE, ids, Change(add_tags=("x",), add_to_album=album.id))
    library.change(ALICE, ids[1:], Change(delete=True))
    library.change(BOB, bobs, Change(delete=True))
    assert library.empty_bin(ALICE) == 2
    assert library.empty_bin(ALICE) == 0
    assert listed(library) == ids[:1]
    assert listed(library, BIN, BOB) == bobs
    assert count_rows(engine, PICTURES, PICTURE_TEXTS, PICTURE_TAGS, ALBUM_PICTURES, CHARGES) == [2, 2, 1, 1, 2]
    assert SqlCosts(engine).spending(since=0.0, practice=False) == spent
    job = next(job for job in jobs.recent(ALICE))
    assert (len(job.pictures), job.deleted, job.cost) == (1, 2, 5_950)


def test_the_bin_is_emptied_when_its_days_are_over(jobs: SqlJobs, library: SqlPictures, engine: Engine) -> None:
    ids = several(jobs, 2)
    library.change(ALICE, ids, Change(delete=True))
    execute(
        engine, sa.update(PICTURES).where(PICTURES.c.id == ids[0]).values(deleted_at=PICTURES.c.deleted_at - 30 * DAY)
    )
    assert library.purge(30 * DAY) == 1
    assert listed(library, BIN) == ids[1:]


def test_what_the_model_drew_beside_goes_and_comes_with_its_composite(
    jobs: SqlJobs, library: SqlPictures, engine: Engine
) -> None:
    drawing = PictureFile(digest="cd" * 32, mime_type="image/png", width=8, height=8, byte_size=1)
    (composite,) = drawn(jobs, replace(PICTURE, model_picture=drawing)).pictures
    beside = composite.model_picture_id
    assert beside is not None
    assert listed(library) == [composite.id]
    assert library.find(beside, ALICE) is not None
    library.change(ALICE, [composite.id], Change(delete=True))
    assert library.find(beside, ALICE) is None
    assert listed(library, BIN) == [composite.id]
    assert library.change(ALICE, [beside], Change(restore=True)) == ()
    library.change(ALICE, [composite.id], Change(restore=True))
    assert library.find(beside, ALICE) is not None
    library.change(ALICE, [composite.id], Change(delete=True))
    assert library.empty_bin(ALICE) == 1
    assert count_rows(engine, PICTURES) == [0]


def test_bytes_stay_while_anything_else_was_made_of_them(
    jobs: SqlJobs, library: SqlPictures, engine: Engine, tmp_path: Path
) -> None:
    blobs = FileBlobs(tmp_path / "blobs", Reserve(tmp_path / "reserve", 1))
    kept, lost = (
        NewPicture(digest=blobs.put(data), mime_type="image/png", width=1, height=1, byte_size=4)
        for data in (b"kept", b"lost")
    )
    mother, other = (drawn(jobs, picture).pictures[0] for picture in (kept, lost))
    given = InputPicture(
        digest=kept.digest, mime_type="image/png", width=1, height=1, byte_size=4, picture_id=mother.id
    )
    (child,) = drawn(jobs, request=Edit(prompt="x", model="gpt-image-2", images=(given,))).pictures
    assert library.family(ALICE, child).made_from == (mother,)
    assert library.family(ALICE, mother).led_to == (child,)
    library.change(ALICE, [mother.id, other.id], Change(delete=True))
    assert digests_in_use(engine) >= {kept.digest, lost.digest}
    library.empty_bin(ALICE)
    assert digests_in_use(engine) == {kept.digest, child.digest}
    assert library.family(ALICE, child).made_from == ()


def test_an_answer_that_comes_after_a_picture_was_deleted_for_good_still_finds_its_place(
    jobs: SqlJobs, library: SqlPictures
) -> None:
    job = admitted(jobs, calls=2)
    for ordinal in (0, 1):
        attempt, token = claimed(jobs, job, ordinal)
        jobs.settle(attempt.id, token, done(PICTURE, PICTURE))
        found = jobs.find(job.id)
        assert found is not None
        library.change(ALICE, [found.pictures[0].id], Change(delete=True))
        library.empty_bin(ALICE)
    assert (len(found.pictures), found.deleted) == (3, 1)
    assert [picture.ordinal for picture in found.pictures] == [1, 2, 3]


def test_a_job_without_all_its_pictures_is_not_used_again(jobs: SqlJobs, library: SqlPictures) -> None:
    job = drawn(jobs)
    assert jobs.find_identical(ALICE, job.fingerprint, practice=False) == job
    library.change(ALICE, [job.pictures[0].id], Change(delete=True))
    assert jobs.find_identical(ALICE, job.fingerprint, practice=False) is None
    library.empty_bin(ALICE)
    assert jobs.find_identical(ALICE, job.fingerprint, practice=False) is None


def test_the_cost_of_a_call_is_shared_out_to_the_last_micro_dollar(jobs: SqlJobs) -> None:
    assert [picture.cost for picture in drawn(jobs, *[PICTURE] * 3, cost=1_000).pictures] == [334, 333, 333]


def test_the_models_in_use_are_counted(jobs: SqlJobs, library: SqlPictures) -> None:
    several(jobs, 2)
    assert [(label.name, label.count) for label in library.models(ALICE)] == [("gpt-image-2", 2)]
    assert library.models(BOB) == []
