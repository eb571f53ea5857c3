"""The one path every paid call takes.

gate → mark *submitted*, durably → send once → raw answer to the spool, durably → decode → keep the
bytes → one settling transaction. Whatever happens between two steps, the next start knows from the
attempt's row and the spool file what was paid for and what was not. The second half, from the spool
on, is `finishing.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from app.domain.errors import Fault, StudioError
from app.domain.gates import FIRST_PAUSE_SECONDS, PATIENCE_SECONDS, Passage
from app.domain.jobs import Attempt, Job, Outcome, ProviderFault
from app.domain.pictures import Partial
from app.domain.requests import AnyRequest, Turn
from app.domain.sentences import say
from app.domain.turn_rules import image_api_problem
from app.domain.turns import Way, other_way, sent_as
from app.services import settlements
from app.services.finishing import MAX_BYTES_PER_PICTURE, Finishing
from app.services.ports import BlobStore, Gate, ImageProvider, JobStore, Signals, Spool, SpoolFile

MAX_TRIES = 3
"""How often one attempt may be sent in all, and only while it is certain that nothing ran."""

LEASE_SECONDS = 20.0
"""How long a process may be silent before its calls are taken over."""

RENEWAL_SECONDS = 5.0
"""How often a process says that it still runs its calls. With a sweep every 10 s, the calls of a
process that died are settled within 30 s."""

_LOOK_AGAIN_SECONDS = 5.0
"""A closed gate may open early, so whoever waits for it looks again at least this often."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Runs attempts. `runner` names this process in leases; one value serves all threads."""

    jobs: JobStore
    provider: ImageProvider
    gate: Gate
    spool: Spool
    blobs: BlobStore
    finishing: Finishing
    signals: Signals
    runner: str
    deadline_seconds: float
    log: Callable[..., None]
    lease_seconds: float = LEASE_SECONDS

    def run(self, attempt_id: str) -> float | None:
        """Make one paid call, if it is still to be made.

        Returns the seconds after which the attempt is due again when it was put off, else `None`.
        """
        passage = self.gate.enter()
        if passage.seconds > 0:
            return self._hold_back(attempt_id, passage)
        claimed = self.jobs.claim(attempt_id, self.runner, self.lease_seconds)
        if claimed is None:
            if passage.trial:
                self.gate.retry()  # this one will not find out, so another may
            return None
        attempt, job = claimed
        self.signals.notify(job.id, job)
        try:
            job = self._send(attempt, job)
        except ProviderFault as failure:
            self._tell_gate(passage, attempt, failure)
            return self._end_or_wait(attempt, job, failure)
        except Exception as error:
            # The request is out, or may be: whatever broke here, it must not be sent again.
            self.log("answer_lost", attempt=attempt.id, job=job.id, exc_info=error)
            self.finishing.settle(attempt, settlements.of_loss(error))
            return None
        self._tell_gate(passage, attempt, None)
        self.finishing.finish(attempt, job)
        return None

    def _hold_back(self, attempt_id: str, passage: Passage) -> float | None:
        """Wait for the gate, but not for ever when the provider lets nothing through for its rate limits."""
        if passage.limited_for > PATIENCE_SECONDS:
            fault = Fault(
                "rate_limited",
                say(
                    "The image provider has let nothing through for ten minutes because of its rate limits. "
                    "Nothing was sent; try again later."
                ),
                retryable=True,
                retry_after=passage.seconds,
            )
            job = self.jobs.give_up(attempt_id, PATIENCE_SECONDS, fault)
            if job is not None:
                self.log("attempt_given_up", attempt=attempt_id, job=job.id, code=fault.code)
                self.signals.notify(job.id, job)
                return None
        return min(passage.seconds, _LOOK_AGAIN_SECONDS)

    def _send(self, attempt: Attempt, job: Job) -> Job:
        """The job as it was sent, its answer in the spool."""
        file = self._open_spool(attempt, job)
        deadline = time.monotonic() + self.deadline_seconds
        try:
            job = self._send_in_some_way(attempt, job, file, deadline)
        except ProviderFault as failure:
            if failure.outcome is Outcome.REFUSED:
                file.discard()
            else:
                file.keep_part()
            raise
        except BaseException:
            file.keep_part()
            raise
        file.commit()
        return job

    def _send_in_some_way(self, attempt: Attempt, job: Job, file: SpoolFile, deadline: float) -> Job:
        """As asked; a turn that was refused for how it was sent, and so never begun, at once in another way.

        Which one is known before it goes out, because the answer cannot be read without it.
        """
        request = sent_as(job.request, job.way)
        while True:
            try:
                self._call(attempt, request, file, deadline)
            except ProviderFault as failure:
                way = other_way(request, failure.fault.code) if failure.outcome is Outcome.REFUSED else None
                if way is Way.IMAGE_API and (unsendable := self._unsendable(request)):
                    raise unsendable from failure
                noted = way and self._take_way(attempt, way)
                if not noted:
                    raise
                self.log("turn_sent_otherwise", attempt=attempt.id, job=job.id, way=str(way))
                job, request = noted, sent_as(request, way)
            else:
                return job

    def _unsendable(self, request: AnyRequest) -> ProviderFault | None:
        """Why a turn cannot go by the Image API, where it is known."""
        limits = self.finishing.catalogue.model_or_generic(request.model).inputs
        if not isinstance(request, Turn) or limits is None:
            return None
        problem = image_api_problem(request, limits.max_count)
        if problem is None:
            return None
        return ProviderFault(Outcome.REFUSED, Fault(problem.code, problem.message, param=problem.field))

    def _take_way(self, attempt: Attempt, way: Way) -> Job | None:
        """`None` when it cannot be noted: then it stays refused, for nothing was begun."""
        assert attempt.token is not None
        try:
            return self.jobs.take_way(attempt.id, attempt.token, way)
        except Exception as error:
            self.log("way_not_noted", attempt=attempt.id, exc_info=error)
            return None

    def _call(self, attempt: Attempt, request: AnyRequest, file: SpoolFile, deadline: float) -> None:
        self.provider.send(
            request,
            n=attempt.n,
            stream=attempt.stream,
            deadline=deadline,
            sink=file,
            read_input=self.blobs.get,
            on_partial=lambda partial: self._note_partial(attempt, partial),
        )

    def _open_spool(self, attempt: Attempt, job: Job) -> SpoolFile:
        """Room for the answer, before anything is sent. Raises `ProviderFault` (refused) when there is none."""
        pictures = attempt.n + (_previews(job) if attempt.stream else 0)
        try:
            return self.spool.open(attempt.id, MAX_BYTES_PER_PICTURE * pictures)
        except OSError as error:
            sentence = say(
                "The data folder cannot be written ({reason}); nothing was sent.", reason=str(error.strerror)
            )
            raise ProviderFault(Outcome.REFUSED, Fault("not_ready", sentence, retryable=True)) from error
        except StudioError as error:
            raise ProviderFault(Outcome.REFUSED, error.fault) from error

    def _note_partial(self, attempt: Attempt, partial: Partial) -> None:
        """Previews are a courtesy: when one cannot be kept, the paid picture must not suffer."""
        assert attempt.token is not None
        try:
            self.jobs.note_partial(attempt.id, attempt.token, self.blobs.put_preview(partial.data), partial)
        except Exception as error:
            self.log("partial_not_kept", attempt=attempt.id, error=type(error).__name__)
            return
        self.signals.notify(attempt.job_id)

    def _tell_gate(self, passage: Passage, attempt: Attempt, failure: ProviderFault | None) -> None:
        """Let all calls to this provider know what this one found out.

        Before the attempt is settled: whoever waits for it may send the next request at once.
        """
        try:
            if failure is not None and failure.pauses:
                self.gate.pause(failure.fault, after_trial=passage.trial)
                self.log("provider_paused", code=failure.fault.code)
            elif failure is not None and failure.resend and failure.fault.code != "upstream_unreachable":
                # The provider itself asks for a pause, whether it says for how long or not.
                self.gate.cool(_pause_after(attempt, failure))
            if passage.trial and failure is not None and (failure.resend or failure.outcome is Outcome.AMBIGUOUS):
                self.gate.retry(FIRST_PAUSE_SECONDS)  # it never got as far as finding out
            elif (passage.trial or passage.limited_for) and not (failure and (failure.pauses or failure.resend)):
                self.gate.passed(after_trial=passage.trial)
        except Exception as error:
            # What the call brought is worth more than what it taught.
            self.log("gate_not_told", exc_info=error)

    def _end_or_wait(self, attempt: Attempt, job: Job, failure: ProviderFault) -> float | None:
        if failure.outcome is Outcome.REFUSED and failure.resend and attempt.tries < MAX_TRIES:
            seconds = _pause_after(attempt, failure)
            assert attempt.token is not None
            if self.jobs.postpone(attempt.id, attempt.token, seconds, failure.fault):
                self.log("attempt_waits", attempt=attempt.id, job=job.id, seconds=seconds, code=failure.fault.code)
                self.signals.notify(job.id)
                return seconds
            return None
        self.finishing.settle(attempt, settlements.of_fault(attempt, failure))
        return None


def _pause_after(attempt: Attempt, failure: ProviderFault) -> float:
    """Seconds until the next try: what the provider asked for, else 2, then 4."""
    return failure.fault.retry_after or 2.0**attempt.tries


def _previews(job: Job) -> int:
    """How many previews of each picture the request asks for."""
    return getattr(job.request, "partial_images", None) or 0
