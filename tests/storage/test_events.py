"""A job's log tells every move in order, and any process can follow it from anywhere."""

from __future__ import annotations

import itertools

from app.domain.jobs import Settlement
from app.domain.pictures import Partial
from app.storage.jobs import SqlJobs
from tests.storage.making import ALICE, BUSY, admitted, claimed, done, failed, rejected, submitted, unknown


def log(jobs: SqlJobs, job_id: str) -> list[tuple[str, object]]:
    return [(event.kind, event.data.get("state")) for event in jobs.events(job_id)]


def test_a_plain_job_is_queued_submitted_and_done(jobs: SqlJobs) -> None:
    job, attempt, token = submitted(jobs)
    jobs.settle(attempt.id, token, done())
    assert log(jobs, job.id) == [("state", "queued"), ("state", "submitted"), ("state", "done"), ("done", "done")]
    events = jobs.events(job.id)
    assert [event.seq for event in events] == sorted({event.seq for event in events})
    assert all(earlier.at <= later.at for earlier, later in itertools.pairwise(events))


def test_every_other_end_is_told_as_failed_with_its_state_and_code(jobs: SqlJobs) -> None:
    endings: list[tuple[Settlement, str, str]] = [
        (rejected(), "rejected", "content_rejected"),
        (failed(), "failed", "upstream_bad_response"),
        (unknown(), "unknown", "outcome_unknown"),
    ]
    for settlement, state, code in endings:
        job, attempt, token = submitted(jobs)
        jobs.settle(attempt.id, token, settlement)
        last = jobs.events(job.id)[-1]
        assert (last.kind, last.data) == ("failed", {"state": state, "code": code})


def test_waiting_and_cancelling_are_told(jobs: SqlJobs) -> None:
    job, attempt, token = submitted(jobs)
    jobs.postpone(attempt.id, token, 60.0, BUSY)
    jobs.cancel(job.id, ALICE)
    jobs.cancel(job.id, ALICE)
    assert log(jobs, job.id)[2:] == [("state", "waiting"), ("state", "cancelled"), ("failed", "cancelled")]


def test_a_call_that_ends_while_others_run_is_told_with_its_place(jobs: SqlJobs) -> None:
    job = admitted(jobs, calls=2)
    attempt, token = claimed(jobs, job, 1)
    jobs.settle(attempt.id, token, done())
    last = jobs.events(job.id)[-1]
    assert (last.kind, last.data) == ("state", {"state": "submitted", "ordinal": 1, "attempt_state": "done"})


def test_a_late_answer_is_told_after_the_failure_it_corrects(jobs: SqlJobs) -> None:
    job, attempt, token = submitted(jobs)
    jobs.settle(attempt.id, token, unknown())
    jobs.settle(attempt.id, token, done())
    assert log(jobs, job.id)[-3:] == [("failed", "unknown"), ("state", "done"), ("done", "done")]


def test_a_preview_is_told_with_its_digest_until_the_call_ends(jobs: SqlJobs) -> None:
    job, attempt, token = submitted(jobs)
    jobs.note_partial(attempt.id, token, "ab" * 32, Partial(1, b"...", "image/png"))
    last = jobs.events(job.id)[-1]
    assert last.kind == "partial"
    assert last.data == {"ordinal": 0, "index": 1, "digest": "ab" * 32, "mime_type": "image/png"}
    jobs.note_partial(attempt.id, "another token", "ab" * 32, Partial(2, b"...", "image/png"))
    jobs.settle(attempt.id, token, unknown())
    jobs.note_partial(attempt.id, token, "ab" * 32, Partial(3, b"...", "image/png"))
    jobs.note_partial("0" * 26, token, "ab" * 32, Partial(4, b"...", "image/png"))
    assert [event.kind for event in jobs.events(job.id)].count("partial") == 1


def test_the_log_is_read_on_from_any_event_and_never_shows_another_job(jobs: SqlJobs) -> None:
    job, attempt, token = submitted(jobs)
    other = admitted(jobs)
    jobs.settle(attempt.id, token, done())
    whole = jobs.events(job.id)
    assert {event.job_id for event in whole} == {job.id}
    assert jobs.events(job.id, after=whole[1].seq) == whole[2:]
    assert jobs.events(job.id, limit=2) == whole[:2]
    assert jobs.events(job.id, after=whole[-1].seq) == []
    assert {event.job_id for event in jobs.events(other.id)} == {other.id}
