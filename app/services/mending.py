"""What becomes of a paid call whose process died, by the rules and without a second call.

Sent, and its answer lies in the spool: finished from it. Sent, and nothing is there: `unknown`; it
may have been billed, so it is never resent. Given up as unknown, and its answer turned up after all:
kept, and marked late.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.jobs import Attempt, Job, State
from app.services import settlements
from app.services.finishing import Finishing
from app.services.ports import JobStore, Spool


@dataclass(frozen=True, slots=True)
class Mending:
    """Safe in any number of processes at once: whoever mends an attempt takes it over by token first."""

    jobs: JobStore
    spool: Spool
    finishing: Finishing
    runner: str
    lease_seconds: float
    log: Callable[..., None]

    def mend(self, attempt_id: str) -> None:
        """Bring one attempt, or the file that it left in the spool, to its end. Leaves the living alone."""
        attempt = self.jobs.find_attempt(attempt_id)
        match attempt:
            case None:
                self.spool.set_aside(attempt_id)  # of another database, or one restored from a copy
            case Attempt(state=State.SUBMITTED):
                self._take_over(attempt)
            case Attempt(state=State.UNKNOWN):
                self.log("late_answer_kept", attempt=attempt.id, job=attempt.job_id)
                self.finishing.finish(attempt, self._job_of(attempt), late=True)
            case Attempt(state=State.DONE):
                self.spool.remove(attempt.id)  # its process died between settling and clearing up
            case Attempt() if attempt.state.is_final:
                self.spool.set_aside(attempt.id)

    def _take_over(self, abandoned: Attempt) -> None:
        assert abandoned.token is not None, "a submitted attempt has a token"
        attempt = self.jobs.take_over(abandoned.id, abandoned.token, self.runner, self.lease_seconds)
        if attempt is None:
            return  # its process lives, or another one was faster
        if self.finishing.finish(attempt, self._job_of(attempt)):
            self.log("attempt_finished_from_spool", attempt=attempt.id, job=attempt.job_id)
        else:
            self.log("attempt_outcome_unknown", attempt=attempt.id, job=attempt.job_id)
            self.finishing.settle(attempt, settlements.of_silence())

    def _job_of(self, attempt: Attempt) -> Job:
        job = self.jobs.find(attempt.job_id)
        assert job is not None, "an attempt's job is never deleted"
        return job
