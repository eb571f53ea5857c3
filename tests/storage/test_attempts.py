"""A paid call is claimed once, fenced by its token, and ends once; its money moves with it."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.costs import Usage
from app.domain.errors import Fault
from app.domain.jobs import Attempt, Job, Resolved, Settlement, State
from app.domain.sentences import Sentence, say
from app.storage import attempts
from app.storage.costs import SqlCosts
from app.storage.engine import writing
from app.storage.jobs import SqlJobs
from app.storage.schema import ATTEMPTS, CHARGES
from tests.storage.making import (
    ALICE,
    AT_MOST,
    BAD_ANSWER,
    BOB,
    BUSY,
    ESTIMATE,
    NO_ANSWER,
    PICTURE,
    REFUSED,
    USAGE,
    Child,
    admitted,
    claimed,
    done,
    execute,
    failed,
    race,
    rejected,
    submitted,
    unknown,
)


def found(jobs: SqlJobs, job: Job) -> Job:
    current = jobs.find(job.id)
    assert current is not None
    return current


def test_a_claim_marks_the_attempt_and_its_job_submitted(jobs: SqlJobs) -> None:
    job = admitted(jobs)
    attempt, token = claimed(jobs, job)
    current = found(jobs, job)
    assert current.state is State.SUBMITTED
    assert current.attempts == (attempt,)
    assert (attempt.tries, attempt.held) == (1, AT_MOST)
    assert current.submitted_at == attempt.submitted_at
    assert attempt.submitted_at is not None
    assert attempt.submitted_at >= current.created_at
    assert len(token) == 32


def test_an_attempt_is_claimed_once(jobs: SqlJobs) -> None:
    job, attempt, _ = submitted(jobs)
    assert jobs.claim(attempt.id, "another", 60.0) is None
    assert found(jobs, job).attempts == (attempt,)


def test_nothing_is_claimed_that_does_not_exist(jobs: SqlJobs) -> None:
    assert jobs.claim("0" * 26, "a runner", 60.0) is None


def test_two_processes_never_claim_the_same_attempt(url: str, data_dir: Path, jobs: SqlJobs) -> None:
    ids = [admitted(jobs).attempts[0].id for _ in range(40)]
    one, two = race(*(Child("claim", url, data_dir, attempts=ids) for _ in range(2)))
    assert sorted(one + two) == sorted(ids)


def test_a_claim_outlives_the_process_that_made_it(url: str, data_dir: Path, jobs: SqlJobs) -> None:
    job = admitted(jobs)
    child = Child("claim", url, data_dir, attempts=[job.attempts[0].id])
    child.go()
    assert child.read_line() == [job.attempts[0].id]
    child.kill_after(0.0)
    assert found(jobs, job).state is State.SUBMITTED


def test_a_lease_that_ran_out_shows_up_until_its_runner_renews_it(jobs: SqlJobs) -> None:
    attempt, _ = claimed(jobs, admitted(jobs), lease=-1.0)
    other, _ = claimed(jobs, admitted(jobs), lease=-1.0, runner="another runner")
    claimed(jobs, admitted(jobs), lease=60.0)
    assert [expired.id for expired in jobs.expired()] == [attempt.id, other.id]
    assert [expired.id for expired in jobs.expired(limit=1)] == [attempt.id]
    jobs.renew("a runner", [attempt.id, other.id], 60.0)
    assert [expired.id for expired in jobs.expired()] == [other.id]
    jobs.renew("another runner", [], 60.0)
    assert [expired.id for expired in jobs.expired()] == [other.id]


def test_what_was_not_sent_or_has_ended_has_no_lease_to_run_out(jobs: SqlJobs) -> None:
    admitted(jobs)
    _, attempt, token = submitted(jobs)
    jobs.settle(attempt.id, token, unknown())
    jobs.renew("a runner", [attempt.id], -60.0)
    assert jobs.expired() == []


def test_an_attempt_left_behind_is_taken_over_once_and_its_old_token_is_worth_nothing(jobs: SqlJobs) -> None:
    job = admitted(jobs)
    attempt, token = claimed(jobs, job, lease=-1.0)
    events = jobs.events(job.id)
    assert jobs.take_over(attempt.id, "not its token", "another runner", 60.0) is None
    taken = jobs.take_over(attempt.id, token, "another runner", 60.0)
    assert taken is not None
    assert (taken.state, taken.tries, taken.held) == (State.SUBMITTED, 1, AT_MOST)
    assert jobs.take_over(attempt.id, token, "a third runner", 60.0) is None
    assert jobs.settle(attempt.id, token, done()) is None
    jobs.renew("a runner", [attempt.id], -60.0)
    assert jobs.expired() == []
    assert jobs.events(job.id) == events
    assert taken.token is not None
    assert jobs.settle(attempt.id, taken.token, done()) is not None


def test_a_lease_that_was_renewed_in_time_protects_from_a_take_over(jobs: SqlJobs) -> None:
    job, attempt, token = submitted(jobs)
    assert jobs.take_over(attempt.id, token, "another runner", 60.0) is None
    assert jobs.take_over("0" * 26, token, "another runner", 60.0) is None
    assert found(jobs, job).attempts == (attempt,)


def test_a_postponed_attempt_waits_keeps_its_hold_and_takes_the_token_away(jobs: SqlJobs) -> None:
    job, attempt, token = submitted(jobs)
    assert jobs.postpone(attempt.id, token, 60.0, BUSY)
    current = found(jobs, job)
    assert (current.state, current.held, current.fault) == (State.WAITING, AT_MOST, None)
    assert jobs.claim(attempt.id, "too early", 60.0) is None
    assert jobs.settle(attempt.id, token, rejected()) is None
    assert not jobs.postpone(attempt.id, token, 60.0, BUSY)


def test_a_waiting_attempt_is_claimed_again_once_due_under_a_fresh_token(jobs: SqlJobs) -> None:
    job, attempt, token = submitted(jobs)
    jobs.postpone(attempt.id, token, 0.0, BUSY)
    again, fresh = claimed(jobs, job)
    assert again.tries == 2
    assert fresh != token
    assert found(jobs, job).submitted_at == attempt.submitted_at


def test_whoever_holds_an_older_token_can_no_longer_write(jobs: SqlJobs) -> None:
    job, attempt, token = submitted(jobs)
    jobs.postpone(attempt.id, token, 0.0, BUSY)
    claimed(jobs, job)
    before = found(jobs, job), jobs.events(job.id)
    assert jobs.settle(attempt.id, token, done()) is None
    assert not jobs.postpone(attempt.id, token, 60.0, BUSY)
    assert (found(jobs, job), jobs.events(job.id)) == before


def test_done_keeps_the_pictures_settles_the_cost_and_releases_the_hold(jobs: SqlJobs) -> None:
    job, attempt, token = submitted(jobs)
    settled = jobs.settle(attempt.id, token, done(notes=("A note.",)))
    assert settled == found(jobs, job)
    assert settled is not None
    assert (settled.state, settled.held, settled.cost, settled.basis) == (State.DONE, 0, 5_950, "usage")
    assert settled.usage == USAGE
    assert settled.resolved == Resolved(model="gpt-image-2", size="1024x1024")
    assert settled.notes == ("A note.",)
    assert settled.fault is None
    assert settled.finished_at is not None
    (picture,) = settled.pictures
    assert (picture.digest, picture.owner, picture.ordinal) == (PICTURE.digest, ALICE, 0)
    assert (picture.prompt, picture.model) == ("a white siamese cat", "gpt-image-2")
    assert settled.attempts[0].upstream_request_id == "req_1"


def test_an_attempt_is_settled_once(jobs: SqlJobs, engine: Engine) -> None:
    job, attempt, token = submitted(jobs)
    first = jobs.settle(attempt.id, token, done())
    assert jobs.settle(attempt.id, token, done()) is None
    assert jobs.settle(attempt.id, token, failed()) is None
    assert found(jobs, job) == first
    assert SqlCosts(engine).spending(since=0.0, practice=False).settled == 5_950


def test_the_ledger_itself_refuses_a_second_charge_for_an_attempt(jobs: SqlJobs, engine: Engine) -> None:
    _, attempt, token = submitted(jobs)
    jobs.settle(attempt.id, token, done())
    with engine.connect() as connection:
        charge = dict(connection.execute(sa.select(CHARGES)).mappings().one())
    with pytest.raises(sa.exc.IntegrityError):
        execute(engine, sa.insert(CHARGES).values(charge | {"id": "0" * 26}))


@pytest.mark.parametrize("settlement", [done(), rejected(), failed(), unknown()], ids=lambda one: one.state)
def test_an_attempt_that_was_never_sent_has_no_token_to_settle_it_with(jobs: SqlJobs, settlement: Settlement) -> None:
    job = admitted(jobs)
    assert jobs.settle(job.attempts[0].id, "", settlement) is None
    assert found(jobs, job) == job


@pytest.mark.parametrize("state", [State.QUEUED, State.SUBMITTED, State.WAITING])
def test_a_settlement_must_be_an_end(jobs: SqlJobs, state: State) -> None:
    _, attempt, token = submitted(jobs)
    with pytest.raises(ValueError, match="cannot end"):
        jobs.settle(attempt.id, token, Settlement(state=state))


def test_a_call_that_was_sent_cannot_be_settled_as_cancelled(jobs: SqlJobs) -> None:
    job, attempt, token = submitted(jobs)
    assert jobs.settle(attempt.id, token, Settlement(state=State.CANCELLED)) is None
    assert found(jobs, job).held == AT_MOST


def test_a_rejected_call_owes_nothing(jobs: SqlJobs, engine: Engine) -> None:
    _, attempt, token = submitted(jobs)
    job = jobs.settle(attempt.id, token, rejected())
    assert job is not None
    assert (job.state, job.held, job.cost, job.basis, job.fault) == (State.REJECTED, 0, None, "none", REFUSED)
    assert SqlCosts(engine).spending(since=0.0, practice=False).committed == 0


def test_what_was_said_of_a_call_is_kept_so_that_it_can_be_told_in_every_language(jobs: SqlJobs) -> None:
    _, attempt, token = submitted(jobs)
    message, note = say("It says: {words}", words="猫"), say("{asked} asked, {count} came.", asked=3, count=2)
    fault = Fault("upstream_bad_response", message, may_have_cost=True)
    jobs.settle(attempt.id, token, replace(failed(), fault=fault, notes=(note, "Kept by an earlier release.")))
    job = jobs.find(attempt.job_id)
    assert job is not None
    assert job.fault is not None
    assert (job.fault, job.notes) == (fault, (note, "Kept by an earlier release."))
    for kept, said in ((job.fault.message, message), (job.notes[0], note)):
        assert isinstance(kept, Sentence)
        assert (kept.template, kept.values) == (said.template, said.values)


def test_a_failed_call_is_charged_and_says_why(jobs: SqlJobs) -> None:
    _, attempt, token = submitted(jobs)
    job = jobs.settle(attempt.id, token, failed())
    assert job is not None
    assert (job.state, job.held, job.cost, job.fault) == (State.FAILED, 0, ESTIMATE, BAD_ANSWER)


def test_an_unknown_outcome_keeps_its_hold(jobs: SqlJobs) -> None:
    _, attempt, token = submitted(jobs)
    job = jobs.settle(attempt.id, token, unknown())
    assert job is not None
    assert (job.state, job.held, job.cost, job.fault) == (State.UNKNOWN, AT_MOST, None, NO_ANSWER)


def test_a_late_answer_turns_an_unknown_outcome_into_a_known_one(jobs: SqlJobs) -> None:
    _, attempt, token = submitted(jobs)
    jobs.settle(attempt.id, token, unknown())
    assert jobs.settle(attempt.id, "not the token", done()) is None
    job = jobs.settle(attempt.id, token, done())
    assert job is not None
    assert (job.state, job.held, job.cost, job.fault) == (State.DONE, 0, 5_950, None)
    assert len(job.pictures) == 1


@pytest.mark.parametrize("settlement", [rejected(), unknown()], ids=lambda one: one.state)
def test_an_unknown_outcome_never_becomes_free_or_unknown_again(jobs: SqlJobs, settlement: Settlement) -> None:
    _, attempt, token = submitted(jobs)
    before = jobs.settle(attempt.id, token, unknown())
    assert before is not None
    assert jobs.settle(attempt.id, token, settlement) is None
    assert found(jobs, before) == before


def test_a_job_of_three_calls_brings_what_came_and_tells_what_did_not(jobs: SqlJobs) -> None:
    job = admitted(jobs, calls=3)
    tokens = [claimed(jobs, job, ordinal) for ordinal in range(3)]
    jobs.settle(tokens[2][0].id, tokens[2][1], done(cost=100, notes=("Third.",)))
    open_job = jobs.settle(tokens[1][0].id, tokens[1][1], failed())
    assert open_job is not None
    assert (open_job.state, open_job.fault, open_job.finished_at) == (State.SUBMITTED, None, None)
    assert open_job.held == AT_MOST
    ended = jobs.settle(tokens[0][0].id, tokens[0][1], done(cost=10, usage=None, basis="estimate", notes=("First.",)))
    assert ended is not None
    assert (ended.state, ended.fault, ended.held) == (State.DONE, BAD_ANSWER, 0)
    assert (ended.cost, ended.basis) == (110 + ESTIMATE, "estimate")
    assert ended.usage == USAGE
    assert [picture.ordinal for picture in ended.pictures] == [0, 1]
    assert ended.notes == ("Third.", "First.")


def test_usage_is_summed_over_the_calls_of_a_job(jobs: SqlJobs) -> None:
    job = admitted(jobs, calls=2)
    for ordinal in range(2):
        attempt, token = claimed(jobs, job, ordinal)
        jobs.settle(attempt.id, token, done())
    assert found(jobs, job).usage == USAGE + USAGE
    assert found(jobs, job).usage == Usage(28, 0, 392)


def test_cancelling_stops_what_was_not_sent_and_only_that(jobs: SqlJobs) -> None:
    job = admitted(jobs, calls=2)
    attempt, token = claimed(jobs, job, 0)
    stopped = jobs.cancel(job.id, ALICE)
    assert stopped is not None
    assert [one.state for one in stopped.attempts] == [State.SUBMITTED, State.CANCELLED]
    assert (stopped.state, stopped.held) == (State.SUBMITTED, AT_MOST)
    assert jobs.claim(job.attempts[1].id, "a runner", 60.0) is None
    ended = jobs.settle(attempt.id, token, done())
    assert ended is not None
    assert ended.state is State.DONE


def test_a_job_cancelled_in_time_owes_nothing(jobs: SqlJobs) -> None:
    job = admitted(jobs)
    stopped = jobs.cancel(job.id, ALICE)
    assert stopped is not None
    assert (stopped.state, stopped.held, stopped.cost, stopped.fault) == (State.CANCELLED, 0, None, None)
    assert jobs.cancel(job.id, ALICE) == stopped


def test_a_job_cancelled_while_it_waits_ended_because_somebody_wished_it(jobs: SqlJobs) -> None:
    job, attempt, token = submitted(jobs)
    jobs.postpone(attempt.id, token, 60.0, BUSY)
    stopped = jobs.cancel(job.id, ALICE)
    assert stopped is not None
    assert (stopped.state, stopped.held, stopped.fault) == (State.CANCELLED, 0, None)


def test_of_a_claim_and_a_cancellation_that_meet_the_later_waits_and_loses(jobs: SqlJobs, engine: Engine) -> None:
    job = admitted(jobs)
    claims: list[Attempt | None] = []
    claim = threading.Thread(target=lambda: claims.append(jobs.claim(job.attempts[0].id, "a runner", 60.0)))
    with writing(engine) as connection:
        attempts.cancel(connection, job.id, ALICE)
        claim.start()
        claim.join(0.3)
        assert claims == []
    claim.join()
    assert claims == [None]
    assert found(jobs, job).state is State.CANCELLED


def test_of_a_cancellation_and_a_claim_that_meet_the_later_waits_and_loses(jobs: SqlJobs, engine: Engine) -> None:
    job = admitted(jobs)
    stopped: list[Job | None] = []
    stop = threading.Thread(target=lambda: stopped.append(jobs.cancel(job.id, ALICE)))
    with writing(engine) as connection:
        attempts.claim(connection, job.attempts[0].id, "a runner", 60.0)
        stop.start()
        stop.join(0.3)
        assert stopped == []
    stop.join()
    assert stopped == [found(jobs, job)]
    assert (found(jobs, job).state, found(jobs, job).held) == (State.SUBMITTED, AT_MOST)


def test_nobody_cancels_the_job_of_somebody_else(jobs: SqlJobs) -> None:
    job = admitted(jobs)
    assert jobs.cancel(job.id, BOB) is None
    assert found(jobs, job) == job


def test_a_store_that_fails_half_way_has_written_nothing(jobs: SqlJobs, engine: Engine) -> None:
    job, attempt, token = submitted(jobs)
    before = found(jobs, job)
    not_storable = done(basis=None)  # after the attempt and before the job: the charge breaks a constraint
    with pytest.raises(sa.exc.IntegrityError):
        jobs.settle(attempt.id, token, not_storable)
    assert found(jobs, job) == before
    with engine.connect() as connection:
        assert connection.execute(sa.select(ATTEMPTS.c.held_micro)).scalar_one() == AT_MOST
