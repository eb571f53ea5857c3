"""Admission: the one transaction that lets a job in, or says why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.costs import Caps, MicroUSD, dollars
from app.domain.errors import Fault, StudioError
from app.domain.ids import new_id
from app.domain.jobs import Admission, Job, NewJob, Resolved, State
from app.domain.requests import AnyRequest, InputPicture, as_record
from app.domain.sentence_records import as_record as text_as_record
from app.domain.sentences import Sentence, say
from app.storage.clock import DatabaseNow, start_of_day, start_of_month
from app.storage.costs import read_spending
from app.storage.events import append_events
from app.storage.loading import load_job
from app.storage.placing import place_turn
from app.storage.rows import job_of
from app.storage.schema import ATTEMPTS, JOB_INPUTS, JOBS

_ADVISORY_LOCK = 7_105_002


def admit(connection: Connection, new: NewJob, caps: Caps) -> Admission:
    """Let the job in within a write transaction. Raises `StudioError`, having written nothing."""
    if connection.dialect.name == "postgresql":
        # SQLite admits one writer at a time anyway; here the sums must not run side by side either.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
    if new.key is not None:
        earlier = load_job(connection, JOB_BY_KEY, {"of_owner": new.owner, "of_key": new.key})
        if earlier is not None:
            return _replay(earlier, new)
    now = connection.execute(_NOW).scalar_one()
    _require_budget(connection, new, caps, now)
    job = _row_of_job(new, now)
    attempts = _rows_of_attempts(new, now)
    connection.execute(sa.insert(JOBS), job)
    connection.execute(sa.insert(ATTEMPTS), attempts)
    if inputs := _rows_of_inputs(new):
        connection.execute(sa.insert(JOB_INPUTS), inputs)
    if new.turn is not None:
        place_turn(connection, new, now)
    append_events(connection, new.id, now, ("state", {"state": State.QUEUED.value}))
    return Admission(job_of(job, attempts, ()), replayed=False)


def _replay(earlier: Job, new: NewJob) -> Admission:
    if earlier.fingerprint != new.fingerprint:
        raise StudioError(
            Fault(
                "idempotency_mismatch",
                say("This Idempotency-Key already stands for another request. Use a new key for a new request."),
            ),
            job_id=earlier.id,
        )
    return Admission(earlier, replayed=True)


def _require_budget(connection: Connection, new: NewJob, caps: Caps, now: float) -> None:
    needs = sum(call.at_most for call in new.calls)
    windows = (("daily", caps.daily, start_of_day(now)), ("monthly", caps.monthly, start_of_month(now)))
    for cap, limit, since in windows:
        if limit is None:
            continue
        committed = read_spending(connection, since=since, practice=new.practice).committed
        if committed + needs > limit:
            raise _over_budget(cap, limit, max(0, limit - committed), needs)


def _over_budget(cap: str, limit: MicroUSD, left: MicroUSD, needs: MicroUSD) -> StudioError:
    return StudioError(
        Fault(
            "budget_exceeded",
            _what_is_left(cap, needs=dollars(needs), limit=dollars(limit), left=dollars(left)),
            details={
                "cap": cap,
                "limit_usd": dollars(limit),
                "left_usd": dollars(left),
                "needs_usd": dollars(needs),
            },
        )
    )


def _what_is_left(cap: str, **amounts: str) -> Sentence:
    if cap == "daily":
        return say(
            "This may cost up to ${needs}, but of the daily budget of ${limit} only ${left} is left. Nothing was sent.",
            **amounts,
        )
    return say(
        "This may cost up to ${needs}, but of the monthly budget of ${limit} only ${left} is left. Nothing was sent.",
        **amounts,
    )


_SINGLES = ("mask", "extended_from", "fallback")


def _rows_of_inputs(new: NewJob) -> list[dict[str, Any]]:
    """One row for each blob that the request names, under the library's picture that it is, if any."""
    by_digest: dict[str, str | None] = {}
    for picture in _inputs_of(new.request):
        by_digest[picture.digest] = by_digest.get(picture.digest) or picture.picture_id
    return [
        {"job_id": new.id, "ordinal": ordinal, "digest": digest, "picture_id": picture_id}
        for ordinal, (digest, picture_id) in enumerate(by_digest.items())
    ]


def _inputs_of(request: AnyRequest) -> Iterator[InputPicture]:
    for holder in (getattr(request, "given", None), request):
        yield from getattr(holder, "images", ())
        yield from (single for name in _SINGLES if (single := getattr(holder, name, None)) is not None)


def _row_of_job(new: NewJob, now: float) -> dict[str, Any]:
    return {
        "id": new.id,
        "owner": new.owner,
        "kind": new.request.wish,
        "state": State.QUEUED.value,
        "request": as_record(new.request),
        # What a person will search for. A variation has none: what it is asked for with is not theirs.
        "prompt": "" if new.request.wish == "vary" else getattr(new.request, "prompt", ""),
        "model": new.request.model,
        "fingerprint": new.fingerprint,
        "idempotency_key": new.key,
        "practice": new.practice,
        "created_at": now,
        "submitted_at": None,
        "finished_at": None,
        "estimate_micro": new.quote.estimate,
        "at_most_micro": new.quote.at_most,
        "exact": new.quote.exact,
        "cost_micro": None,
        "basis": "none",
        "usage": None,
        "resolved": asdict(Resolved()),
        "fault": None,
        "notes": [text_as_record(warning) for warning in new.warnings],
        "purged": 0,
        "response_id": None,
        "words": None,
        "way": None,
    }


def _rows_of_attempts(new: NewJob, now: float) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "job_id": new.id,
            "owner": new.owner,
            "practice": new.practice,
            "ordinal": ordinal,
            "n": call.n,
            "stream": call.stream,
            "state": State.QUEUED.value,
            "tries": 0,
            "token": None,
            "runner": None,
            "lease_until": None,
            "estimate_micro": call.estimate,
            "at_most_micro": call.at_most,
            "held_micro": call.at_most,
            "not_before": now,
            "created_at": now,
            "submitted_at": None,
            "finished_at": None,
            "upstream_request_id": None,
            "fault": None,
        }
        for ordinal, call in enumerate(new.calls)
    ]


_NOW = sa.select(DatabaseNow())
JOB_BY_KEY = sa.select(JOBS).where(
    JOBS.c.owner == sa.bindparam("of_owner"), JOBS.c.idempotency_key == sa.bindparam("of_key")
)
