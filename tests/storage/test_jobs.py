"""Jobs are found by their owner only, page by page, exactly as they were asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.ids import new_id
from app.domain.jobs import Job
from app.domain.requests import Edit, Generate, InputPicture, Vary
from app.storage.jobs import SqlJobs
from app.storage.schema import ATTEMPTS, JOBS, PICTURES
from tests.storage.making import ALICE, BOB, BUSY, PICTURE, admitted, claimed, done, submitted, unknown

ODD_PROMPTS = {
    "every ASCII character": "".join(map(chr, range(128))),
    "NUL": "\x00",
    "line ends": "\r\n\r\n \u2028\u2029\x85",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "right to left": "قط سيامي أبيض \u202e",
    "not normalised": "e\u0301 \u1e9b\u0323",
    "a lone surrogate": "\ud800 and \udfff",
    "noncharacters": "\ufffe\uffff\U0010ffff\U0010ffff000000",
    "byte order mark": "\ufeffcat",
    "quotes and wildcards": "'; DROP TABLE jobs; -- \"%_\\ :name ?",
    "blank": "   ",
    "long": "cat " * 8_000,
}


@pytest.mark.parametrize("prompt", ODD_PROMPTS.values(), ids=ODD_PROMPTS.keys())
def test_a_prompt_comes_back_byte_for_byte(jobs: SqlJobs, prompt: str) -> None:
    job = admitted(jobs, request=Generate(prompt=prompt, model="gpt-image-2", user=prompt), key="k")
    attempt, token = claimed(jobs, job)
    jobs.settle(attempt.id, token, done(replace(PICTURE, revised_prompt=prompt)))
    found = jobs.find(job.id)
    assert found is not None
    assert found.request == job.request
    assert found.pictures[0].prompt == prompt
    assert found.pictures[0].revised_prompt == prompt


def test_an_ordinary_prompt_is_kept_in_the_database_as_it_is(jobs: SqlJobs, engine: Engine) -> None:
    job, attempt, token = submitted(jobs, request=Generate(prompt="ein weißer Kater 🐈 \\ %", model="m"))
    jobs.settle(attempt.id, token, done())
    for column in (JOBS.c.prompt, PICTURES.c.prompt):
        with engine.connect() as connection:
            raw = connection.execute(sa.select(sa.cast(column, sa.Text)))
            assert raw.scalar_one() == "ein weißer Kater 🐈 \\ %"
    assert jobs.find(job.id) is not None


def test_every_kind_of_request_comes_back_equal(jobs: SqlJobs) -> None:
    picture = InputPicture("cd" * 32, "image/png", 64, 64, 100, has_alpha=True)
    for request in (
        Generate(prompt="a cat", model="gpt-image-2", n=2, output_compression=0, background="transparent"),
        Edit(prompt="a hat", model="gpt-image-2", images=(picture, picture), mask=picture),
        Vary(model="dall-e-2", images=(picture,), n=1),
    ):
        found = jobs.find(admitted(jobs, request=request).id)
        assert found is not None
        assert found.request == request


def test_a_job_is_hidden_from_everybody_but_its_owner(jobs: SqlJobs) -> None:
    job = admitted(jobs, owner=ALICE)
    assert jobs.find(job.id, ALICE) == job
    assert jobs.find(job.id, BOB) is None
    assert jobs.find("0" * 26) is None
    assert jobs.recent(BOB) == []


def test_pages_of_jobs_run_from_newest_to_oldest_without_gap_or_repeat(jobs: SqlJobs) -> None:
    made = [admitted(jobs, id=new_id(1_000_000.0 + number), calls=1 + number % 2) for number in range(7)]
    admitted(jobs, owner=BOB)
    pages = []
    before = None
    while page := jobs.recent(ALICE, before=before, limit=3):
        pages.append(len(page))
        assert page == made[-3:][::-1]
        del made[-3:]
        before = page[-1].id
    assert pages == [3, 3, 1]


def test_a_page_of_jobs_holds_the_pictures_of_each(jobs: SqlJobs) -> None:
    for pictures in (1, 2):
        _, attempt, token = submitted(jobs)
        jobs.settle(attempt.id, token, done(*[PICTURE] * pictures))
    page = jobs.recent(ALICE)
    assert sorted(len(job.pictures) for job in page) == [1, 2]
    assert all(job == jobs.find(job.id) for job in page)


def test_an_identical_job_is_the_newest_that_is_done(jobs: SqlJobs) -> None:
    ended: list[Job] = []
    for settlement in (done(), done(), unknown()):
        job, attempt, token = submitted(jobs, id=new_id(1_000.0 + len(ended)))
        ended.append(job)
        jobs.settle(attempt.id, token, settlement)
    found = jobs.find_identical(ALICE, ended[0].fingerprint, False)
    assert found is not None
    assert found.id == ended[1].id
    assert jobs.find_identical(ALICE, ended[0].fingerprint, True) is None
    assert jobs.find_identical(BOB, ended[0].fingerprint, False) is None
    assert jobs.find_identical(ALICE, "other", False) is None


def test_sendable_are_the_queued_and_the_due_and_nothing_else(jobs: SqlJobs) -> None:
    queued = admitted(jobs, calls=2)
    submitted(jobs)
    _, early, token = submitted(jobs)
    jobs.postpone(early.id, token, 60.0, BUSY)
    _, due, token = submitted(jobs)
    jobs.postpone(due.id, token, 0.0, BUSY)
    cancelled = admitted(jobs)
    jobs.cancel(cancelled.id, ALICE)
    assert jobs.sendable() == [queued.attempts[0].id, queued.attempts[1].id, due.id]
    assert jobs.sendable(limit=1) == [queued.attempts[0].id]


def test_an_attempt_is_found_with_the_token_that_settles_it(jobs: SqlJobs) -> None:
    _, attempt, token = submitted(jobs)
    jobs.settle(attempt.id, token, unknown())
    found = jobs.find_attempt(attempt.id)
    assert found is not None
    assert found.token == token
    assert jobs.find_attempt("0" * 26) is None


def test_a_second_attempt_with_the_same_place_in_a_job_is_impossible(jobs: SqlJobs, engine: Engine) -> None:
    job = admitted(jobs)
    with engine.connect() as connection:
        row = dict(connection.execute(sa.select(ATTEMPTS).where(ATTEMPTS.c.job_id == job.id)).mappings().one())
        with pytest.raises(sa.exc.IntegrityError):
            connection.execute(sa.insert(ATTEMPTS).values(row | {"id": new_id()}))
