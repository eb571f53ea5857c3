"""The moves of a paid call: claimed, taken over, postponed, settled, cancelled, its hold released.

Each is one write transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.errors import Fault
from app.domain.ids import new_id
from app.domain.jobs import Attempt, Job, Settlement, State, may_move
from app.domain.pictures import PictureFile
from app.domain.sentence_records import as_record
from app.domain.sentences import say
from app.domain.turns import Way
from app.storage.clock import day_of
from app.storage.library_text import add_texts
from app.storage.loading import pictures_of
from app.storage.moves import LockedJob, annotate, fault_record, follow, lock_job, lock_job_of, move_attempt
from app.storage.rows import Row, attempt_of, job_of
from app.storage.schema import CHARGES, PICTURES

_CHARGED = frozenset({State.DONE, State.FAILED})
"""The ends for which money is owed; an unknown outcome keeps its hold instead."""

RELEASED = say("Marked as not billed; the hold was released.")
"""What a released hold leaves in the job's notes."""

_OF_WAYS = [as_record(way.note) for way in Way]
"""What the notes say of how a turn was sent."""


def claim(connection: Connection, attempt_id: str, runner: str, lease_seconds: float) -> tuple[Attempt, Job] | None:
    """Mark the attempt submitted under a fresh token, if it is queued or due; it and its job."""
    job = lock_job_of(connection, attempt_id)
    if job is None:
        return None
    attempt = job.attempt(attempt_id)
    if not State(attempt["state"]).is_sendable or attempt["not_before"] > job.now:
        return None
    move_attempt(
        connection,
        attempt,
        state=State.SUBMITTED.value,
        token=secrets.token_hex(16),
        runner=runner,
        lease_until=job.now + lease_seconds,
        tries=attempt["tries"] + 1,
        submitted_at=job.now,
    )
    follow(connection, job, [attempt])
    return attempt_of(attempt), job_of(job.row, job.attempts, _pictures_so_far(connection, job))


def take_over(connection: Connection, attempt_id: str, token: str, runner: str, lease_seconds: float) -> Attempt | None:
    """Give a submitted attempt whose lease ran out a fresh token. It was sent; it stays submitted."""
    job = lock_job_of(connection, attempt_id)
    if job is None:
        return None
    attempt = job.attempt(attempt_id)
    is_left_behind = attempt["state"] == State.SUBMITTED and attempt["lease_until"] < job.now
    if attempt["token"] != token or not is_left_behind:
        return None
    move_attempt(connection, attempt, token=secrets.token_hex(16), runner=runner, lease_until=job.now + lease_seconds)
    return attempt_of(attempt)


def postpone(connection: Connection, attempt_id: str, token: str, seconds: float, fault: Fault) -> bool:
    """Back to waiting. The token is taken away: whoever held it has no more say in this attempt."""
    found = _fenced(connection, attempt_id, token, State.WAITING)
    if found is None:
        return False
    job, attempt = found
    move_attempt(
        connection,
        attempt,
        state=State.WAITING.value,
        token=None,
        runner=None,
        lease_until=None,
        not_before=job.now + seconds,
        fault=fault.as_record(),
    )
    follow(connection, job, [attempt])
    return True


def take_way(connection: Connection, attempt_id: str, token: str, way: Way) -> Job | None:
    """Note, in the job and for people, in which way its attempt is about to be sent after all."""
    job = lock_job_of(connection, attempt_id)
    attempt = None if job is None else job.attempt(attempt_id)
    if job is None or attempt is None or attempt["token"] != token or attempt["state"] != State.SUBMITTED:
        return None
    job.row["notes"] = [note for note in job.row["notes"] if note not in _OF_WAYS]  # of one that was refused too
    annotate(connection, job, (), way.note, way=way.value)
    return job_of(job.row, job.attempts, _pictures_so_far(connection, job))


def settle(connection: Connection, attempt_id: str, token: str, settlement: Settlement) -> Job | None:
    """Write the end of an attempt. Raises `ValueError` for a settlement that ends nothing."""
    if not settlement.state.is_final:
        raise ValueError(f"an attempt cannot end as {settlement.state}")
    found = _fenced(connection, attempt_id, token, settlement.state)
    if found is None:
        return None
    job, attempt = found
    move_attempt(
        connection,
        attempt,
        state=settlement.state.value,
        lease_until=None,
        held_micro=attempt["held_micro"] if settlement.keep_hold else 0,
        finished_at=job.now,
        upstream_request_id=settlement.upstream_request_id or attempt["upstream_request_id"],
        fault=fault_record(settlement.fault),
    )
    if settlement.state in _CHARGED:
        _charge(connection, job, attempt, settlement)
    pictures = [*_pictures_so_far(connection, job)]
    pictures += _keep_pictures(connection, job, attempt, settlement, first_ordinal=_next_ordinal(pictures))
    follow(
        connection,
        job,
        [attempt],
        resolved=settlement.resolved,
        notes=settlement.notes,
        response_id=settlement.response_id,
        words=settlement.words,
    )
    return job_of(job.row, job.attempts, pictures)


def cancel(connection: Connection, job_id: str, owner: str) -> Job | None:
    """Cancel every attempt that was not sent; the job as it then stands."""
    job = lock_job(connection, job_id, owner)
    if job is None:
        return None
    unsent = [attempt for attempt in job.attempts if may_move(State(attempt["state"]), State.CANCELLED)]
    for attempt in unsent:
        move_attempt(connection, attempt, state=State.CANCELLED.value, held_micro=0, finished_at=job.now)
    if unsent:
        follow(connection, job, unsent)
    return job_of(job.row, job.attempts, pictures_of(connection, job_id))


