"""The second half of every paid call: from an answer in the spool to kept pictures and a settled charge.

Sends nothing, so it may be done again by any process until it succeeds once; the attempt's token
decides whose result counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from app.domain.catalogue import Catalogue
from app.domain.jobs import Answer, Attempt, Job, ProviderFault, Receipt, Settlement, State
from app.domain.pictures import Drawn, NewPicture, Undecodable
from app.domain.sentences import say
from app.domain.turns import sent_as
from app.imaging.inspect import NotAPicture, inspect_picture
from app.services import settlements
from app.services.composing import Composing, Drawing
from app.services.ports import ImageProvider, JobStore, Signals, Spool

MAX_BYTES_PER_PICTURE = 64 * 1024 * 1024
"""How much answer is accepted for each picture asked for (base64 and JSON included)."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Finishing:
    """Decodes, keeps and settles answers. One value serves all threads."""

    jobs: JobStore
    provider: ImageProvider
    spool: Spool
    composing: Composing
    catalogue: Catalogue
    signals: Signals
    deadline_seconds: float
    log: Callable[..., None]

    def finish(self, attempt: Attempt, job: Job, *, late: bool = False) -> bool:
        """Settle the attempt by the answer in the spool; `False` when there is none.

        `late`: the attempt had been given up as unknown; the job's notes say that it came after all.
        What the disk or the database raises passes through: then the answer is still in the spool.
        """
        job = replace(job, request=sent_as(job.request, job.way))
        receipt: Receipt | None = None
        unusable: list[ProviderFault] = []
        try:
            spooled = self.spool.read(attempt.id)
            if spooled is None:
                return False
            receipt, body = spooled
            answer = self._understand(job, lambda: self.provider.read(job.request, receipt, body))
            kept, remarks = self._keep_all(job, answer, unusable)
        except ProviderFault as failure:
            unusable.append(_untraced(failure))
            settlement = settlements.of_fault(attempt, failure, receipt)
        else:
            settlement = settlements.of_answer(
                attempt, job, answer, kept, receipt, self.catalogue, late=late, remarks=remarks
            )
        if late and settlement.state not in (State.DONE, State.FAILED):
            self.spool.set_aside(attempt.id)  # it tells no more than was known
            return True
        if self.settle(attempt, settlement) is None:
            return True  # another process has it; what becomes of the file is decided with the attempt
        if unusable or settlement.state is State.FAILED:
            self.spool.set_aside(attempt.id)  # it was paid for, and a person may want to look at it
        else:
            self.spool.remove(attempt.id)
        return True

    def settle(self, attempt: Attempt, settlement: Settlement) -> Job | None:
        """Write the end of an attempt, and tell who waits. `None` when it is no longer this process's."""
        assert attempt.token is not None, "an attempt that was claimed has a token"
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
        self.signals.notify(attempt.job_id, job)
        return job

    def _understand(self, job: Job, step: Callable[[], _T]) -> _T:
        try:
            return step()
        except Undecodable as error:
            raise settlements.no_usable_picture(error.reason) from error
        except (ProviderFault, MemoryError, OSError):
            raise
        except Exception as error:
            # An answer that our own code stumbles over would be tried again for ever, its job open.
            self.log("answer_not_understood", job=job.id, exc_info=error)
            raise settlements.unusable(say("The provider's answer could not be read; it is kept.")) from error

    def _keep_all(
        self, job: Job, answer: Answer, unusable: list[ProviderFault]
    ) -> tuple[tuple[NewPicture, ...], tuple[str, ...]]:
        """Every picture that is one, and what is to be said about them; what is wrong with the others goes to
        `unusable`. Raises when none is left; an answer in words has none to begin with.

        One after the other: an answer may hold hundreds of megabytes, of which only one picture is in memory.
        """
        kept, remarks = [], []
        for drawn in answer.pictures:
            try:
                picture, remark = self.composing.keep(job, self._inspected(job, drawn))
                kept.append(picture)
                remarks.append(remark)
            except ProviderFault as failure:
                unusable.append(_untraced(failure))
        if unusable and not kept:
            raise unusable[0]
        return tuple(kept), tuple(dict.fromkeys(filter(None, remarks)))

    def _inspected(self, job: Job, drawn: Drawn) -> Drawing:
        if drawn.read is not None:
            data = self._understand(job, drawn.read)
        else:
            assert drawn.url is not None
            deadline = time.monotonic() + self.deadline_seconds
            data = self.provider.fetch(drawn.url, deadline=deadline, max_bytes=MAX_BYTES_PER_PICTURE)
        try:
            facts = inspect_picture(data)
        except NotAPicture as error:
            raise settlements.no_usable_picture(error.reason) from error
        return Drawing(data, facts, drawn.revised_prompt)


def _untraced(failure: ProviderFault) -> ProviderFault:
    """The same without the frames it came through.

    They hold the whole answer, and once kept in one of them it would hold them in turn: hundreds of
    megabytes until the garbage collector happens to look.
    """
    failure.__cause__ = failure.__context__ = None
    return failure.with_traceback(None)
