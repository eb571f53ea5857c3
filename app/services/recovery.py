"""What happens to paid calls whose process died, by the rules and without a second call.

Three kinds are found: attempts that were never sent (queued again), attempts that were sent and
whose answer lies in the spool (finished from it), and attempts that were sent and left nothing
(`unknown`: they may have been billed, so they are never resent).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.errors import Fault
from app.domain.jobs import Attempt, Settlement, State
from app.services.attempts import LEASE_SECONDS, Attempts
from app.services.ports import JobStore, Runner, Signals, Spool


@dataclass(frozen=True, slots=True)
class Recovery:
    """One sweep is safe in any number of processes at once: every step is claimed by token first."""

    jobs: JobStore
    spool: Spool
    attempts: Attempts
    runner: Runner
    signals: Signals
    log: Callable[..., None]

    def sweep(self) -> None:
        """Renew the leases of what runs here, then look for what was left behind, also by this process.

        A call whose answer could not be stored (a full disk) ends here too: its lease is no longer
        renewed, so that a later sweep finishes it from the spool.
        """
        self.jobs.renew(self.attempts.runner, self.runner.under_way(), LEASE_SECONDS)
        for attempt in self.jobs.expired():
            self._take_over(attempt)
        for attempt_id in self.spool.committed():
            self._finish_late(attempt_id)
        self.runner.enqueue(self.jobs.sendable())

    def _take_over(self, expired: Attempt) -> None:
        assert expired.token is not None, "a submitted attempt has a token"
        attempt = self.jobs.take_over(expired.id, expired.token, self.attempts.runner, LEASE_SECONDS)
        if attempt is None:
            return  # its process came back, or another one was faster
        job = self.jobs.find(attempt.job_id)
        assert job is not None, "an attempt's job is never deleted"
        if self.spool.is_committed(attempt.id):
            self.log("attempt_finished_from_spool", attempt=attempt.id, job=job.id)
            self.attempts.finish(attempt, job)
            return
        self.log("attempt_outcome_unknown", attempt=attempt.id, job=job.id)
        assert attempt.token is not None
        self.jobs.settle(
            attempt.id,
            attempt.token,
            Settlement(
                state=State.UNKNOWN,
                fault=Fault(
                    "outcome_unknown",
                    "Atelier was stopped while it waited for the provider's answer. The call may have been billed.",
                    may_have_cost=True,
                ),
                keep_hold=True,
            ),
        )
        self.signals.notify(job.id)

    def _finish_late(self, attempt_id: str) -> None:
        """An answer that reached the spool after its attempt was given up as unknown is kept after all."""
        attempt = self.jobs.find_attempt(attempt_id)
        if attempt is None or attempt.state is not State.UNKNOWN:
            return  # it belongs to a call under way, or is the kept raw answer of a failed one
        job = self.jobs.find(attempt.job_id)
        assert job is not None, "an attempt's job is never deleted"
        self.log("late_answer_kept", attempt=attempt_id, job=job.id)
        self.attempts.finish(attempt, job, late=True)