def release_hold(connection: Connection, job_id: str, owner: str) -> Job | None:
    """Hold nothing more for attempts whose outcome is unknown, and say so in the job's notes and log.

    No attempt moves: one whose answer is found later can still be settled, under the token it has.
    """
    job = lock_job(connection, job_id, owner)
    if job is None:
        return None
    held = [attempt for attempt in job.attempts if attempt["state"] == State.UNKNOWN and attempt["held_micro"]]
    for attempt in held:
        move_attempt(connection, attempt, held_micro=0)
    if held:
        annotate(connection, job, held, RELEASED)
    return job_of(job.row, job.attempts, pictures_of(connection, job_id))


def give_up(connection: Connection, attempt_id: str, seconds: float, fault: Fault) -> Job | None:
    """Reject an attempt that can still be sent, if its job was admitted over `seconds` ago."""
    job = lock_job_of(connection, attempt_id)
    if job is None or job.row["created_at"] > job.now - seconds:
        return None
    attempt = job.attempt(attempt_id)
    if not State(attempt["state"]).is_sendable:
        return None
    move_attempt(
        connection,
        attempt,
        state=State.REJECTED.value,
        held_micro=0,
        finished_at=job.now,
        fault=fault.as_record(),
    )
    follow(connection, job, [attempt])
    return job_of(job.row, job.attempts, pictures_of(connection, job.row["id"]))


def _fenced(connection: Connection, attempt_id: str, token: str, end: State) -> tuple[LockedJob, dict[str, Any]] | None:
    """The locked job and attempt, if the token is the attempt's and the move to `end` is legal."""
    job = lock_job_of(connection, attempt_id)
    if job is None:
        return None
    attempt = job.attempt(attempt_id)
    if attempt["token"] != token or not may_move(State(attempt["state"]), end):
        return None
    return job, attempt


def _pictures_so_far(connection: Connection, job: LockedJob) -> Sequence[Row]:
    """What other attempts of the job have brought; nearly every job has but one attempt."""
    return pictures_of(connection, job.row["id"]) if len(job.attempts) > 1 else ()


def _charge(connection: Connection, job: LockedJob, attempt: dict[str, Any], settlement: Settlement) -> None:
    usage = None if settlement.usage is None else settlement.usage.as_record()
    connection.execute(
        _INSERT_CHARGE,
        {
            "id": new_id(),
            "attempt_id": attempt["id"],
            "job_id": job.row["id"],
            "owner": job.row["owner"],
            "model": job.row["model"],
            "kind": job.row["kind"],
            "day": day_of(job.now),
            "at": job.now,
            "amount_micro": settlement.cost,
            "basis": settlement.basis,
            "usage": usage,
            "practice": job.row["practice"],
        },
    )
    attempt.update(charged=settlement.cost, charge_basis=settlement.basis, charge_usage=usage)


def _keep_pictures(
    connection: Connection, job: LockedJob, attempt: dict[str, Any], settlement: Settlement, first_ordinal: int
) -> list[dict[str, Any]]:
    """Record the pictures, and what the model drew beside each composite; the rows of the former.

    The first of them bears what is left when the charge is shared out evenly.
    """
    share, rest = divmod(settlement.cost, len(settlement.pictures) or 1)

    def row_of(file: PictureFile, ordinal: int, **more: Any) -> dict[str, Any]:
        return {
            "id": new_id(),
            "job_id": job.row["id"],
            "attempt_id": attempt["id"],
            "owner": job.row["owner"],
            "ordinal": ordinal,
            "digest": file.digest,
            "mime_type": file.mime_type,
            "width": file.width,
            "height": file.height,
            "byte_size": file.byte_size,
            "revised_prompt": None,
            "prompt": job.row["prompt"],
            "model": job.row["model"],
            "practice": job.row["practice"],
            "created_at": job.now,
            "drift": None,
            "model_picture_id": None,
            "is_model_picture": False,
            "kind": job.row["kind"],
            "cost_micro": 0,
            "favourite": False,
            "note": "",
            "deleted_at": None,
            **more,
        }

    results: list[dict[str, Any]] = []
    beside: list[dict[str, Any]] = []
    for ordinal, picture in enumerate(settlement.pictures, first_ordinal):
        cost = share + rest * (not results)
        row = row_of(picture, ordinal, revised_prompt=picture.revised_prompt, drift=picture.drift, cost_micro=cost)
        if picture.model_picture is not None:
            # A negative ordinal, so that those of the results have no gaps.
            drawn = row_of(picture.model_picture, -1 - ordinal, is_model_picture=True)
            row["model_picture_id"] = drawn["id"]
            beside.append(drawn)
        results.append(row)
    if results:
        connection.execute(_INSERT_PICTURES, [*results, *beside])
        add_texts(connection, results)
    return results


def _next_ordinal(pictures: list[Row]) -> int:
    """After the last one, not as many as there are: some may have been deleted for good."""
    return pictures[-1]["ordinal"] + 1 if pictures else 0


_INSERT_CHARGE = sa.insert(CHARGES)
_INSERT_PICTURES = sa.insert(PICTURES)
