"""What nobody needs any more is removed after a day, and nothing else ever."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.pictures import NewPicture, Partial, PictureFile
from app.domain.requests import Edit, Given, InputPicture, Turn
from app.storage.blobs import FileBlobs
from app.storage.engine import reading
from app.storage.jobs import SqlJobs
from app.storage.orphans import Orphans, digest_columns, digests_in_use
from app.storage.reserve import Reserve
from app.storage.schema import INSTALLATION, JOB_EVENTS, UPLOADS
from app.storage.uploads import SqlUploads
from tests.storage.making import ALICE, admitted, done, execute, submitted

TWO_DAYS = 2 * 24 * 3600.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def blobs(folder: Path, tmp_path: Path) -> FileBlobs:
    return FileBlobs(folder, Reserve(tmp_path / "reserve", 1))


@pytest.fixture
def orphans(engine: Engine, blobs: FileBlobs, folder: Path) -> Orphans:
    return Orphans(engine, blobs, folder)


def put(blobs: FileBlobs, folder: Path, data: bytes, age: float = TWO_DAYS) -> str:
    digest = blobs.put(data)
    os.utime(path_of(folder, digest), (time.time() - age,) * 2)
    return digest


def path_of(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest


def an_input(digest: str) -> InputPicture:
    return InputPicture(digest=digest, mime_type="image/png", width=1, height=1, byte_size=1)


def test_pictures_and_inputs_stay_and_what_nobody_names_goes(
    jobs: SqlJobs, engine: Engine, blobs: FileBlobs, folder: Path, orphans: Orphans
) -> None:
    picture, image, mask, nobody = (put(blobs, folder, name) for name in (b"picture", b"image", b"mask", b"nobody"))
    request = Edit(prompt="x", model="gpt-image-2", images=(an_input(image),), mask=an_input(mask))
    _, attempt, token = submitted(jobs, request=request)
    drawn = NewPicture(digest=picture, mime_type="image/png", width=1, height=1, byte_size=7)
    jobs.settle(attempt.id, token, done(drawn))
    assert digests_in_use(engine) == {picture, image, mask}
    assert orphans.sweep() == 1
    assert [blobs.exists(digest) for digest in (picture, image, mask, nobody)] == [True, True, True, False]
    assert list((folder / "incoming").iterdir()) == []
    assert orphans.sweep() == 0


def test_the_picture_that_a_turn_may_show_again_stays_too(
    jobs: SqlJobs, engine: Engine, blobs: FileBlobs, folder: Path, orphans: Orphans
) -> None:
    last, hat, mask = (put(blobs, folder, name) for name in (b"last", b"hat", b"mask"))
    admitted(
        jobs,
        request=Turn(
            prompt="x",
            text_model="t",
            model="m",
            images=(an_input(hat),),
            mask=an_input(mask),
            fallback=an_input(last),
        ),
    )
    assert digests_in_use(engine) == {last, hat, mask}
    assert orphans.sweep() == 0


def test_what_an_edit_was_given_and_what_the_model_drew_beside_stay_too(
    jobs: SqlJobs, engine: Engine, blobs: FileBlobs, folder: Path, orphans: Orphans
) -> None:
    names = ("given", "given mask", "extended from", "sent", "sent mask", "result", "model drew")
    kept = {name: put(blobs, folder, name.encode()) for name in names}
    given = Given(
        images=(an_input(kept["given"]),),
        mask=an_input(kept["given mask"]),
        extended_from=an_input(kept["extended from"]),
    )
    request = Edit(
        prompt="x",
        model="gpt-image-2",
        images=(an_input(kept["sent"]),),
        mask=an_input(kept["sent mask"]),
        given=given,
    )
    _, attempt, token = submitted(jobs, request=request)
    facts = {"mime_type": "image/png", "width": 1, "height": 1, "byte_size": 7}
    beside = PictureFile(digest=kept["model drew"], **facts)
    drawn = NewPicture(digest=kept["result"], model_picture=beside, drift=1.5, **facts)
    jobs.settle(attempt.id, token, done(drawn))
    assert orphans.sweep() == 0
    assert digests_in_use(engine) == set(kept.values())


def test_an_uploads_picture_goes_after_its_day_unless_a_job_was_given_it(
    jobs: SqlJobs, engine: Engine, blobs: FileBlobs, folder: Path, orphans: Orphans
) -> None:
    used, unused = put(blobs, folder, b"used"), put(blobs, folder, b"unused")
    uploads = SqlUploads(engine)
    for digest in (used, unused):
        file = PictureFile(digest=digest, mime_type="image/png", width=1, height=1, byte_size=1)
        uploads.add(ALICE, file, has_alpha=False)
    admitted(jobs, request=Edit(prompt="x", model="gpt-image-2", images=(an_input(used),)))
    assert orphans.sweep() == 0
    execute(engine, sa.update(UPLOADS).values(created_at=UPLOADS.c.created_at - TWO_DAYS))
    assert uploads.sweep() == 2
    assert orphans.sweep() == 1
    assert [blobs.exists(digest) for digest in (used, unused)] == [True, False]


def test_what_is_renewed_is_safe_for_another_day(
    jobs: SqlJobs, blobs: FileBlobs, folder: Path, orphans: Orphans
) -> None:
    admitted(jobs)
    digest = put(blobs, folder, b"about to be sent")
    assert blobs.renew(digest)
    assert orphans.sweep() == 0
    assert not blobs.renew("0" * 64)
    assert not blobs.renew("../../x")


def test_what_is_younger_than_a_day_may_be_about_to_be_named(
    jobs: SqlJobs, blobs: FileBlobs, folder: Path, orphans: Orphans
) -> None:
    admitted(jobs)
    young = put(blobs, folder, b"young", age=23 * 3600.0)
    assert orphans.sweep() == 0
    assert blobs.exists(young)


def test_putting_an_old_orphan_again_makes_it_young(
    jobs: SqlJobs, blobs: FileBlobs, folder: Path, orphans: Orphans
) -> None:
    admitted(jobs)
    digest = put(blobs, folder, b"uploaded again")
    blobs.put(b"uploaded again")
    assert orphans.sweep() == 0
    assert blobs.exists(digest)


def test_a_blob_that_is_put_again_while_the_sweep_runs_survives_it(blobs: FileBlobs, folder: Path) -> None:
    digest = put(blobs, folder, b"in the nick of time")

    def nothing_is_in_use_but_somebody_comes() -> frozenset[str]:
        blobs.put(b"in the nick of time")
        return frozenset()

    assert blobs.sweep_orphans(nothing_is_in_use_but_somebody_comes) == 0
    assert blobs.is_intact(digest)


def test_previews_are_kept_for_a_day_unless_they_are_the_picture(
    jobs: SqlJobs, engine: Engine, blobs: FileBlobs, folder: Path, orphans: Orphans
) -> None:
    preview, picture = put(blobs, folder, b"preview"), put(blobs, folder, b"picture")
    _, attempt, token = submitted(jobs)
    for digest in (preview, picture):
        jobs.note_partial(attempt.id, token, digest, Partial(0, b"", "image/png"))
    drawn = NewPicture(digest=picture, mime_type="image/png", width=1, height=1, byte_size=7)
    jobs.settle(attempt.id, token, done(drawn))
    assert orphans.sweep() == 0
    execute(engine, sa.update(JOB_EVENTS).values(at=JOB_EVENTS.c.at - TWO_DAYS))
    assert orphans.sweep() == 1
    assert [blobs.exists(digest) for digest in (preview, picture)] == [False, True]


def renamed(engine: Engine, name: str) -> None:
    """Make it another database, with the same rows."""
    execute(engine, sa.update(INSTALLATION).values(id=name))


@pytest.fixture
def own_name(engine: Engine) -> Iterator[str]:
    with reading(engine) as connection:
        name = connection.execute(sa.select(INSTALLATION.c.id)).scalar_one()
    yield name
    renamed(engine, name)


def test_another_database_over_the_same_folder_removes_nothing_even_with_the_same_jobs(
    jobs: SqlJobs, engine: Engine, blobs: FileBlobs, folder: Path, orphans: Orphans, own_name: str
) -> None:
    admitted(jobs)
    orphans.sweep()
    digest = put(blobs, folder, b"a picture of the first database")
    renamed(engine, "f" * 32)  # what an import makes of an empty one
    with pytest.raises(RuntimeError, match="another database"):
        orphans.sweep()
    assert blobs.exists(digest)
    renamed(engine, own_name)
    assert orphans.sweep() == 1


def test_a_database_without_a_single_job_removes_nothing_and_claims_nothing(
    blobs: FileBlobs, folder: Path, orphans: Orphans
) -> None:
    digest = put(blobs, folder, b"a picture of a database that is found again tomorrow")
    assert orphans.sweep() == 0
    assert blobs.exists(digest)
    assert not (folder / "database").exists()


def test_a_folder_that_an_earlier_release_marked_with_a_job_becomes_its_database_s_own(
    jobs: SqlJobs, engine: Engine, blobs: FileBlobs, folder: Path, orphans: Orphans, own_name: str
) -> None:
    (folder / "database").write_text(admitted(jobs).id)
    put(blobs, folder, b"nobody's")
    assert orphans.sweep() == 1
    assert (folder / "database").read_text() == own_name
    (folder / "database").write_text("0" * 26)
    with pytest.raises(RuntimeError, match="another database"):
        orphans.sweep()


def test_every_column_that_names_a_blob_is_known() -> None:
    named = {f"{column.table.name}.{column.name}" for column in digest_columns()}
    assert "pictures.digest" in named
    assert not {name for name in named if "secret" in name}
