"""One paid call: in the right order, sent at most once, and nothing that came back is lost."""

from __future__ import annotations

import errno
import gc
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.errors import Fault, StudioError
from app.domain.gates import FIRST_PAUSE_SECONDS, PATIENCE_SECONDS
from app.domain.jobs import Job, Outcome, ProviderFault, Settlement, State
from app.domain.pictures import Partial
from app.services.ports import Sink
from app.storage.blobs import FileBlobs
from app.storage.gates import SqlGate
from app.storage.jobs import SqlJobs
from app.storage.reserve import storage_full
from app.storage.spool import FileSpool, FileSpoolFile
from tests.services.workshop import (
    Workshop,
    ambiguity,
    answering,
    busy,
    no_credit,
    raising,
    refusal,
    saying,
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


# --- The gate


def test_a_rate_limit_holds_every_other_job_back_in_every_process(workshop: Workshop, open_workshop: Open) -> None:
    workshop.provider.script = [raising(busy(30.0))]
    job, other = workshop.admit(), workshop.admit()
    workshop.run(job)
    elsewhere = open_workshop()
    again = elsewhere.run(other)
    assert again is not None
    assert 0 < again <= 30.0
    assert elsewhere.state(other) is State.QUEUED
    assert elsewhere.provider.calls == 0
    workshop.pass_time(31.0)
    assert elsewhere.run(other) is None
    assert elsewhere.state(other) is State.DONE


def test_a_rate_limit_that_names_no_time_holds_the_other_jobs_back_too(workshop: Workshop) -> None:
    workshop.provider.script = [raising(busy())]
    job, other = workshop.admit(), workshop.admit()
    assert workshop.run(job) == 2.0
    again = workshop.run(other)
    assert again is not None
    assert 0 < again <= 2.0
    assert workshop.provider.calls == 1


def test_no_credit_pauses_the_queue_instead_of_burning_every_job(workshop: Workshop, open_workshop: Open) -> None:
    workshop.provider.script = [raising(no_credit())]
    first, *others = [workshop.admit() for _ in range(5)]
    workshop.run(first)
    assert workshop.state(first) is State.REJECTED
    elsewhere = open_workshop()
    for job in others:
        assert elsewhere.run(job) is not None
        assert elsewhere.state(job) is State.QUEUED
    assert elsewhere.provider.calls == 0
    notice = elsewhere.gate.notice()
    assert notice is not None
    assert notice.code == "upstream_quota"


def test_a_pause_ends_with_one_trial_that_opens_the_gate_for_all(workshop: Workshop) -> None:
    workshop.provider.script = [raising(no_credit())]
    first, trial, other = (workshop.admit() for _ in range(3))
    workshop.run(first)
    workshop.pass_time(FIRST_PAUSE_SECONDS)

    def meanwhile(sink: Sink, on_partial: Callable[[Partial], None]) -> None:
        assert workshop.run(other) is not None
        answering()(sink, on_partial)

    workshop.provider.script = [meanwhile]
    workshop.run(trial)
    assert (workshop.state(trial), workshop.state(other)) == (State.DONE, State.QUEUED)
    workshop.run(other)
    assert workshop.state(other) is State.DONE


def test_a_trial_that_fails_alike_pauses_for_twice_as_long(workshop: Workshop) -> None:
    workshop.provider.script = [raising(no_credit()), raising(no_credit())]
    first, trial, other = (workshop.admit() for _ in range(3))
    workshop.run(first)
    workshop.pass_time(FIRST_PAUSE_SECONDS)
    workshop.run(trial)
    assert workshop.gate.enter().seconds > FIRST_PAUSE_SECONDS
    assert workshop.run(other) is not None
    assert workshop.provider.calls == 2


@pytest.mark.parametrize("fault", [busy(), ambiguity()], ids=["busy", "ambiguous"])
def test_a_trial_that_finds_nothing_out_is_followed_by_another(workshop: Workshop, fault: ProviderFault) -> None:
    workshop.provider.script = [raising(no_credit()), raising(fault)]
    first, trial, other = (workshop.admit() for _ in range(3))
    workshop.run(first)
    workshop.pass_time(FIRST_PAUSE_SECONDS)
    workshop.run(trial)
    assert 0 < workshop.gate.enter().seconds <= FIRST_PAUSE_SECONDS
    workshop.pass_time(FIRST_PAUSE_SECONDS)
    workshop.run(other)
    assert workshop.state(other) is State.DONE
    assert workshop.gate.notice() is None


@pytest.mark.parametrize("ending", [raising(refusal()), answering(b"not a picture")], ids=["refused", "unusable"])
def test_an_answer_of_any_kind_shows_that_key_and_credit_are_good(workshop: Workshop, ending: Any) -> None:
    workshop.provider.script = [raising(no_credit()), ending]
    first, trial = workshop.admit(), workshop.admit()
    workshop.run(first)
    workshop.pass_time(FIRST_PAUSE_SECONDS)
    workshop.run(trial)
    assert workshop.gate.enter().seconds == 0
    assert not workshop.gate.enter().trial


def test_a_trial_that_was_cancelled_meanwhile_leaves_the_try_to_another(workshop: Workshop) -> None:
    workshop.provider.script = [raising(no_credit())]
    first, cancelled, other = (workshop.admit() for _ in range(3))
    workshop.run(first)
    workshop.pass_time(FIRST_PAUSE_SECONDS)
    workshop.jobs.cancel(cancelled.id, cancelled.owner)
    workshop.run(cancelled)
    workshop.run(other)
    assert workshop.state(other) is State.DONE


def test_who_waits_for_the_gate_looks_again_soon_because_it_may_open_early(workshop: Workshop) -> None:
    workshop.gate.pause(Fault("upstream_auth", "No."), after_trial=False)
    again = workshop.run(workshop.admit())
    assert again is not None
    assert again <= 5.0


def test_ten_minutes_of_nothing_but_rate_limits_end_what_waited_that_long(workshop: Workshop) -> None:
    job = workshop.admit()
    for _ in range(7):
        workshop.gate.cool(100.0)
        workshop.pass_time(100.0)
    young = workshop.admit()
    workshop.gate.cool(100.0)
    assert workshop.run(young) is not None
    assert workshop.run(job) is None
    ended = workshop.found(job)
    assert (ended.state, ended.held) == (State.REJECTED, 0)
    assert ended.fault is not None
    assert (ended.fault.code, ended.fault.retryable) == ("rate_limited", True)
    assert workshop.state(young) is State.QUEUED
    assert workshop.provider.calls == 0


def test_a_long_queue_is_no_reason_to_give_up_while_calls_come_through(workshop: Workshop) -> None:
    workshop.gate.cool(1.0)
    job, other = workshop.admit(), workshop.admit()
    workshop.pass_time(PATIENCE_SECONDS - 10.0)
    workshop.run(other)
    workshop.pass_time(20.0)
    workshop.gate.cool(10.0)
    assert workshop.run(job) is not None
    assert workshop.state(job) is State.QUEUED


def test_what_a_call_brought_is_kept_although_the_gate_cannot_be_told(open_workshop: Open) -> None:
    class Gate(SqlGate):
        def passed(self, *, after_trial: bool) -> None:
            raise sa.exc.OperationalError("planted", {}, Exception())

    workshop = open_workshop(gate=Gate)
    workshop.gate.cool(0.0)
    job = workshop.admit()
    workshop.run(job)
    assert workshop.state(job) is State.DONE
    assert workshop.logged("gate_not_told")


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
