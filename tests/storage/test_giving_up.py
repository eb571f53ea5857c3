"""An attempt that waited too long is rejected, unless somebody has sent it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.jobs import State
from app.storage.jobs import SqlJobs
from app.storage.schema import JOBS
from tests.storage.making import AT_MOST, BUSY, admitted, claimed, execute, submitted


def age(engine: Engine, seconds: float) -> None:
    execute(engine, sa.update(JOBS).values(created_at=JOBS.c.created_at - seconds))


def test_a_job_of_ten_minutes_that_was_never_sent_is_given_up_and_owes_nothing(jobs: SqlJobs, engine: Engine) -> None:
    job = admitted(jobs)
    assert jobs.give_up(job.attempts[0].id, 600.0, BUSY) is None
    age(engine, 601.0)
    ended = jobs.give_up(job.attempts[0].id, 600.0, BUSY)
    assert ended is not None
    assert (ended.state, ended.held, ended.fault) == (State.REJECTED, 0, BUSY)
    assert ended == jobs.find(job.id)
    assert [event.kind for event in jobs.events(job.id)][-1] == "failed"


def test_one_that_waits_after_a_try_is_given_up_too(jobs: SqlJobs, engine: Engine) -> None:
    _, attempt, token = submitted(jobs)
    jobs.postpone(attempt.id, token, 60.0, BUSY)
    age(engine, 601.0)
    ended = jobs.give_up(attempt.id, 600.0, BUSY)
    assert ended is not None
    assert ended.state is State.REJECTED


def test_what_was_sent_has_ended_or_is_not_there_is_left_alone(jobs: SqlJobs, engine: Engine) -> None:
    job = admitted(jobs, calls=2)
    attempt, _ = claimed(jobs, job)
    age(engine, 601.0)
    assert jobs.give_up(attempt.id, 600.0, BUSY) is None
    assert jobs.give_up("0" * 26, 600.0, BUSY) is None
    other = jobs.give_up(job.attempts[1].id, 600.0, BUSY)
    assert other is not None
    assert (other.state, other.held) == (State.SUBMITTED, AT_MOST)
    assert jobs.give_up(job.attempts[1].id, 600.0, BUSY) is None
