"""Who finds that an unknown outcome was not billed gets its money back; nothing else changes."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.engine import Engine

from app.domain.costs import Caps, Spending
from app.domain.jobs import Job, State
from app.storage.attempts import RELEASED
from app.storage.costs import SqlCosts
from app.storage.jobs import SqlJobs
from tests.storage.making import ALICE, AT_MOST, BOB, a_new_job, admitted, claimed, done, submitted, unknown


def left_unknown(jobs: SqlJobs) -> tuple[Job, str, str]:
    """A job of one call that was never answered, the call's id and its token."""
    _, attempt, token = submitted(jobs)
    job = jobs.settle(attempt.id, token, unknown())
    assert job is not None
    return job, attempt.id, token


def test_a_released_hold_is_nothing_but_released(jobs: SqlJobs, engine: Engine) -> None:
    before, _, _ = left_unknown(jobs)
    after = jobs.release_hold(before.id, ALICE)
    assert after == replace(
        before, held=0, notes=(RELEASED,), attempts=tuple(replace(attempt, held=0) for attempt in before.attempts)
    )
    assert jobs.find(before.id) == after
    assert SqlCosts(engine).spending(since=0.0, practice=False) == Spending(0, 0, 0)


def test_a_release_is_told_in_the_log_which_ends_as_before(jobs: SqlJobs) -> None:
    job, _, _ = left_unknown(jobs)
    before = jobs.events(job.id)
    jobs.release_hold(job.id, ALICE)
    told = jobs.events(job.id)[len(before) :]
    assert [(event.kind, event.data) for event in told] == [
        ("state", {"state": "unknown", "ordinal": 0, "attempt_state": "unknown"}),
        (before[-1].kind, before[-1].data),
    ]


def test_releasing_twice_changes_nothing_more(jobs: SqlJobs) -> None:
    job, _, _ = left_unknown(jobs)
    once = jobs.release_hold(job.id, ALICE)
    events = jobs.events(job.id)
    assert jobs.release_hold(job.id, ALICE) == once
    assert jobs.events(job.id) == events


def test_only_the_owner_releases(jobs: SqlJobs) -> None:
    job, _, _ = left_unknown(jobs)
    assert jobs.release_hold(job.id, BOB) is None
    assert jobs.release_hold("0" * 26, ALICE) is None
    assert jobs.find(job.id) == job


def test_calls_that_are_open_or_known_keep_what_they_have(jobs: SqlJobs, engine: Engine) -> None:
    job = admitted(jobs, calls=4)
    for ordinal, settlement in ((0, done()), (1, unknown()), (2, None)):
        attempt, token = claimed(jobs, job, ordinal)
        if settlement is not None:
            jobs.settle(attempt.id, token, settlement)
    after = jobs.release_hold(job.id, ALICE)
    assert after is not None
    assert [attempt.held for attempt in after.attempts] == [0, 0, AT_MOST, AT_MOST]
    assert (after.state, after.finished_at) == (State.SUBMITTED, None)
    assert SqlCosts(engine).spending(since=0.0, practice=False) == Spending(5_950, 2 * AT_MOST, 0)


def test_a_job_without_unknown_outcomes_is_left_alone(jobs: SqlJobs) -> None:
    job = admitted(jobs)
    events = jobs.events(job.id)
    assert jobs.release_hold(job.id, ALICE) == job
    assert jobs.events(job.id) == events


def test_an_answer_that_is_found_after_the_release_is_kept_and_charged(jobs: SqlJobs, engine: Engine) -> None:
    job, attempt_id, token = left_unknown(jobs)
    jobs.release_hold(job.id, ALICE)
    found = jobs.settle(attempt_id, token, done(notes=("Late.",)))
    assert found is not None
    assert (found.state, found.cost, len(found.pictures)) == (State.DONE, 5_950, 1)
    assert found.notes == (RELEASED, "Late.")
    assert SqlCosts(engine).spending(since=0.0, practice=False) == Spending(5_950, 0, 0)


def test_released_money_can_be_spent_again(jobs: SqlJobs) -> None:
    job, _, _ = left_unknown(jobs)
    jobs.release_hold(job.id, ALICE)
    assert jobs.admit(a_new_job(), Caps(daily=AT_MOST, monthly=AT_MOST)).job.held == AT_MOST
