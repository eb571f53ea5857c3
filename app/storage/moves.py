"""Moving an attempt: always under its job's lock, always with the job's new state in the same breath."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.costs import Usage
from app.domain.errors import Fault
from app.domain.jobs import Resolved, State, state_of_job
from app.domain.sentence_records import as_record
from app.storage.clock import DatabaseNow
from app.storage.events import append_events
from app.storage.placing import is_placed, note_words
from app.storage.schema import ATTEMPTS, CHARGES, JOBS


@dataclass(slots=True)
class LockedJob:
    """A job and all its attempts, which nobody else can move before this transaction ends.

    `attempts` carry what was charged for each as `charged`, `charge_basis` and `charge_usage`.
    """

    row: dict[str, Any]
    attempts: list[dict[str, Any]]
    now: float

    def attempt(self, attempt_id: str) -> dict[str, Any]:
        return next(attempt for attempt in self.attempts if attempt["id"] == attempt_id)


def lock_job(connection: Connection, job_id: str, owner: str) -> LockedJob | None:
    """Lock the job of that owner; `None` when there is none."""
    return _lock(connection, _JOB, {"of_job": job_id, "of_owner": owner})


def lock_job_of(connection: Connection, attempt_id: str) -> LockedJob | None:
    """Lock the job that an attempt belongs to; `None` when there is no such attempt."""
    return _lock(connection, _JOB_OF_ATTEMPT, {"of_attempt": attempt_id})


def move_attempt(connection: Connection, attempt: dict[str, Any], **changes: Any) -> None:
    """Write changes of an attempt, in the database and in the locked row alike."""
    attempt.update(changes)
    connection.execute(_CHANGE_ATTEMPT, {"of_attempt": attempt["id"], **changes})


def follow(
    connection: Connection,
    job: LockedJob,
    moved: Iterable[dict[str, Any]],
    *,
    resolved: Resolved | None = None,
    notes: tuple[str, ...] = (),
    response_id: str | None = None,
    words: str | None = None,
) -> None:
    """Bring the job's row in line with its attempts and log the move of each in `moved`.

    What follows `moved` is what a settlement adds to the job.
    """
    row = job.row
    state = state_of_job(State(attempt["state"]) for attempt in job.attempts)
    faults = (attempt["fault"] for attempt in job.attempts if State(attempt["state"]) in _FAILURES)
    changes = {
        "state": state.value,
        "submitted_at": min((a["submitted_at"] for a in job.attempts if a["submitted_at"]), default=None),
        "finished_at": job.now if state.is_final else None,
        # While the job is open its page says how it stands; why one call of it failed comes at the end.
        "fault": next((fault for fault in faults if fault is not None), None) if state.is_final else None,
        **_sum_of_charges(job.attempts),
    }
    if row["submitted_at"] is not None:
        changes["submitted_at"] = row["submitted_at"]  # the first try's; a resent attempt knows its last
    if resolved is not None and resolved != Resolved():
        known = {name: value for name, value in row["resolved"].items() if value is not None}
        changes["resolved"] = asdict(resolved) | known
    if (response_id is not None or words is not None) and is_placed(connection, row):
        changes |= {"response_id": response_id, "words": words}
        if words is not None:
            note_words(connection, row, words)
    if notes:
        changes["notes"] = [*row["notes"], *map(as_record, notes)]
    row.update(changes)
    connection.execute(_CHANGE_JOB, {"of_job": row["id"], **changes})
    append_events(connection, row["id"], job.now, *_events(state, moved, row["fault"]))


def annotate(connection: Connection, job: LockedJob, changed: Iterable[dict[str, Any]], note: str, **more: Any) -> None:
    """Add a note to the job and log the attempts that it is about. States and times stay as they are.

    `more`: further columns of the job to change.
    """
    row = job.row
    row.update(more, notes=[*row["notes"], as_record(note)])
    connection.execute(_CHANGE_JOB, {"of_job": row["id"], "notes": row["notes"], **more})
    append_events(connection, row["id"], job.now, *_events(State(row["state"]), changed, row["fault"]))


def fault_record(fault: Fault | None) -> dict[str, Any] | None:
    return None if fault is None else fault.as_record()


def _events(
    state: State, moved: Iterable[dict[str, Any]], fault: dict[str, Any] | None
) -> list[tuple[str, dict[str, Any]]]:
    events: list[tuple[str, dict[str, Any]]] = [
        ("state", {"state": state.value, "ordinal": attempt["ordinal"], "attempt_state": attempt["state"]})
        for attempt in moved
    ]
    if state is State.DONE:
        events.append(("done", {"state": state.value}))
    elif state.is_final:
        events.append(("failed", {"state": state.value, "code": fault["code"] if fault else None}))
    return events


def _sum_of_charges(attempts: list[dict[str, Any]]) -> dict[str, Any]:
    charged = [attempt for attempt in attempts if attempt["charged"] is not None]
    usages = [Usage(**attempt["charge_usage"]) for attempt in charged if attempt["charge_usage"] is not None]
    bases = {attempt["charge_basis"] for attempt in charged}
    return {
        "cost_micro": sum(attempt["charged"] for attempt in charged) if charged else None,
        # One estimate among reported figures makes the whole sum an estimate.
        "basis": next((basis for basis in ("estimate", "usage") if basis in bases), "none"),
        "usage": sum(usages, Usage()).as_record() if usages else None,
    }


def _lock(connection: Connection, query: sa.Select[Any], values: dict[str, Any]) -> LockedJob | None:
    row = connection.execute(query, values).mappings().first()
    if row is None:
        return None
    # A second statement, because only what is read after the lock was granted is sure to be current.
    attempts = connection.execute(_ATTEMPTS, {"of_job": row["id"]}).mappings().all()
    return LockedJob(dict(row), [dict(attempt) for attempt in attempts], attempts[0]["now"])


_FAILURES = frozenset({State.REJECTED, State.FAILED, State.UNKNOWN})

_JOB = (
    sa.select(JOBS)
    .where(JOBS.c.id == sa.bindparam("of_job"), JOBS.c.owner == sa.bindparam("of_owner"))
    .with_for_update()
)
_JOB_OF_ATTEMPT = (
    sa.select(JOBS)
    .where(
        JOBS.c.id == sa.select(ATTEMPTS.c.job_id).where(ATTEMPTS.c.id == sa.bindparam("of_attempt")).scalar_subquery()
    )
    .with_for_update()
)
_ATTEMPTS = (
    sa.select(
        ATTEMPTS,
        CHARGES.c.amount_micro.label("charged"),
        CHARGES.c.basis.label("charge_basis"),
        CHARGES.c.usage.label("charge_usage"),
        DatabaseNow().label("now"),
    )
    .outerjoin(CHARGES, CHARGES.c.attempt_id == ATTEMPTS.c.id)
    .where(ATTEMPTS.c.job_id == sa.bindparam("of_job"))
    .order_by(ATTEMPTS.c.ordinal)
)
_CHANGE_ATTEMPT = sa.update(ATTEMPTS).where(ATTEMPTS.c.id == sa.bindparam("of_attempt"))
_CHANGE_JOB = sa.update(JOBS).where(JOBS.c.id == sa.bindparam("of_job"))
