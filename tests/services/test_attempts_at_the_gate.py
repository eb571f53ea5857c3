"""What one call learns of the provider holds for all: rate limits, missing credit, and the trial that ends a pause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.errors import Fault
from app.domain.gates import FIRST_PAUSE_SECONDS, PATIENCE_SECONDS
from app.domain.jobs import ProviderFault, State
from app.domain.pictures import Partial
from app.services.ports import Sink
from app.storage.gates import SqlGate
from tests.services.workshop import (
    Workshop,
    ambiguity,
    answering,
    busy,
    no_credit,
    raising,
    refusal,
)

Open = Callable[..., Workshop]


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
