"""Jobs, their attempts and their log in the database. Every method is one short transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.costs import Caps
from app.domain.errors import Fault, StudioError
from app.domain.jobs import Admission, Attempt, Event, Job, NewJob, Settlement, State
from app.domain.pictures import Partial
from app.domain.sentences import say
from app.domain.turns import Way
from app.storage import admission, attempts
from app.storage.clock import DatabaseNow
from app.storage.engine import await_company, commits_are_shared, reading, writing
from app.storage.events import append_events, read_events
from app.storage.loading import load_job, load_jobs
from app.storage.moves import lock_job_of
from app.storage.rows import attempt_of
from app.storage.schema import ATTEMPTS, JOBS, PICTURES


class SqlJobs:
    """The `JobStore` port over a database; safe for any number of processes and threads."""

    def __init__(self, engine: Engine):
        self._engine = engine

    def admit(self, new: NewJob, caps: Caps, set_going: Callable[[Job], None] | None = None) -> Admission:
        """Insert the job with its attempts queued and their price held, if every cap allows it.

        `set_going` is called with a job that was inserted. Where commits are shared that is just before its
        commit: whoever claims an attempt at once writes into the same one, and two waits for the disk are one.
        Raises `StudioError` `idempotency_mismatch` or `budget_exceeded` (details: cap, limit_usd,
        left_usd, needs_usd), or `not_ready` when the database takes nothing; then nothing was written.
        """
        try:
            with writing(self._engine) as connection:
                result = admission.admit(connection, new, caps)
                if set_going and not result.replayed and commits_are_shared(self._engine):
                    set_going(result.job)
                    await_company(self._engine)
        except (sa.exc.OperationalError, sa.exc.InternalError) as error:  # drivers differ in which it is
            sentence = say("The database cannot be written at the moment; nothing was sent.")
            raise StudioError(Fault("not_ready", sentence, retryable=True)) from error
        if set_going and not result.replayed and not commits_are_shared(self._engine):
            set_going(result.job)
        return result

    def find(self, job_id: str, owner: str | None = None) -> Job | None:
        """The job, or `None`; with `owner`, also `None` when it belongs to somebody else."""
        with reading(self._engine) as connection:
            job = load_job(connection, _BY_ID, {"of_job": job_id})
        return job if job is None or owner is None or job.owner == owner else None

    def find_by_key(self, owner: str, key: str) -> Job | None:
        """The job that this owner's idempotency key admitted."""
        with reading(self._engine) as connection:
            return load_job(connection, admission.JOB_BY_KEY, {"of_owner": owner, "of_key": key})

    def find_identical(self, owner: str, fingerprint: str, practice: bool) -> Job | None:
        """The newest job of that owner that is done, asked exactly the same, and has all its pictures."""
        with reading(self._engine) as connection:
            values = {"of_owner": owner, "of_fingerprint": fingerprint, "of_practice": practice}
            return load_job(connection, _IDENTICAL, values)

    def recent(self, owner: str, *, before: str | None = None, limit: int = 30) -> Sequence[Job]:
        """Jobs of that owner, newest first, older than the id `before`."""
        query = sa.select(JOBS).where(JOBS.c.owner == owner).order_by(JOBS.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(JOBS.c.id < before)
        with reading(self._engine) as connection:
            return load_jobs(connection, query)

    def claim(self, attempt_id: str, runner: str, lease_seconds: float) -> tuple[Attempt, Job] | None:
        """Mark a queued or due waiting attempt submitted, durably, under a fresh token; it and its job.

        `None` when it cannot be claimed. When this returns an attempt, the call may be sent.
        """
        with writing(self._engine) as connection:
            return attempts.claim(connection, attempt_id, runner, lease_seconds)

    def renew(self, runner: str, attempt_ids: Sequence[str], lease_seconds: float) -> None:
        """Prolong the leases of these attempts, as far as they are still this runner's."""
        if not attempt_ids:
            return
        values = {"of_runner": runner, "of_attempts": list(attempt_ids), "seconds": lease_seconds}
        with writing(self._engine) as connection:
            connection.execute(_RENEW, values)

    def take_over(self, attempt_id: str, token: str, runner: str, lease_seconds: float) -> Attempt | None:
        """Make a submitted attempt whose lease ran out this runner's, under a fresh token.

        `None` when the lease was renewed meanwhile or another process was faster.
        """
        with writing(self._engine) as connection:
            return attempts.take_over(connection, attempt_id, token, runner, lease_seconds)

    def postpone(self, attempt_id: str, token: str, seconds: float, fault: Fault) -> bool:
        """Back to waiting for at least `seconds`; `False` when the token is no longer the attempt's."""
        with writing(self._engine) as connection:
            return attempts.postpone(connection, attempt_id, token, seconds, fault)

    def take_way(self, attempt_id: str, token: str, way: Way) -> Job | None:
        """Note, durably, in which way a submitted attempt is about to be sent; the job as it then stands.

        `None`, and nothing written, when the token is no longer the attempt's: then it must not be sent.
        """
        with writing(self._engine) as connection:
            return attempts.take_way(connection, attempt_id, token, way)

    def settle(self, attempt_id: str, token: str, settlement: Settlement) -> Job | None:
        """Write the end of an attempt: pictures, charge, hold, states, events.

        `None`, and nothing written, when the token is no longer the attempt's or it has ended
        already. An unknown outcome can still be settled as done or failed, under the same token.
        """
        with writing(self._engine) as connection:
            return attempts.settle(connection, attempt_id, token, settlement)

    def cancel(self, job_id: str, owner: str) -> Job | None:
        """Cancel every attempt that was not sent; the job as it then stands, `None` if not found."""
        with writing(self._engine) as connection:
            return attempts.cancel(connection, job_id, owner)

    def release_hold(self, job_id: str, owner: str) -> Job | None:
        """Hold nothing more for calls whose outcome is unknown; the job as it then stands, `None` if not found.

        A second time changes nothing. An answer that is found later can still be settled.
        """
        with writing(self._engine) as connection:
            return attempts.release_hold(connection, job_id, owner)

    def note_partial(self, attempt_id: str, token: str, partial_digest: str, partial: Partial) -> None:
        """Append a `partial` event, unless the token is no longer the attempt's."""
        with writing(self._engine) as connection:
            job = lock_job_of(connection, attempt_id)
            attempt = None if job is None else job.attempt(attempt_id)
            if job is None or attempt is None or attempt["token"] != token or attempt["state"] != State.SUBMITTED:
                return
            data = {
                "ordinal": attempt["ordinal"],
                "index": partial.index,
                "digest": partial_digest,
                "mime_type": partial.mime_type,
            }
            append_events(connection, job.row["id"], job.now, ("partial", data))

    def events(self, job_id: str, after: int = 0, limit: int = 200) -> Sequence[Event]:
        """The job's log after sequence number `after`, oldest first."""
        with reading(self._engine) as connection:
            return read_events(connection, job_id, after, limit)

    def give_up(self, attempt_id: str, seconds: float, fault: Fault) -> Job | None:
        """Reject an attempt that was never sent, or waits to be, if its job is older than `seconds`."""
        with writing(self._engine) as connection:
            return attempts.give_up(connection, attempt_id, seconds, fault)

    def sendable(self, limit: int = 100) -> Sequence[str]:
        """Ids of attempts that are queued, or waiting and due; the longest due first."""
        with reading(self._engine) as connection:
            return connection.execute(_SENDABLE, {"at_most": limit}).scalars().all()

    def expired(self, limit: int = 1000) -> Sequence[Attempt]:
        """Submitted attempts whose lease ran out, the longest overdue first."""
        return self._attempts(_EXPIRED, {"at_most": limit})

    def find_attempt(self, attempt_id: str) -> Attempt | None:
        """One attempt with its token: whose answer a file in the spool is."""
        return next(iter(self._attempts(_ATTEMPT, {"of_attempt": attempt_id})), None)

    def _attempts(self, query: sa.Select[Any], values: dict[str, Any]) -> Sequence[Attempt]:
        with reading(self._engine) as connection:
            return [attempt_of(row) for row in connection.execute(query, values).mappings()]


_BY_ID = sa.select(JOBS).where(JOBS.c.id == sa.bindparam("of_job"))
_IDENTICAL = (
    sa.select(JOBS)
    .where(
        JOBS.c.owner == sa.bindparam("of_owner"),
        JOBS.c.fingerprint == sa.bindparam("of_fingerprint"),
        JOBS.c.practice == sa.bindparam("of_practice"),
        JOBS.c.state == State.DONE,
        JOBS.c.purged == 0,
        sa.not_(sa.exists().where(PICTURES.c.job_id == JOBS.c.id, PICTURES.c.deleted_at.is_not(None))),
    )
    .order_by(JOBS.c.id.desc())
    .limit(1)
)
_ATTEMPT = sa.select(ATTEMPTS).where(ATTEMPTS.c.id == sa.bindparam("of_attempt"))
_RENEW = (
    sa.update(ATTEMPTS)
    .where(
        ATTEMPTS.c.state == State.SUBMITTED,
        ATTEMPTS.c.runner == sa.bindparam("of_runner"),
        ATTEMPTS.c.id.in_(sa.bindparam("of_attempts", expanding=True)),
    )
    .values(lease_until=DatabaseNow() + sa.bindparam("seconds"))
)
_SENDABLE = (
    sa.select(ATTEMPTS.c.id)
    .where(ATTEMPTS.c.state.in_([State.QUEUED, State.WAITING]), ATTEMPTS.c.not_before <= DatabaseNow())
    .order_by(ATTEMPTS.c.not_before, ATTEMPTS.c.job_id, ATTEMPTS.c.ordinal)
    .limit(sa.bindparam("at_most"))
)
_EXPIRED = (
    sa.select(ATTEMPTS)
    .where(ATTEMPTS.c.state == State.SUBMITTED, ATTEMPTS.c.lease_until < DatabaseNow())
    .order_by(ATTEMPTS.c.lease_until)
    .limit(sa.bindparam("at_most"))
)
