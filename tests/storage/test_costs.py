"""The sum shown is the sum spent: settled, held and unknown, each to the micro-dollar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.costs import Spending
from app.domain.jobs import Job
from app.domain.requests import Generate
from app.domain.statement import DayTotal, LedgerLine, ModelTotal, UnknownOutcome
from app.storage.costs import SqlCosts
from app.storage.jobs import SqlJobs
from app.storage.schema import ATTEMPTS, CHARGES
from tests.storage.making import (
    ALICE,
    AT_MOST,
    BOB,
    ESTIMATE,
    USAGE,
    admitted,
    claimed,
    done,
    execute,
    failed,
    submitted,
    unknown,
)

FOREVER = float("inf")


def charged(jobs: SqlJobs, cost: int = 5_950, **wishes: object) -> Job:
    """A job of one call that was settled at `cost`."""
    job, attempt, token = submitted(jobs, **wishes)
    jobs.settle(attempt.id, token, done(cost=cost))
    return job


def move_charge(engine: Engine, job: Job, days: int) -> None:
    """Let a job's charge have been made so many days ago."""
    day = (datetime.now(UTC).date() - timedelta(days=days)).isoformat()
    statement = sa.update(CHARGES).where(CHARGES.c.job_id == job.id)
    execute(engine, statement.values(at=CHARGES.c.at - days * 86_400, day=day))


def test_spending_tells_settled_held_and_unknown_apart(jobs: SqlJobs, engine: Engine) -> None:
    for settlement in (done(cost=1), failed(), unknown(), None):
        _, attempt, token = submitted(jobs)
        if settlement is not None:
            jobs.settle(attempt.id, token, settlement)
    admitted(jobs)
    spending = SqlCosts(engine).spending(since=0.0, practice=False)
    assert spending == Spending(settled=1 + ESTIMATE, held=2 * AT_MOST, unknown=AT_MOST)


def test_an_empty_ledger_sums_to_nothing(engine: Engine) -> None:
    assert SqlCosts(engine).spending(since=0.0, practice=False) == Spending(0, 0, 0)


def test_spending_is_told_per_owner_and_practice_apart_from_money(jobs: SqlJobs, engine: Engine) -> None:
    for owner, practice, cost in ((ALICE, False, 1), (BOB, False, 10), (ALICE, True, 100)):
        _, attempt, token = submitted(jobs, owner=owner, practice=practice)
        jobs.settle(attempt.id, token, done(cost=cost))
        submitted(jobs, owner=owner, practice=practice, at_most=cost)
    costs = SqlCosts(engine)
    assert costs.spending(since=0.0, practice=False) == Spending(11, 11, 0)
    assert costs.spending(since=0.0, practice=False, owner=ALICE) == Spending(1, 1, 0)
    assert costs.spending(since=0.0, practice=True) == Spending(100, 100, 0)


def test_a_window_leaves_out_old_charges_and_old_unknown_outcomes_but_no_open_hold(
    jobs: SqlJobs, engine: Engine
) -> None:
    for settlement in (done(), unknown(), None):
        _, attempt, token = submitted(jobs)
        if settlement is not None:
            jobs.settle(attempt.id, token, settlement)
    execute(engine, sa.update(CHARGES).values(at=1_000.0))
    execute(engine, sa.update(ATTEMPTS).values(created_at=1_000.0))
    costs = SqlCosts(engine)
    assert costs.spending(since=1_000.0, practice=False) == Spending(5_950, AT_MOST, AT_MOST)
    assert costs.spending(since=1_000.1, practice=False) == Spending(0, AT_MOST, 0)


def test_sums_beyond_four_bytes_are_exact(jobs: SqlJobs, engine: Engine) -> None:
    for _ in range(2):
        _, attempt, token = submitted(jobs, at_most=9_000_000_000_000_001)
        jobs.settle(attempt.id, token, done(cost=9_000_000_000_000_001))
    assert SqlCosts(engine).spending(since=0.0, practice=False).settled == 18_000_000_000_000_002


def test_a_statement_tells_today_this_month_and_all_time_apart(jobs: SqlJobs, engine: Engine) -> None:
    for cost, days in ((1, 0), (10, 40), (100, 400)):
        move_charge(engine, charged(jobs, cost), days)
    _, attempt, token = submitted(jobs)
    jobs.settle(attempt.id, token, unknown())
    execute(engine, sa.update(ATTEMPTS).where(ATTEMPTS.c.id == attempt.id).values(created_at=1_000.0))
    admitted(jobs)
    charged(jobs, 1_000, practice=True)
    statement = SqlCosts(engine).statement(practice=False, days=30)
    assert statement.today == Spending(1, AT_MOST, 0)
    assert statement.month == Spending(1, AT_MOST, 0)
    assert statement.ever == Spending(111, AT_MOST, AT_MOST)
    assert statement.first is not None
    assert 400 * 86_400 <= statement.now - statement.first < 401 * 86_400


