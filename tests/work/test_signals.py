"""Threads that wait for a job hear of every move of it, also of one just before they began to wait."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from app.domain.jobs import Job, Resolved, State
from app.domain.requests import Generate
from app.work import signals as module
from app.work.signals import LocalSignals

NO_TIME = 0.0
LONG = 10.0


@pytest.fixture
def signals() -> LocalSignals:
    return LocalSignals()


@pytest.fixture
def job() -> Job:
    request = Generate(prompt="a cat", model="gpt-image-2")
    return Job(
        id="a job", owner="Alice", state=State.SUBMITTED, request=request, fingerprint="f", practice=True,
        created_at=0.0, submitted_at=None, finished_at=None, estimate=0, at_most=0, exact=True, held=0, cost=None,
        basis="none", usage=None, resolved=Resolved(), fault=None, notes=(), pictures=(), attempts=(),
    )  # fmt: skip


def test_a_waiting_thread_wakes_when_its_job_moves_and_is_told_how_it_stands(signals: LocalSignals, job: Job) -> None:
    told: list[Job | None] = []
    with signals.watch("a job") as watch:
        thread = threading.Thread(target=lambda: told.append(watch.wait(LONG)))
        thread.start()
        signals.notify("another job", job)
        signals.notify("a job", job)
        thread.join(LONG)
    assert told == [job]


def test_a_move_between_two_waits_is_not_missed_and_told_once(signals: LocalSignals, job: Job) -> None:
    with signals.watch("a job") as watch:
        signals.notify("a job", job)
        assert watch.wait(LONG) == job
        assert watch.wait(NO_TIME) is None


def test_a_move_just_before_the_watch_began_is_told(signals: LocalSignals, job: Job) -> None:
    signals.notify("a job", job)
    with signals.watch("a job") as watch:
        assert watch.wait(LONG) == job


def test_a_move_without_the_job_wakes_too(signals: LocalSignals) -> None:
    with signals.watch("a job") as watch:
        signals.notify("a job")
        assert watch.wait(LONG) is None
        assert not watch._moved.is_set()


def test_an_end_is_not_overwritten_by_a_move_that_is_told_late(signals: LocalSignals, job: Job) -> None:
    done = replace(job, state=State.DONE)
    with signals.watch("a job") as watch:
        signals.notify("a job", done)
        signals.notify("a job", job)
        signals.notify("a job")
        assert watch.wait(LONG) == done
    with signals.watch("a job") as later:
        assert later.wait(LONG) == done


def test_an_unknown_outcome_that_becomes_known_is_told(signals: LocalSignals, job: Job) -> None:
    done = replace(job, state=State.DONE)
    with signals.watch("a job") as watch:
        signals.notify("a job", replace(job, state=State.UNKNOWN))
        signals.notify("a job", done)
        assert watch.wait(LONG) == done


def test_nothing_stays_behind_but_the_latest_moves(signals: LocalSignals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LATELY", 2)
    with signals.watch("a job"), signals.watch("a job"):
        pass
    for number in range(5):
        signals.notify(f"job {number}")
    assert signals._watching == {}
    assert list(signals._lately) == ["job 3", "job 4"]


def test_every_watch_of_a_job_is_told(signals: LocalSignals, job: Job) -> None:
    with signals.watch("a job") as one, signals.watch("a job") as other:
        signals.notify("a job", job)
        assert (one.wait(LONG), other.wait(LONG)) == (job, job)
