"""The one path every paid call takes.

mark *submitted*, durably → send once → raw answer to the spool, durably → decode → keep the bytes →
one settling transaction. Whatever happens between two steps, the next start knows from the job's
row and the spool file what was paid for and what was not. `finish` is the second half alone, for
answers that a crash left in the spool.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from app.domain.catalogue import Catalogue
from app.domain.errors import Fault
from app.domain.jobs import (
    Answer,
    Attempt,
    Job,
    Outcome,
    ProviderFault,
    Receipt,
    Settlement,
    State,
)
from app.domain.pictures import Drawn, NewPicture, Partial
from app.imaging.inspect import NotAPicture, inspect_picture
from app.services.ports import BlobStore, ImageProvider, JobStore, Signals, Spool

MAX_BYTES_PER_PICTURE = 64 * 1024 * 1024
"""How much answer is accepted for each picture asked for (base64 and JSON included)."""

MAX_TRIES = 3
"""How often one attempt may be sent in all, and only while it is certain that nothing ran."""

LEASE_SECONDS = 30.0
"""How long a process may be silent before its calls are taken over. Renewed every 10 seconds."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Runs attempts. `runner` names this process in leases; one value serves all threads."""

    jobs: JobStore
    provider: ImageProvider
    spool: Spool
    blobs: BlobStore
    catalogue: Catalogue
    signals: Signals
    runner: str
    deadline_seconds: float
    log: Callable[..., None]

    def run(self, attempt_id: str) -> float | None:
        """Make one paid call, if it is still to be made.

        Returns the seconds after which the attempt is due again when it was put off, else `None`.
        """
        attempt = self.jobs.claim(attempt_id, self.runner, LEASE_SECONDS)
        if attempt is None:
            return None
        job = self.jobs.find(attempt.job_id)
        assert job is not None, "an attempt's job is never deleted"
        self.signals.notify(job.id)
        try:
            self._send(attempt, job)
        except ProviderFault as failure:
            return self._give_up_or_wait(attempt, job, failure)
        self.finish(attempt, job)
        return None

    def finish(self, attempt: Attempt, job: Job, *, late: bool = False) -> None:
        """Turn a committed spool file into kept pictures and a settled charge. Sends nothing.

        `late`: the attempt had been given up as unknown; the job's notes say that it came after all.
        """
        spooled = self.spool.read(attempt.id)
        assert spooled is not None, "finish is called only for committed answers"
        receipt, body = spooled
        try:
            answer = self.provider.read(job.request, receipt, body)
            del body  # tens of megabytes, no longer needed while the pictures are written
            kept = tuple(self._keep(drawn) for drawn in answer.pictures)
        except ProviderFault as failure:
            self._settle(attempt, self._settlement_of_fault(attempt, failure, receipt))
            return  # the spool file stays: it was paid for, and a person may want to look at it
        self._settle(attempt, self._settlement_of_answer(attempt, job, answer, kept, receipt, late=late))
        self.spool.remove(attempt.id)

    def _send(self, attempt: Attempt, job: Job) -> None:
        pictures = attempt.n + (_previews(job) if attempt.stream else 0)
        file = self.spool.open(attempt.id, MAX_BYTES_PER_PICTURE * pictures)
        try:
            self.provider.send(
                job.request,
                n=attempt.n,
                stream=attempt.stream,
                deadline=time.monotonic() + self.deadline_seconds,
                sink=file,
                read_input=self.blobs.get,
                on_partial=lambda partial: self._note_partial(attempt, partial),
            )
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

    def _note_partial(self, attempt: Attempt, partial: Partial) -> None:
        """Previews are a courtesy: when one cannot be kept, the paid picture must not suffer."""
        assert attempt.token is not None
        try:
            self.jobs.note_partial(attempt.id, attempt.token, self.blobs.put(partial.data), partial)
        except Exception as error:
            self.log("partial_not_kept", attempt=attempt.id, error=type(error).__name__)
            return
        self.signals.notify(attempt.job_id)

    def _keep(self, drawn: Drawn) -> NewPicture:
        data = drawn.data
        if data is None:
            assert drawn.url is not None
            deadline = time.monotonic() + self.deadline_seconds
            data = self.provider.fetch(drawn.url, deadline=deadline, max_bytes=MAX_BYTES_PER_PICTURE)
        try:
            facts = inspect_picture(data)
        except NotAPicture as error:
            raise ProviderFault(
                Outcome.UNUSABLE,
                Fault(
                    "upstream_bad_response",
                    f"The provider's answer holds no usable picture: {error}.",
                    may_have_cost=True,
                ),
            ) from error
        return NewPicture(
            digest=self.blobs.put(data),
            mime_type=facts.mime_type,
            width=facts.width,
            height=facts.height,
            byte_size=len(data),
            revised_prompt=drawn.revised_prompt,
        )

    def _give_up_or_wait(self, attempt: Attempt, job: Job, failure: ProviderFault) -> float | None:
        if failure.outcome is Outcome.REFUSED and failure.resend and attempt.tries < MAX_TRIES:
            seconds = failure.fault.retry_after or 2.0**attempt.tries
            assert attempt.token is not None
            if self.jobs.postpone(attempt.id, attempt.token, seconds, failure.fault):
                self.log("attempt_waits", attempt=attempt.id, job=job.id, seconds=seconds, code=failure.fault.code)
                self.signals.notify(job.id)
                return seconds
            return None
        self._settle(attempt, self._settlement_of_fault(attempt, failure, None))
        return None

    def _settle(self, attempt: Attempt, settlement: Settlement) -> None:
        assert attempt.token is not None
        job = self.jobs.settle(attempt.id, attempt.token, settlement)
        self.log(
            "attempt_ended",
            attempt=attempt.id,
            job=attempt.job_id,
            state=str(settlement.state),
            cost_micro_usd=settlement.cost,
            code=settlement.fault.code if settlement.fault else None,
            upstream_request_id=settlement.upstream_request_id,
            fenced=job is None,
        )
        self.signals.notify(attempt.job_id)

    def _settlement_of_answer(
        self,
        attempt: Attempt,
        job: Job,
        answer: Answer,
        kept: tuple[NewPicture, ...],
        receipt: Receipt,
        *,
        late: bool,
    ) -> Settlement:
        notes = ["The answer came late, after it had been given up; it was kept."] if late else []
        if len(kept) < attempt.n:
            notes.append(f"{attempt.n} pictures were asked for, {len(kept)} came.")
        usage = answer.usage
        if usage is not None and self.catalogue.plausible(job.request, attempt.n, usage):
            cost, basis = self.catalogue.cost_of(job.request, usage), "usage"
        else:
            # Either the model is priced by the picture or the gateway reports nothing usable.
            cost, basis, usage = attempt.estimate, "estimate", None
        return Settlement(
            state=State.DONE,
            pictures=kept,
            cost=cost,
            basis=basis,
            usage=usage,
            resolved=answer.resolved,
            notes=tuple(notes),
            upstream_request_id=receipt.request_id,
        )

    def _settlement_of_fault(self, attempt: Attempt, failure: ProviderFault, receipt: Receipt | None) -> Settlement:
        request_id = failure.fault.upstream_request_id or (receipt.request_id if receipt else None)
        match failure.outcome:
            case Outcome.UNUSABLE:
                return Settlement(
                    state=State.FAILED,
                    cost=attempt.estimate,
                    basis="estimate",
                    fault=failure.fault,
                    upstream_request_id=request_id,
                )
            case Outcome.AMBIGUOUS:
                return Settlement(
                    state=State.UNKNOWN, fault=failure.fault, keep_hold=True, upstream_request_id=request_id
                )
            case _:
                return Settlement(state=State.REJECTED, fault=failure.fault, upstream_request_id=request_id)


def _previews(job: Job) -> int:
    """How many previews of each picture the request asks for."""
    return getattr(job.request, "partial_images", None) or 0
