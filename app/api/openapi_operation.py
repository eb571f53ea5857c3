"""What an operation of `/openapi.json` consists of, and what several have in common."""

from __future__ import annotations

from dataclasses import dataclass

from app.api.parsing import JSON
from app.edge.rooms import Entry

ANY_REQUEST = ("bad_request", "body_too_large")
BEHIND_THE_DOOR = (*ANY_REQUEST, "unauthorized", "forbidden")
JSON_BODY = (
    "invalid_json",
    "invalid_value",
    "invalid_type",
    "unknown_parameter",
    "unsupported_media_type",
    "missing_prompt",
    "unsupported_by_model",
)
OF_PICTURES = ("invalid_image", "invalid_mask", "picture_too_large", "storage_full", "not_ready")
OF_PAID_CALLS = (
    "budget_exceeded",
    "storage_full",
    "not_ready",
    "idempotency_mismatch",
    "content_rejected",
    "upstream_invalid_request",
    "rate_limited",
    "upstream_auth",
    "upstream_error",
    "upstream_bad_response",
    "upstream_unreachable",
    "upstream_quota",
    "outcome_unknown",
    "cancelled",
)

PAID = "A paid call, unless this is practice mode. Nothing is resent once its outcome is unknown."


@dataclass(frozen=True, slots=True)
class Good:
    """An answer that is no error.

    `body` names a component; without one the media types say it all. `headers` names header
    components beyond those that every answer has.
    """

    description: str
    body: str | None = None
    media_types: tuple[str, ...] = (JSON,)
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method at one path. `parameters`, `body` (JSON) and `form` (with files) name components."""

    method: str
    path: str
    id: str
    tag: str
    summary: str
    answers: dict[int, Good]
    codes: tuple[str, ...]
    entry: Entry = Entry.OWNER
    description: str = ""
    parameters: tuple[str, ...] = ()
    body: str | None = None
    form: str | None = None


def paid_call(path: str, name: str, tag: str, summary: str, description: str, body: str, form: str | None) -> Operation:
    """A call that costs money."""
    return Operation(
        method="post",
        path=path,
        id=name,
        tag=tag,
        summary=summary,
        description=f"{PAID}{description}",
        parameters=("idempotency_key", "prefer"),
        body=body,
        form=form,
        answers=paid_answers("Generated", "AcceptedJob"),
        codes=(*BEHIND_THE_DOOR, *JSON_BODY, *OF_PAID_CALLS, "not_found", *(OF_PICTURES if form else ())),
    )


def paid_answers(body: str, accepted: str) -> dict[int, Good]:
    """How a call that costs money answers when it goes well."""
    return {
        200: Good("The pictures.", body, headers=("Idempotent-Replayed",)),
        202: Good("Not done yet; look at the job.", accepted, headers=("Location", "Idempotent-Replayed")),
    }