def test_a_statement_of_nothing_is_empty(jobs: SqlJobs, engine: Engine) -> None:
    charged(jobs, practice=True)
    statement = SqlCosts(engine).statement(practice=False, days=30)
    assert statement.ever == Spending(0, 0, 0)
    assert (statement.first, statement.by_model, statement.by_day) == (None, (), ())


def test_the_last_days_are_told_by_day_and_by_model_dearest_first(jobs: SqlJobs, engine: Engine) -> None:
    other = Generate(prompt="a dog", model="gpt-image-1")
    today = datetime.now(UTC).date()
    for cost, days, request in ((1, 0, None), (2, 0, other), (40, 2, other), (800, 3, None)):
        move_charge(engine, charged(jobs, cost, request=request), days)
    statement = SqlCosts(engine).statement(practice=False, days=3)
    assert statement.by_day == (
        DayTotal(today - timedelta(days=2), 40, 1),
        DayTotal(today, 3, 2),
    )
    assert statement.by_model == (ModelTotal("gpt-image-1", 42, 2, 2), ModelTotal("gpt-image-2", 1, 1, 1))


def test_unknown_outcomes_are_told_to_their_owner_newest_first_while_they_hold_money(
    jobs: SqlJobs, engine: Engine
) -> None:
    first, second, released, strange = (
        admitted(jobs, calls=2),
        admitted(jobs),
        admitted(jobs),
        admitted(jobs, owner=BOB),
    )
    for job in (first, second, released, strange, admitted(jobs, practice=True)):
        for ordinal in range(len(job.attempts)):
            attempt, token = claimed(jobs, job, ordinal)
            jobs.settle(attempt.id, token, unknown())
    jobs.release_hold(released.id, ALICE)
    charged(jobs)
    admitted(jobs)
    found = SqlCosts(engine).unknown(ALICE, practice=False)
    assert list(found) == [
        UnknownOutcome(
            job_id=job.id,
            prompt="a white siamese cat",
            model="gpt-image-2",
            created_at=job.created_at,
            held=AT_MOST * len(job.attempts),
        )
        for job in (second, first)
    ]
    assert [one.job_id for one in SqlCosts(engine).unknown(ALICE, practice=False, limit=1)] == [second.id]


def test_one_unknown_call_of_a_job_that_is_done_still_waits_for_an_answer(jobs: SqlJobs, engine: Engine) -> None:
    job = admitted(jobs, calls=2)
    for ordinal, settlement in enumerate((done(), unknown())):
        attempt, token = claimed(jobs, job, ordinal)
        jobs.settle(attempt.id, token, settlement)
    assert [(one.job_id, one.held) for one in SqlCosts(engine).unknown(ALICE, practice=False)] == [(job.id, AT_MOST)]


@pytest.mark.parametrize("at_once", [1, 2, 3, 500])
def test_lines_come_once_each_oldest_first_however_they_are_paged(jobs: SqlJobs, engine: Engine, at_once: int) -> None:
    made = [charged(jobs, cost) for cost in (5, 3, 4)]
    same_moment = sa.update(CHARGES).where(CHARGES.c.job_id.in_([job.id for job in made[1:]])).values(at=2_000.0)
    execute(engine, same_moment)
    execute(engine, sa.update(CHARGES).where(CHARGES.c.job_id == made[0].id).values(at=1_000.0))
    charged(jobs, practice=True)
    costs = SqlCosts(engine, lines_at_once=at_once)

    def told(since: float, until: float) -> list[int]:
        lines = costs.lines(since=since, until=until, practice=False)
        return [line.amount for line in islice(lines, 10)]  # pages that repeat would never end

    assert told(0.0, FOREVER) == [5, 3, 4]
    assert told(1_000.1, FOREVER) == [3, 4]
    assert told(1_000.0, 2_000.0) == [5]


def test_a_line_tells_what_was_charged_for_what(jobs: SqlJobs, engine: Engine) -> None:
    job = charged(jobs)
    _, attempt, token = submitted(jobs)
    jobs.settle(attempt.id, token, failed())
    first, second = SqlCosts(engine).lines(since=0.0, until=FOREVER, practice=False)
    assert first == LedgerLine(
        at=first.at,
        job_id=job.id,
        model="gpt-image-2",
        kind="generate",
        pictures=1,
        amount=5_950,
        basis="usage",
        usage=USAGE,
    )
    assert (second.amount, second.basis, second.usage) == (ESTIMATE, "estimate", None)
    assert first.at <= second.at


def test_a_slow_reader_of_lines_keeps_no_writer_waiting(jobs: SqlJobs, engine: Engine) -> None:
    for _ in range(3):
        charged(jobs)
    lines = SqlCosts(engine, lines_at_once=1).lines(since=0.0, until=FOREVER, practice=False)
    next(lines)
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # the pool in use counts
    charged(jobs)
    assert len(list(lines)) == 3
