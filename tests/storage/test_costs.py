"""The sum shown is the sum spent: settled, held and unknown, each to the micro-dollar."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.costs import Spending
from app.storage.costs import SqlCosts
from app.storage.jobs import SqlJobs
from app.storage.schema import ATTEMPTS, CHARGES
from tests.storage.making import ALICE, AT_MOST, BOB, ESTIMATE, admitted, done, execute, failed, submitted, unknown


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
