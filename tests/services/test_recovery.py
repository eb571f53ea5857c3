"""What a dead process left is found and ended by the rules, by whoever comes first, without a second call."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from app.domain.ids import new_id
from app.domain.jobs import State
from app.services.upkeep import Upkeep
from tests.services.workshop import Workshop, answering, saying
from tests.studios import LogBook
from tests.upstream import picture

Open = Callable[..., Workshop]


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def swept(workshop: Workshop) -> None:
    """One sweep, and everything that it set going."""
    workshop.recovery.sweep()
    eventually(lambda: not workshop.calls._known and not workshop.menders._known)


def test_an_answer_that_a_dead_process_left_in_the_spool_is_finished_from_it(workshop: Workshop) -> None:
    job = workshop.admit()
    workshop.die_after_sending(job, answering())
    swept(workshop)
    assert workshop.state(job) is State.SUBMITTED  # it may live: its lease has not run out
    workshop.let_leases_run_out()
    swept(workshop)
    ended = workshop.found(job)
    assert (ended.state, ended.held, ended.notes) == (State.DONE, 0, ())
    assert workshop.blobs.get(ended.pictures[0].digest) == picture()
    assert workshop.provider.calls == 0
    assert workshop.files() == []


def test_half_an_answer_is_no_answer(workshop: Workshop) -> None:
    job = workshop.admit()
    workshop.die_after_sending(job)
    workshop.let_leases_run_out()
    swept(workshop)
    ended = workshop.found(job)
    assert (ended.state, ended.held, ended.cost) == (State.UNKNOWN, job.at_most, None)
    assert ended.fault is not None
    assert ended.fault.may_have_cost
    assert workshop.files() == [".part"]
    for _ in range(3):
        workshop.let_leases_run_out()
        swept(workshop)
    assert workshop.found(job) == ended
    assert workshop.provider.calls == 0


def test_what_was_never_sent_is_sent_once_although_two_processes_find_it(
    workshop: Workshop, open_workshop: Open
) -> None:
    jobs = [workshop.admit() for _ in range(30)]
    elsewhere = open_workshop()
    for _ in range(3):
        workshop.recovery.sweep()
        elsewhere.recovery.sweep()
    eventually(lambda: all(workshop.state(job) is State.DONE for job in jobs), seconds=30.0)
    assert workshop.provider.calls + elsewhere.provider.calls == 30


def test_two_processes_mend_the_same_attempt_once(workshop: Workshop, open_workshop: Open) -> None:
    jobs = [workshop.admit() for _ in range(10)]
    for job in jobs:
        workshop.die_after_sending(job, answering())
    workshop.let_leases_run_out()
    elsewhere = open_workshop()
    for one in (workshop, elsewhere):
        one.recovery.sweep()
    eventually(lambda: all(workshop.state(job) is State.DONE for job in jobs), seconds=30.0)
    assert workshop.committed_money() == sum(workshop.found(job).cost or 0 for job in jobs)
    assert all(len(workshop.found(job).pictures) == 1 for job in jobs)
    eventually(lambda: workshop.files() == [])


def test_each_call_of_a_job_is_taken_up_where_it_stood(workshop: Workshop) -> None:
    job = workshop.admit(calls=3)
    workshop.die_after_sending(job, answering(picture(seed=1)), ordinal=0)
    workshop.die_after_sending(job, ordinal=1)
    workshop.let_leases_run_out()
    workshop.provider.script = [answering(picture(seed=2))]
    swept(workshop)
    ended = workshop.found(job)
    assert [attempt.state for attempt in ended.attempts] == [State.DONE, State.UNKNOWN, State.DONE]
    assert (ended.state, ended.held) == (State.DONE, ended.attempts[1].at_most)
    assert {workshop.blobs.get(kept.digest) for kept in ended.pictures} == {picture(seed=1), picture(seed=2)}
    assert workshop.provider.calls == 1


def test_a_late_answer_is_kept_and_said_to_be_late(workshop: Workshop) -> None:
    job = workshop.admit()
    attempt = workshop.die_after_sending(job)
    workshop.let_leases_run_out()
    swept(workshop)
    late = workshop.spool.open(attempt.id, 1_000_000)
    answering()(late, lambda _: None)
    late.commit()
    swept(workshop)
    ended = workshop.found(job)
    assert (ended.state, ended.held) == (State.DONE, 0)
    assert any("late" in note for note in ended.notes)
    assert workshop.files() == []


@pytest.mark.parametrize(
    ("body", "state"),
    [(b"cut", State.UNKNOWN), (b"<html>", State.FAILED), (b"a bug", State.FAILED)],
)
def test_a_late_answer_of_no_use_is_looked_at_once(workshop: Workshop, body: bytes, state: State) -> None:
    job = workshop.admit()
    attempt = workshop.die_after_sending(job)
    workshop.let_leases_run_out()
    swept(workshop)
    late = workshop.spool.open(attempt.id, 1000)
    saying(body)(late, lambda _: None)
    late.commit()
    swept(workshop)
    assert workshop.state(job) is state
    assert workshop.files() == [".kept"]
    lines = len(workshop.log.lines)
    swept(workshop)
    assert len(workshop.log.lines) == lines


def test_what_a_process_did_not_clear_up_after_settling_is_cleared_up(workshop: Workshop) -> None:
    job = workshop.admit()
    workshop.run(job)
    for attempt_id in (job.attempts[0].id, new_id()):
        file = workshop.spool.open(attempt_id, 1_000_000)
        answering()(file, lambda _: None)
        file.commit()
    before = workshop.found(job)
    swept(workshop)
    assert workshop.files() == [".kept"]  # of the attempt that nobody knows; the settled one's is gone
    assert workshop.found(job) == before


def test_one_that_cannot_be_mended_keeps_no_other_from_it(open_workshop: Open) -> None:
    workshop = open_workshop()
    bad, good = workshop.admit(), workshop.admit()
    for job in (bad, good):
        workshop.die_after_sending(job, answering(picture(seed=1) if job is bad else picture(seed=2)))
    put = workshop.blobs.put

    def put_but_one(data: bytes) -> str:
        if data == picture(seed=1):
            raise OSError("planted")
        return put(data)

    workshop.blobs.put = put_but_one  # type: ignore[method-assign]  # one instance, whose disk is bad in one place
    workshop.let_leases_run_out()
    swept(workshop)
    assert (workshop.state(bad), workshop.state(good)) == (State.SUBMITTED, State.DONE)
    del workshop.blobs.put  # type: ignore[method-assign]
    workshop.let_leases_run_out()
    swept(workshop)
    assert workshop.state(bad) is State.DONE


def test_leases_are_renewed_of_what_runs_and_of_what_is_mended_and_of_nothing_else(
    workshop: Workshop, open_workshop: Open
) -> None:
    running, crashed = workshop.admit(), workshop.admit()
    go_on = threading.Event()

    def wait(sink: object, on_partial: object) -> None:
        assert go_on.wait(10)
        answering()(sink, on_partial)  # type: ignore[arg-type]

    workshop.provider.script = [wait]
    workshop.calls.enqueue([running.attempts[0].id])
    eventually(lambda: workshop.provider.calls == 1)
    found = workshop.jobs.claim(crashed.attempts[0].id, workshop.recovery.runner, 20.0)
    assert found is not None
    left, _ = found
    workshop.let_leases_run_out()
    workshop.recovery.renew()
    assert [attempt.id for attempt in workshop.jobs.expired()] == [left.id]
    elsewhere = open_workshop()
    swept(elsewhere)
    assert (workshop.state(running), workshop.state(crashed)) == (State.SUBMITTED, State.UNKNOWN)
    go_on.set()
    eventually(lambda: workshop.state(running) is State.DONE)


def test_a_chore_that_fails_keeps_no_other_from_being_done_and_turns_are_kept() -> None:
    log, done, turns = LogBook(), [], [True, False]

    def fail() -> int:
        raise OSError("planted")

    def do(name: str, count: int) -> Callable[[], int]:
        def chore() -> int:
            done.append(name)
            return count

        return chore

    upkeep = Upkeep(
        every_beat={"a": fail, "b": do("b", 0)},
        in_turn={"c": fail, "d": do("d", 3)},
        take_turn=lambda: turns.pop(0),
        log=log,
    )
    upkeep.tend()
    upkeep.tend()
    assert done == ["b", "d", "b"]
    assert [(line["event"], line["chore"]) for line in log.lines] == [
        ("chore_failed", "a"),
        ("chore_failed", "c"),
        ("chore_done", "d"),
        ("chore_failed", "a"),
    ]
