"""One paid call: in the right order, sent at most once, and nothing that came back is lost."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

import pytest

from app.domain.errors import Fault
from app.domain.jobs import Job, Outcome, ProviderFault, Settlement, State
from app.domain.pictures import Partial
from app.services.ports import Sink
from app.storage.blobs import FileBlobs
from app.storage.jobs import SqlJobs
from app.storage.reserve import storage_full
from app.storage.spool import FileSpool, FileSpoolFile
from tests.services.workshop import (
    Workshop,
    ambiguity,
    answering,
    busy,
    raising,
    refusal,
)
from tests.upstream import picture

Open = Callable[..., Workshop]


# --- The way of a call that ends well


def test_a_call_ends_done_with_its_picture_its_charge_and_an_empty_spool(workshop: Workshop) -> None:
    job = workshop.admit()
    assert workshop.run(job) is None
    ended = workshop.found(job)
    assert (ended.state, ended.held, ended.basis, len(ended.pictures)) == (State.DONE, 0, "usage", 1)
    assert ended.cost == workshop.committed_money() > 0
    assert workshop.blobs.get(ended.pictures[0].digest) == picture()
    assert workshop.files() == []
    assert workshop.provider.calls == 1


def test_it_is_marked_as_sent_before_the_first_byte_goes_out(workshop: Workshop, open_workshop: Open) -> None:
    job, seen = workshop.admit(), []

    def look(sink: Sink, on_partial: Callable[[Partial], None]) -> None:
        seen.append(open_workshop().state(job))  # as another process sees it
        answering()(sink, on_partial)

    workshop.provider.script = [look]
    workshop.run(job)
    assert seen == [State.SUBMITTED]


def test_the_answer_is_safe_before_it_is_read_and_the_picture_before_it_is_settled(open_workshop: Open) -> None:
    steps: list[str] = []

    class Spool(FileSpool):
        def read(self, attempt_id: str) -> Any:
            steps.append(f"read {self.committed() == [attempt_id]}")
            return super().read(attempt_id)

        def remove(self, attempt_id: str) -> None:
            steps.append("removed")
            super().remove(attempt_id)

    class Blobs(FileBlobs):
        def put(self, data: bytes) -> str:
            digest = super().put(data)
            steps.append("picture kept")
            return digest

    class Jobs(SqlJobs):
        def settle(self, attempt_id: str, token: str, settlement: Settlement) -> Job | None:
            settled = super().settle(attempt_id, token, settlement)
            steps.append("settled")
            return settled

    workshop = open_workshop(spool=Spool, blobs=Blobs, jobs=Jobs)
    workshop.run(workshop.admit())
    assert steps == ["read True", "picture kept", "settled", "removed"]


def test_an_attempt_that_was_cancelled_or_run_before_is_not_sent(workshop: Workshop) -> None:
    job, cancelled = workshop.admit(), workshop.admit()
    workshop.jobs.cancel(cancelled.id, cancelled.owner)
    for one in (job, job, cancelled):
        assert workshop.run(one) is None
    assert workshop.provider.calls == 1


def test_a_preview_that_cannot_be_kept_costs_nothing_but_the_preview(open_workshop: Open) -> None:
    class Blobs(FileBlobs):
        def put_preview(self, data: bytes) -> str:
            raise OSError(errno.EIO, "planted")

    def step(sink: Sink, on_partial: Callable[[Partial], None]) -> None:
        on_partial(Partial(0, b"a preview", "image/png"))
        answering()(sink, on_partial)

    workshop = open_workshop(blobs=Blobs)
    workshop.provider.script = [step]
    job = workshop.admit()
    workshop.run(job)
    assert workshop.state(job) is State.DONE
    assert workshop.logged("partial_not_kept")


# --- Refused


def test_a_refusal_ends_rejected_owes_nothing_and_leaves_nothing(workshop: Workshop) -> None:
    workshop.provider.script = [raising(refusal(), after=b"no")]
    job = workshop.admit()
    assert workshop.run(job) is None
    ended = workshop.found(job)
    assert (ended.state, ended.held, ended.cost) == (State.REJECTED, 0, None)
    assert ended.attempts[0].upstream_request_id == "req_no"
    assert workshop.files() == []


def test_what_may_be_sent_again_waits_as_long_as_it_was_told_and_is_tried_three_times_in_all(
    workshop: Workshop,
) -> None:
    workshop.provider.script = [raising(busy(7.0)), raising(busy(9.0)), raising(busy(5.0))]
    job = workshop.admit()
    assert workshop.run(job) == 7.0
    assert workshop.state(job) is State.WAITING
    assert workshop.found(job).held == job.at_most
    workshop.pass_time(7.5)
    assert workshop.run(job) == 9.0
    workshop.pass_time(9.5)
    assert workshop.run(job) is None
    assert (workshop.state(job), workshop.found(job).held) == (State.REJECTED, 0)
    assert workshop.provider.calls == 3


def test_without_being_told_how_long_the_pauses_grow(workshop: Workshop) -> None:
    workshop.provider.script = [raising(busy()), raising(busy())]
    job = workshop.admit()
    assert workshop.run(job) == 2.0
    workshop.pass_time(2.5)
    assert workshop.run(job) == 4.0


def test_an_attempt_that_waits_is_not_sent_before_its_time(workshop: Workshop) -> None:
    unreachable = Fault("upstream_unreachable", "Nobody there.", retryable=True)
    workshop.provider.script = [raising(ProviderFault(Outcome.REFUSED, unreachable, resend=True))]
    job, other = workshop.admit(), workshop.admit()
    assert workshop.run(job) == 2.0
    assert workshop.run(job) is None
    assert workshop.provider.calls == 1
    assert workshop.run(other) is None
    assert workshop.state(other) is State.DONE, "a broken line says nothing about the provider's limits"


# --- Ambiguous, and what breaks on our side


def test_an_ambiguous_end_is_unknown_keeps_the_hold_and_what_had_come(workshop: Workshop) -> None:
    workshop.provider.script = [raising(ambiguity(), after=b"half an answer")]
    job = workshop.admit()
    assert workshop.run(job) is None
    ended = workshop.found(job)
    assert (ended.state, ended.held, ended.cost) == (State.UNKNOWN, job.at_most, None)
    assert workshop.files() == [".part"]
    assert workshop.run(job) is None
    assert workshop.provider.calls == 1


def test_silence_leaves_no_file(workshop: Workshop) -> None:
    workshop.provider.script = [raising(ambiguity())]
    workshop.run(workshop.admit())
    assert workshop.files() == []


class WontTake(FileSpool):
    """A spool whose files take a head and no body."""

    error: Exception = OSError(errno.EIO, "planted")

    def open(self, attempt_id: str, max_bytes: int) -> FileSpoolFile:
        error = self.error

        class File(FileSpoolFile):
            def write(self, chunk: bytes) -> None:
                super().write(chunk[:20])
                raise error

        file = super().open(attempt_id, max_bytes)
        file.__class__ = File
        return file


class FullUp(WontTake):
    error = storage_full(paid=True)


@pytest.mark.parametrize(("spool", "code"), [(WontTake, "outcome_unknown"), (FullUp, "storage_full")])
def test_an_answer_that_the_disk_will_not_take_is_unknown_at_once_and_its_beginning_is_kept(
    open_workshop: Open, spool: type[FileSpool], code: str
) -> None:
    workshop = open_workshop(spool=spool)
    job = workshop.admit()
    assert workshop.run(job) is None
    ended = workshop.found(job)
    assert (ended.state, ended.held) == (State.UNKNOWN, job.at_most)
    assert ended.fault is not None
    assert (ended.fault.code, ended.fault.may_have_cost, ended.fault.retryable) == (code, True, False)
    assert workshop.files() == [".part"]
    assert workshop.logged("answer_lost")
    assert workshop.provider.calls == 1


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("planted")], ids=["memory", "bug"])
def test_whatever_breaks_after_the_request_went_out_it_is_not_sent_again(workshop: Workshop, error: Exception) -> None:
    workshop.provider.script = [raising(error, after=b"some")]
    job = workshop.admit()
    assert workshop.run(job) is None
    assert workshop.state(job) is State.UNKNOWN
    assert workshop.files() == [".part"]


def test_being_interrupted_keeps_what_came_and_leaves_the_rest_to_recovery(workshop: Workshop) -> None:
    workshop.provider.script = [raising(KeyboardInterrupt(), after=b"some")]
    job = workshop.admit()
    with pytest.raises(KeyboardInterrupt):
        workshop.run(job)
    assert workshop.state(job) is State.SUBMITTED
    assert workshop.files() == [".part"]


@pytest.mark.parametrize(
    ("error", "code"),
    [(OSError(errno.EROFS, "Read-only file system"), "not_ready"), (storage_full(), "storage_full")],
    ids=["read-only", "full"],
)
def test_without_a_place_for_the_answer_nothing_is_sent(open_workshop: Open, error: Exception, code: str) -> None:
    class Spool(FileSpool):
        def open(self, attempt_id: str, max_bytes: int) -> FileSpoolFile:
            raise error

    workshop = open_workshop(spool=Spool)
    job = workshop.admit()
    workshop.run(job)
    ended = workshop.found(job)
    assert (ended.state, ended.held) == (State.REJECTED, 0)
    assert ended.fault is not None
    assert ended.fault.code == code
    assert workshop.provider.calls == 0
