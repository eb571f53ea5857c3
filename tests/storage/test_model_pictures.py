"""What a model drew beside a composite: found by its id, and nowhere else."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from app.domain.pictures import NewPicture, PictureFile
from app.domain.requests import Edit, Given, InputPicture
from app.storage.jobs import SqlJobs
from app.storage.library import SqlPictures
from tests.storage.making import ALICE, BOB, PICTURE, admitted, claimed, done, submitted

FACTS = {"mime_type": "image/png", "width": 8, "height": 6, "byte_size": 3}


def composite(letter: str, drift: float = 1.5) -> NewPicture:
    beside = PictureFile(digest=letter.upper() * 64, **FACTS)  # type: ignore[arg-type]
    return NewPicture(digest=letter * 64, drift=drift, model_picture=beside, **FACTS)  # type: ignore[arg-type]


def test_it_is_found_by_id_by_its_owner_alone_and_is_in_no_list(jobs: SqlJobs, engine: Engine) -> None:
    _, attempt, token = submitted(jobs)
    job = jobs.settle(attempt.id, token, done(composite("a", 2.25), PICTURE))
    assert job is not None
    kept, plain = job.pictures
    assert (kept.drift, plain.drift, plain.model_picture_id) == (2.25, None, None)
    library = SqlPictures(engine)
    assert kept.model_picture_id is not None
    beside = library.find(kept.model_picture_id, ALICE)
    assert beside is not None
    assert (beside.digest, beside.job_id, beside.prompt) == ("A" * 64, job.id, kept.prompt)
    assert library.find(kept.model_picture_id, BOB) is None
    assert {picture.id for picture in library.newest(ALICE, limit=60)} == {kept.id, plain.id}
    (again,) = jobs.recent(ALICE)
    assert again.pictures == job.pictures


def test_results_are_counted_without_gaps_over_several_calls(jobs: SqlJobs) -> None:
    job = admitted(jobs, calls=2)
    for ordinal, letters in enumerate(("ab", "cd")):
        attempt, token = claimed(jobs, job, ordinal)
        settled = jobs.settle(attempt.id, token, done(*map(composite, letters)))
    assert settled is not None
    assert [picture.ordinal for picture in settled.pictures] == [0, 1, 2, 3]
    found = jobs.find(job.id)
    assert found is not None
    assert [picture.digest[0] for picture in found.pictures] == ["a", "b", "c", "d"]


def test_what_was_given_is_in_the_jobs_row_as_it_was(jobs: SqlJobs) -> None:
    def an_input(letter: str) -> InputPicture:
        return InputPicture(digest=letter * 64, mime_type="image/png", width=8, height=6, byte_size=3)

    given = Given(
        images=(an_input("a"), an_input("b")),
        mask=an_input("c"),
        extended_from=an_input("d"),
        keep_unmasked=True,
        full_resolution=True,
        fitting={"source": [8, 6], "crop": [0, 0, 8, 6]},
    )
    job = admitted(jobs, request=Edit(prompt="x", model="gpt-image-2", images=(an_input("e"),), given=given))
    found = jobs.find(job.id)
    assert found is not None
    assert found.request == job.request
    assert found.request.given == given  # type: ignore[union-attr]


def test_a_variation_leaves_no_words_to_be_searched_for(jobs: SqlJobs) -> None:
    given = Given(images=(), wish="vary", strength="bold")
    _, attempt, token = submitted(jobs, request=Edit(prompt="words of ours", model="gpt-image-2", given=given))
    job = jobs.settle(attempt.id, token, done())
    assert job is not None
    assert job.pictures[0].prompt == ""
