"""Looks after calls: keeps the leases of those that run here, and finds those that nobody runs any more."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.attempts import LEASE_SECONDS
from app.services.ports import JobStore, Runner, Spool


@dataclass(frozen=True, slots=True)
class Recovery:
    """`calls` runs attempts, `menders` mends what was left behind (`Attempts.run`, `Mending.mend`).

    Two beats rather than one: what is mended may take minutes, and leases must not run out meanwhile.
    """

    jobs: JobStore
    spool: Spool
    calls: Runner
    menders: Runner
    runner: str
    lease_seconds: float = LEASE_SECONDS

    def renew(self) -> None:
        """Prolong the leases of what really runs here.

        A call that crashed half-way (a full disk, a database that was away) is not among them, so
        that a later sweep takes it up again from the spool.
        """
        self.jobs.renew(self.runner, [*self.calls.under_way(), *self.menders.under_way()], self.lease_seconds)

    def sweep(self) -> None:
        """Find what was left behind, by whichever process, and set it going again."""
        abandoned = [attempt.id for attempt in self.jobs.expired()]
        busy = set(self.calls.under_way())
        self.menders.enqueue(abandoned + [found for found in self.spool.committed() if found not in busy])
        self.calls.enqueue(self.jobs.sendable())
