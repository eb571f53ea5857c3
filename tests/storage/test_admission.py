"""Nothing is admitted that a cap forbids, and one key is one job, however many ask at once."""

from __future__ import annotations

import threading
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.costs import Caps
from app.domain.errors import StudioError
from app.domain.jobs import Job, State
from app.domain.requests import Generate
from app.storage.clock import start_of_month
from app.storage.costs import SqlCosts
from app.storage.jobs import SqlJobs
from app.storage.schema import ATTEMPTS, CHARGES, JOBS
from tests.storage.making import (
    ALICE,
    AT_MOST,
    BOB,
    NO_CAPS,
    Child,
    a_new_job,
    admitted,
    claimed,
    done,
    execute,
    race,
    submitted,
    unknown,
)


def refusal(jobs: SqlJobs, caps: Caps, **wishes: object) -> StudioError:
    with pytest.raises(StudioError) as caught:
        jobs.admit(a_new_job(**wishes), caps)  # type: ignore[arg-type]  # passed through as they are
    return caught.value


def test_an_admitted_job_is_queued_with_its_price_held(jobs: SqlJobs) -> None:
    new = a_new_job(calls=3, warnings=("This model retires soon.",))
    admission = jobs.admit(new, NO_CAPS)
    assert not admission.replayed
    job = admission.job
    assert (job.id, job.state, job.held, job.cost) == (new.id, State.QUEUED, 3 * AT_MOST, None)
    assert [attempt.ordinal for attempt in job.attempts] == [0, 1, 2]
    assert job.notes == ("This model retires soon.",)
    assert jobs.find(job.id) == job


def test_what_admission_returns_is_what_a_reader_finds_after_every_move(jobs: SqlJobs) -> None:
    job, attempt, token = submitted(jobs, calls=2)
    assert jobs.settle(attempt.id, token, done(notes=("One note.",))) == jobs.find(job.id)
    assert jobs.cancel(job.id, ALICE) == jobs.find(job.id)


def test_a_job_that_just_fits_under_the_cap_is_admitted_and_the_next_is_not(jobs: SqlJobs) -> None:
    caps = Caps(daily=2 * AT_MOST)
    jobs.admit(a_new_job(), caps)
    jobs.admit(a_new_job(), caps)
    assert refusal(jobs, caps).fault.code == "budget_exceeded"


def test_a_refusal_says_which_cap_and_what_is_left_and_writes_nothing(jobs: SqlJobs) -> None:
    job, attempt, token = submitted(jobs)
    jobs.settle(attempt.id, token, done(cost=4_000))
    fault = refusal(jobs, Caps(daily=1_000_000, monthly=10_000), calls=2).fault
    assert fault.details == {
        "cap": "monthly",
        "limit_usd": "0.010000",
        "left_usd": "0.006000",
        "needs_usd": "0.014000",
    }
    assert "monthly" in fault.message
    assert "$0.006000" in fault.message
    assert [found.id for found in jobs.recent(ALICE)] == [job.id]


def test_holds_of_every_open_job_count_against_the_cap_whatever_their_age(jobs: SqlJobs, engine: Engine) -> None:
    admitted(jobs)
    execute(engine, sa.update(ATTEMPTS).values(created_at=0.0))
    assert refusal(jobs, Caps(daily=2 * AT_MOST - 1)).fault.details["left_usd"] == "0.006999"


def test_an_unknown_outcome_counts_in_the_window_of_its_creation(jobs: SqlJobs, engine: Engine) -> None:
    _, attempt, token = submitted(jobs)
    jobs.settle(attempt.id, token, unknown())
    caps = Caps(daily=AT_MOST)
    assert refusal(jobs, caps).fault.code == "budget_exceeded"
    execute(engine, sa.update(ATTEMPTS).values(created_at=0.0))
    jobs.admit(a_new_job(), caps)


def test_charges_of_earlier_windows_do_not_count(jobs: SqlJobs, engine: Engine) -> None:
    _, attempt, token = submitted(jobs)
    jobs.settle(attempt.id, token, done(cost=AT_MOST))
    caps = Caps(daily=AT_MOST, monthly=AT_MOST)
    assert refusal(jobs, caps).fault.code == "budget_exceeded"
    execute(engine, sa.update(CHARGES).values(at=CHARGES.c.at - 32 * 86_400))
    jobs.admit(a_new_job(), caps)


def test_the_month_counts_from_its_first_moment_and_not_a_moment_earlier(jobs: SqlJobs, engine: Engine) -> None:
    _, attempt, token = submitted(jobs)
    settled = jobs.settle(attempt.id, token, done(cost=AT_MOST))
    assert settled is not None
    begin = start_of_month(settled.created_at)
    caps = Caps(monthly=AT_MOST)
    execute(engine, sa.update(CHARGES).values(at=begin))
    assert refusal(jobs, caps).fault.code == "budget_exceeded"
    execute(engine, sa.update(CHARGES).values(at=begin - 0.001))
    jobs.admit(a_new_job(), caps)


