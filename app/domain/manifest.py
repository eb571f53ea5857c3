"""What a manifest says of a picture that is taken along: one line of it, with everything known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from app.domain.costs import dollars
from app.domain.jobs import Job
from app.domain.library import LibraryItem
from app.domain.pictures import EXTENSIONS, PictureFile
from app.domain.requests import AnyRequest, InputPicture, as_record


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file that goes along. `name` is its place in the archive, `None` when the file itself is gone.

    `role`: "picture", "model_picture", or the field of the request that it was given in. `picture_id` names the
    picture of the library that it is, if it is one.
    """

    role: str
    name: str | None
    facts: PictureFile
    picture_id: str | None = None

    def without_file(self) -> TakenFile:
        return replace(self, name=None)


def files_of_request(request: AnyRequest) -> Iterator[TakenFile]:
    """Every picture that a request names: what was sent, and with `given_` before it what that was made from."""
    for holder, prefix in ((request, ""), (getattr(request, "given", None), "given_")):
        for field in fields(holder) if holder is not None else ():
            value = getattr(holder, field.name)
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, InputPicture):
                    yield _input(prefix + field.name, one)


def manifest_line(item: LibraryItem, job: Job, files: Sequence[TakenFile]) -> dict[str, Any]:
    """Everything known, as plain JSON values. Times are ISO 8601 in UTC, money exact US dollars."""
    picture = item.picture
    return {
        "id": picture.id,
        "created_at": _moment(picture.created_at),
        "kind": picture.kind,
        "model": picture.model,
        "prompt": picture.prompt,
        "revised_prompt": picture.revised_prompt,
        "practice": picture.practice,
        "cost_usd": dollars(picture.cost),
        "favourite": picture.favourite,
        "tags": list(item.tags),
        "note": picture.note,
        "drift": picture.drift,
        "made_from": list(dict.fromkeys(f.picture_id for f in files[1:] if f.picture_id and f.role != "model_picture")),
        "files": [_file(file) for file in files],
        "job": _job(job),
    }


def _file(file: TakenFile) -> dict[str, Any]:
    facts = file.facts
    return {
        "role": file.role,
        "name": file.name,
        "picture_id": file.picture_id,
        "sha256": facts.digest,
        "mime_type": facts.mime_type,
        "width": facts.width,
        "height": facts.height,
        "bytes": facts.byte_size,
    }


def _job(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "state": str(job.state),
        "created_at": _moment(job.created_at),
        "finished_at": None if job.finished_at is None else _moment(job.finished_at),
        "request": as_record(job.request),
        "resolved": asdict(job.resolved),
        "estimate_usd": dollars(job.estimate),
        "actual_usd": None if job.cost is None else dollars(job.cost),
        "basis": job.basis,
        "usage": None if job.usage is None else asdict(job.usage),
        "notes": list(job.notes),
        "upstream_request_ids": [a.upstream_request_id for a in job.attempts if a.upstream_request_id is not None],
    }


def _input(role: str, given: InputPicture) -> TakenFile:
    facts = PictureFile(
        digest=given.digest,
        mime_type=given.mime_type,
        width=given.width,
        height=given.height,
        byte_size=given.byte_size,
    )
    name = f"inputs/{given.digest}.{EXTENSIONS.get(given.mime_type, 'bin')}"
    return TakenFile(role, name, facts, given.picture_id)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
