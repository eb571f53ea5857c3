"""From an answer to its end: what cannot be used is charged and kept, what could not be stored is finished later."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.errors import StudioError
from app.domain.jobs import Job, ProviderFault, Settlement, State
from app.domain.pictures import Partial
from app.services.ports import Sink
from app.storage.blobs import FileBlobs
from app.storage.jobs import SqlJobs
from app.storage.reserve import storage_full
from tests.services.workshop import (
    Workshop,
    answering,
    saying,
)
from tests.upstream import picture

Open = Callable[..., Workshop]


# --- Billed and unusable, in whole or in part


@pytest.mark.parametrize(
    "step",
    [answering(b"not a picture"), saying(b"<html>")],
    ids=["no picture", "no JSON"],
)
def test_an_unusable_answer_is_charged_at_the_estimate_and_kept_for_a_person(workshop: Workshop, step: Any) -> None:
    workshop.provider.script = [step]
    job = workshop.admit()
    workshop.run(job)
    ended = workshop.found(job)
    assert (ended.state, ended.held, ended.cost, ended.basis) == (State.FAILED, 0, job.estimate, "estimate")
    assert ended.attempts[0].upstream_request_id == "req_1"
    assert workshop.files() == [".kept"]
    assert workshop.spool.committed() == []


@pytest.mark.parametrize("step", [answering(b"not a picture"), saying(b"<html>")], ids=["no picture", "no JSON"])
def test_an_unusable_answer_leaves_memory_at_once(workshop: Workshop, step: Any) -> None:
    """An answer may have hundreds of megabytes, and an idle process seldom collects garbage."""
    workshop.provider.script = [step]
    job = workshop.admit()
    gc.collect()
    gc.disable()
    try:
        workshop.run(job)
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        left = [type(item) for item in gc.garbage if isinstance(item, ProviderFault)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert left == []


def test_an_answer_that_our_own_code_stumbles_over_ends_too(workshop: Workshop) -> None:
    workshop.provider.script = [saying(b"a bug")]
    job = workshop.admit()
    workshop.run(job)
    assert workshop.state(job) is State.FAILED
    assert workshop.files() == [".kept"]
    assert workshop.logged("answer_not_understood")


def test_good_pictures_are_kept_beside_a_broken_one_and_the_raw_answer_too(workshop: Workshop) -> None:
    workshop.provider.script = [answering(picture(seed=1), b"broken", picture(seed=2))]
    job = workshop.admit(n=3)
    workshop.run(job)
    ended = workshop.found(job)
    assert ended.state is State.DONE
    assert [workshop.blobs.get(kept.digest) for kept in ended.pictures] == [picture(seed=1), picture(seed=2)]
    assert ended.notes == ("3 pictures were asked for, 2 came.",)
    assert workshop.files() == [".kept"]


def test_usage_that_nobody_can_believe_is_settled_at_the_estimate(workshop: Workshop) -> None:
    workshop.provider.script = [answering(usage={"output_image_tokens": 10**9})]
    job = workshop.admit()
    workshop.run(job)
    assert (workshop.found(job).cost, workshop.found(job).basis) == (job.estimate, "estimate")


# --- The second half fails, and is done again


class Away(SqlJobs):
    """A database that goes away for the first settlement."""

    failures = 1

    def settle(self, attempt_id: str, token: str, settlement: Settlement) -> Job | None:
        if self.failures:
            self.failures -= 1
            raise sa.exc.OperationalError("planted", {}, Exception("database is locked"))
        return super().settle(attempt_id, token, settlement)


class FullOnce(FileBlobs):
    failures = 1

    def put(self, data: bytes) -> str:
        if self.failures:
            self.failures -= 1
            raise storage_full()
        return super().put(data)


@pytest.mark.parametrize("broken", [{"jobs": Away}, {"blobs": FullOnce}], ids=["database away", "disk full"])
def test_an_answer_that_could_not_be_stored_is_finished_later_without_a_second_call(
    open_workshop: Open, broken: dict[str, Any]
) -> None:
    workshop = open_workshop(**broken)
    job = workshop.admit()
    with pytest.raises((sa.exc.OperationalError, StudioError)):
        workshop.run(job)
    assert workshop.state(job) is State.SUBMITTED
    assert workshop.files() == [".answer"]
    attempt = job.attempts[0].id
    workshop.mending.mend(attempt)
    assert workshop.state(job) is State.SUBMITTED  # its lease has not run out yet
    workshop.let_leases_run_out()
    workshop.mending.mend(attempt)
    assert workshop.state(job) is State.DONE
    assert workshop.files() == []
    assert workshop.provider.calls == 1


def test_an_answer_whose_attempt_was_taken_over_meanwhile_stays_where_the_other_finds_it(
    workshop: Workshop, open_workshop: Open
) -> None:
    job, elsewhere = workshop.admit(), open_workshop()

    def be_taken_for_dead(sink: Sink, on_partial: Callable[[Partial], None]) -> None:
        workshop.let_leases_run_out()
        elsewhere.mending.mend(job.attempts[0].id)
        answering()(sink, on_partial)

    workshop.provider.script = [be_taken_for_dead]
    workshop.run(job)
    assert workshop.state(job) is State.UNKNOWN
    assert workshop.files() == [".answer"]
    elsewhere.mending.mend(job.attempts[0].id)
    ended = workshop.found(job)
    assert (ended.state, ended.held, len(ended.pictures)) == (State.DONE, 0, 1)
    assert any("late" in note for note in ended.notes)
    assert workshop.files() == []
