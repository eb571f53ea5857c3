"""Waiting for a job: told at once by this process, found out about other processes, never for longer than asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from app.domain.costs import Caps
from app.domain.jobs import Job, State
from app.services.generation import Generation
from app.storage.jobs import SqlJobs
from tests.services.workshop import Workshop

LONG = 10.0


class Looks(SqlJobs):
    """Counts how often a job is looked up."""

    count = 0

    def find(self, job_id: str, owner: str | None = None) -> Job | None:
        self.count += 1
        return super().find(job_id, owner)


@dataclass
class StillRunner:
    """Runs nothing by itself."""

    stopping: bool = False

    def enqueue(self, attempt_ids: object) -> None: ...

    def under_way(self) -> list[str]:
        return []

    def is_stopping(self) -> bool:
        return self.stopping


def generation(workshop: Workshop, runner: StillRunner | None = None) -> Generation:
    return Generation(
        catalogue=workshop.catalogue,
        jobs=workshop.jobs,
        blobs=workshop.blobs,
        gate=workshop.gate,
        runner=runner or StillRunner(),
        signals=workshop.signals,
        caps=Caps(),
        practice=False,
        legacy_models=False,
        default_model="gpt-image-2",
    )


def test_the_end_of_a_call_that_runs_here_is_told_without_a_look_at_the_database(
    open_workshop: Callable[..., Workshop],
) -> None:
    workshop = open_workshop(jobs=Looks)
    job = workshop.admit()
    thread = threading.Thread(target=workshop.run, args=(job,))
    thread.start()
    thread.join(LONG)
    before = workshop.jobs.count
    ended = generation(workshop).wait(job, LONG)
    assert ended == workshop.found(job)
    assert ended.state is State.DONE
    assert workshop.jobs.count == before + 1  # that of `found`


def test_the_end_of_a_call_that_runs_elsewhere_is_found_out(open_workshop: Callable[..., Workshop]) -> None:
    here, elsewhere = open_workshop(), open_workshop()
    job = here.admit()
    thread = threading.Thread(target=elsewhere.run, args=(job,))
    thread.start()
    assert generation(here).wait(job, LONG).state is State.DONE
    thread.join(LONG)


def test_waiting_ends_after_the_time_that_was_given_and_says_how_the_job_stands(workshop: Workshop) -> None:
    job = workshop.admit()
    assert generation(workshop).wait(job, 0.02).state is State.QUEUED
    assert generation(workshop).wait(job, 0.0).state is State.QUEUED


def test_what_was_not_sent_is_not_waited_for_once_the_process_stops(workshop: Workshop) -> None:
    job = workshop.admit()
    assert generation(workshop, StillRunner(stopping=True)).wait(job, LONG).state is State.QUEUED
