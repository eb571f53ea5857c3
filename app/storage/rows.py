"""Rows as the domain's values, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from app.domain.accounts import Token
from app.domain.costs import Usage
from app.domain.errors import Fault
from app.domain.jobs import Attempt, Event, Job, Resolved, State
from app.domain.pictures import Picture, Upload
from app.domain.requests import from_record
from app.domain.sentence_records import from_record as text_of
from app.domain.turns import Way


class Row(Protocol):
    """A row by column name: as read, or as just written."""

    def __getitem__(self, column: str, /) -> Any: ...


def job_of(row: Row, attempts: Iterable[Row], pictures: Iterable[Row]) -> Job:
    """A job from its own row and those of its attempts and pictures (deleted ones too), each in order."""
    calls = tuple(attempt_of(attempt) for attempt in attempts)
    results = tuple(picture_of(picture) for picture in pictures)
    there = tuple(picture for picture in results if picture.deleted_at is None)
    return Job(
        id=row["id"],
        owner=row["owner"],
        state=State(row["state"]),
        request=from_record(row["request"]),
        fingerprint=row["fingerprint"],
        practice=row["practice"],
        created_at=row["created_at"],
        submitted_at=row["submitted_at"],
        finished_at=row["finished_at"],
        estimate=row["estimate_micro"],
        at_most=row["at_most_micro"],
        exact=row["exact"],
        held=sum(call.held for call in calls),
        cost=row["cost_micro"],
        basis=row["basis"],
        usage=Usage(**row["usage"]) if row["usage"] is not None else None,
        resolved=Resolved(**row["resolved"]),
        fault=Fault.from_record(row["fault"]) if row["fault"] is not None else None,
        notes=tuple(map(text_of, row["notes"])),
        pictures=there,
        deleted=len(results) - len(there) + row["purged"],
        attempts=calls,
        response_id=row["response_id"],
        words=row["words"],
        way=None if row["way"] is None else Way(row["way"]),
    )


def attempt_of(row: Row) -> Attempt:
    return Attempt(
        id=row["id"],
        job_id=row["job_id"],
        ordinal=row["ordinal"],
        n=row["n"],
        stream=row["stream"],
        state=State(row["state"]),
        tries=row["tries"],
        token=row["token"],
        estimate=row["estimate_micro"],
        at_most=row["at_most_micro"],
        held=row["held_micro"],
        not_before=row["not_before"],
        submitted_at=row["submitted_at"],
        finished_at=row["finished_at"],
        upstream_request_id=row["upstream_request_id"],
    )


def picture_of(row: Row) -> Picture:
    return Picture(
        id=row["id"],
        job_id=row["job_id"],
        owner=row["owner"],
        ordinal=row["ordinal"],
        digest=row["digest"],
        mime_type=row["mime_type"],
        width=row["width"],
        height=row["height"],
        byte_size=row["byte_size"],
        revised_prompt=row["revised_prompt"],
        prompt=row["prompt"],
        model=row["model"],
        created_at=row["created_at"],
        drift=row["drift"],
        model_picture_id=row["model_picture_id"],
        kind=row["kind"],
        practice=row["practice"],
        cost=row["cost_micro"],
        favourite=row["favourite"],
        note=row["note"],
        deleted_at=row["deleted_at"],
    )


def upload_of(row: Row) -> Upload:
    return Upload(
        id=row["id"],
        owner=row["owner"],
        digest=row["digest"],
        mime_type=row["mime_type"],
        width=row["width"],
        height=row["height"],
        byte_size=row["byte_size"],
        has_alpha=row["has_alpha"],
        created_at=row["created_at"],
    )


def event_of(row: Row) -> Event:
    return Event(seq=row["seq"], job_id=row["job_id"], at=row["at"], kind=row["kind"], data=row["data"])


def token_of(row: Row) -> Token:
    return Token(
        id=row["id"],
        name=row["name"],
        owner=row["owner"],
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )
