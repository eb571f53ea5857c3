"""The JSON shapes of the contract, made from jobs and pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pybase64
from flask import Response

from app.api.asked import asked
from app.domain.costs import dollars
from app.domain.errors import Fault
from app.domain.jobs import Job
from app.domain.pictures import Picture
from app.domain.requests import Turn
from app.edge.languages import told

_MARK = "\0base64:"
"""Stands for a picture's base64 while the rest of the answer is written; NUL cannot occur in it."""


def when(moment: float | None) -> str | None:
    """Unix seconds as ISO 8601 in UTC, to the millisecond."""
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def picture_urls(picture: Picture) -> dict[str, Any]:
    """A picture as `GET /api/jobs/<id>` shows it: facts and addresses, no bytes.

    Where an edit kept what was outside its mask, also where the model's own picture is, and by how much it drifted.
    """
    facts: dict[str, Any] = {
        "id": picture.id,
        "mime_type": picture.mime_type,
        "width": picture.width,
        "height": picture.height,
        "bytes": picture.byte_size,
        "url": f"/pictures/{picture.id}/file",
        "revised_prompt": picture.revised_prompt,
    }
    if picture.model_picture_id is not None:
        facts["model_picture"] = {"id": picture.model_picture_id, "url": f"/pictures/{picture.model_picture_id}/file"}
    if picture.drift is not None:
        facts["drift"] = picture.drift
    return facts


def job_reference(job: Job) -> dict[str, str]:
    """How other answers point to a job."""
    return {"id": job.id, "state": str(job.state), "url": f"/jobs/{job.id}"}


def cost_record(job: Job) -> dict[str, Any]:
    """What was expected, held and charged. `actual_usd` is null until something was settled."""
    usage = job.usage
    return {
        "estimate_usd": dollars(job.estimate),
        "at_most_usd": dollars(job.at_most),
        "held_usd": dollars(job.held),
        "actual_usd": None if job.cost is None else dollars(job.cost),
        "basis": job.basis,
        "usage": usage
        and {
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "total_tokens": usage.total_tokens,
        },
    }


def job_record(job: Job) -> dict[str, Any]:
    """The body of `GET /api/jobs/<id>`."""
    fault = job.fault
    return {
        "id": job.id,
        "kind": job.request.wish,
        "state": str(job.state),
        "created_at": when(job.created_at),
        "submitted_at": when(job.submitted_at),
        "finished_at": when(job.finished_at),
        "request": asked(job),
        "images": [picture_urls(picture) for picture in job.pictures],
        "deleted_images": job.deleted,
        "cost": cost_record(job),
        "error": fault and fault_record(fault),
        "notes": [told(note) for note in job.notes],
        "practice": job.practice,
        **_words(job),
    }


def fault_record(fault: Fault) -> dict[str, Any]:
    """Why a job came to nothing."""
    return {
        "error": told(fault.message),
        "code": fault.code,
        "param": fault.param,
        "retryable": fault.retryable,
        "may_have_cost": fault.may_have_cost,
        "details": fault.details,
    }


def _words(job: Job) -> dict[str, str | None]:
    """What was answered in words, where there may be any."""
    return {"words": job.words} if isinstance(job.request, Turn) else {}


def finished(
    job: Job, read: Callable[[Picture], bytes], *, replayed: bool, place: Mapping[str, Any] | None = None
) -> Response:
    """The answer of `POST /generate_image` for a job that is done; `place` as in `PaidCalls.respond`.

    Written as bytes around the base64, which needs no escaping: encoding megabytes of it as JSON
    would cost ten times as much as everything else here.
    """
    encoded = [pybase64.b64encode(read(picture)) for picture in job.pictures]
    resolved, request = job.resolved, job.request
    body = {
        "image_base64": f"{_MARK}0\0" if encoded else None,
        "images": [
            {**picture_urls(picture), "image_base64": f"{_MARK}{index}\0"} for index, picture in enumerate(job.pictures)
        ],
        "model": resolved.model or request.model,
        "size": _size(job),
        "quality": resolved.quality or getattr(request, "quality", None),
        "background": resolved.background or getattr(request, "background", None),
        "output_format": _format_of(job) or resolved.output_format,
        "job": job_reference(job),
        "cost": cost_record(job),
        "notes": [told(note) for note in job.notes],
        "practice": job.practice,
        "replayed": replayed,
        **_words(job),
        **(place or {}),
    }
    chunks = list(_with_base64(json.dumps(body), encoded))
    response = Response(chunks, mimetype="application/json")
    response.content_length = sum(map(len, chunks))
    return response


def _with_base64(text: str, encoded: list[bytes]) -> Iterator[bytes]:
    """The JSON text with every mark replaced by its picture's base64."""
    for part in text.split(json.dumps(_MARK)[1:-1]):
        number, separator, rest = part.partition("\\u0000")
        if separator and number.isdecimal():
            yield encoded[int(number)]
            yield rest.encode("ascii")
        else:
            yield part.encode("ascii")


def _size(job: Job) -> str | None:
    """As the provider names it; of an edit as it is, because what was drawn may have been put back into the picture."""
    first = job.pictures[0] if job.pictures else None
    own = f"{first.width}x{first.height}" if first else None
    named = job.resolved.size
    return (named or own if job.request.wish == "generate" else own or named) or job.request.size


def _format_of(job: Job) -> str | None:
    return job.pictures[0].mime_type.removeprefix("image/") if job.pictures else None