def test_practice_money_never_eats_the_real_budget(jobs: SqlJobs) -> None:
    caps = Caps(daily=AT_MOST)
    jobs.admit(a_new_job(practice=True), caps)
    jobs.admit(a_new_job(practice=False), caps)
    assert refusal(jobs, caps, practice=True).fault.code == "budget_exceeded"


def test_the_same_key_and_request_lead_to_the_same_job_in_any_state(jobs: SqlJobs) -> None:
    job = admitted(jobs, key="k")
    attempt, token = claimed(jobs, job)
    jobs.settle(attempt.id, token, done())
    again = jobs.admit(a_new_job(key="k"), Caps(daily=0))
    assert again.replayed
    assert again.job == jobs.find(job.id)


def test_the_same_key_with_another_request_is_refused_and_names_the_first_job(jobs: SqlJobs) -> None:
    job = admitted(jobs, key="k")
    error = refusal(jobs, NO_CAPS, key="k", request=Generate(prompt="a dog", model="gpt-image-2"))
    assert error.fault.code == "idempotency_mismatch"
    assert error.job_id == job.id


def test_a_key_belongs_to_its_owner(jobs: SqlJobs) -> None:
    job = admitted(jobs, key="k", owner=ALICE)
    assert not jobs.admit(a_new_job(key="k", owner=BOB), NO_CAPS).replayed
    found = jobs.find_by_key(ALICE, "k")
    assert found is not None
    assert found.id == job.id
    assert jobs.find_by_key(ALICE, "other") is None


def test_jobs_without_a_key_are_never_taken_for_each_other(jobs: SqlJobs) -> None:
    assert admitted(jobs).id != admitted(jobs).id


def test_of_two_hundred_at_once_exactly_the_fifty_that_fit_are_admitted(
    url: str, data_dir: Path, engine: Engine
) -> None:
    wishes = {"count": 100, "threads": 16, "daily": 50 * AT_MOST, "key": None}
    outcomes = [*chain(*race(*(Child("admit", url, data_dir, **wishes) for _ in range(2))))]
    assert outcomes.count("budget_exceeded") == 150
    assert SqlCosts(engine).spending(since=0.0, practice=False).held == 50 * AT_MOST


def test_fifty_at_once_with_one_key_are_one_job(url: str, data_dir: Path, engine: Engine) -> None:
    wishes = {"count": 25, "threads": 16, "daily": None, "key": "k"}
    outcomes = [*chain(*race(*(Child("admit", url, data_dir, **wishes) for _ in range(2))))]
    assert len(outcomes) == 50
    assert len(set(outcomes)) == 1
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(JOBS)).scalar_one() == 1


def test_who_is_set_going_can_claim_at_once_and_is_no_surer_of_the_job_than_the_disk(
    jobs: SqlJobs, engine: Engine
) -> None:
    claims: list[Any] = []
    refuses = False

    def refuse(_: object) -> None:
        if refuses:
            raise sa.exc.OperationalError("COMMIT", None, RuntimeError("disk I/O error"))

    def claim(job: Job) -> None:
        try:
            claims.append(jobs.claim(job.attempts[0].id, "a runner", 60.0))
        except sa.exc.OperationalError:
            claims.append("undone")

    threads: list[threading.Thread] = []

    def set_going(job: Job) -> None:
        threads.append(threading.Thread(target=claim, args=(job,)))
        threads[-1].start()

    sa.event.listen(engine, "commit", refuse)
    job = jobs.admit(a_new_job(), NO_CAPS, set_going).job
    threads[0].join()
    assert claims[0][1] == jobs.find(job.id)
    assert jobs.find(job.id).state is State.SUBMITTED  # type: ignore[union-attr]

    refuses = True
    with pytest.raises(StudioError):
        jobs.admit(a_new_job(id="0" * 26), NO_CAPS, set_going)
    refuses = False
    for thread in threads:
        thread.join()
    assert claims[1:] in ([], [None], ["undone"])
    assert jobs.find("0" * 26) is None


def test_a_replay_sets_nothing_going(jobs: SqlJobs) -> None:
    going: list[Job] = []
    for _ in range(2):
        jobs.admit(a_new_job(key="k"), NO_CAPS, going.append)
    assert len(going) == 1


def test_a_database_that_takes_nothing_is_not_ready_and_says_that_nothing_was_sent(engine: Engine) -> None:
    read_only = {"sqlite": "PRAGMA query_only=ON", "postgresql": "SET default_transaction_read_only = on"}

    def take_nothing(connection: Any, _: object) -> None:
        connection.execute(read_only[engine.dialect.name])
        connection.commit()

    sa.event.listen(engine, "connect", take_nothing)
    with pytest.raises(StudioError) as caught:
        SqlJobs(engine).admit(a_new_job(), NO_CAPS)
    assert (caught.value.fault.code, caught.value.fault.retryable) == ("not_ready", True)
