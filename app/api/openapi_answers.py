"""The shapes of answers, as JSON Schema (draft 2020-12): the components of `/openapi.json`.

They describe what `api/answers.py`, `api/errors.py` and the rooms write. Answers may grow fields, so
none is closed; the tests close them all, so that nothing is answered which is not described here.
"""

from __future__ import annotations

from typing import Any

from app.api.schemas import GENERATE
from app.domain.jobs import State
from app.domain.pictures import EXTENSIONS

Schema = dict[str, Any]

ID_PATTERN = "^[0-9a-hjkmnp-tv-z]{26}$"
"""The shape of `domain.ids.new_id`."""

DIGEST_PATTERN = "^[0-9a-f]{64}$"

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
WHOLE: Schema = {"type": "integer"}
TEXTS: Schema = {"type": "array", "items": TEXT}
ID: Schema = {"type": "string", "pattern": ID_PATTERN}
USD: Schema = {"type": "string", "pattern": r"^[0-9]+\.[0-9]{6}$", "description": "US dollars, exact."}
MOMENT: Schema = {"type": "string", "format": "date-time"}
STATE: Schema = {"type": "string", "enum": [state.value for state in State]}
PRACTICE: Schema = {"type": "boolean", "description": "True: the emulator answers, and nothing is charged."}


def ref(name: str) -> Schema:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def record(properties: dict[str, Schema], *, optional: tuple[str, ...] = ()) -> Schema:
    """An object whose properties are all there, but for the `optional` ones."""
    return {
        "type": "object",
        "required": [name for name in properties if name not in optional],
        "properties": properties,
    }


def answer_schemas() -> dict[str, Schema]:
    """Every component that an answer consists of, by name."""
    return {
        "Error": _error(),
        "JobReference": record({"id": ID, "state": STATE, "url": TEXT}),
        "Usage": record({"input_tokens": COUNT, "output_tokens": COUNT, "total_tokens": COUNT}),
        "Cost": _cost(),
        "StoredPicture": record(_picture()),
        "Picture": record({**_picture(), "image_base64": _BASE64}),
        "JobError": _job_error(),
        "Job": record(_job()),
        "AcceptedJob": record({**_job(), "replayed": FLAG}),
        "CancelledJob": record({**_job(), "cancellation": {**TEXT, "description": "Whether it was in time."}}),
        "Generated": _generated(),
        "Quote": _quote(),
        "Live": record({"status": {"const": "live"}}),
        "Ready": record({"status": {"const": "ready"}, "checks": _by_name({"const": "ok"}), "practice": PRACTICE}),
    }


_BASE64: Schema = {"type": "string", "contentEncoding": "base64", "description": "The file, in bare base64."}


def _by_name(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}


def _error() -> Schema:
    problem = record({"field": TEXT, "code": TEXT, "message": TEXT})
    return record(
        {
            "error": {**TEXT, "minLength": 1, "description": "What went wrong and what to do, in a sentence."},
            "code": {**TEXT, "description": "What went wrong, for programs."},
            "param": {**TEXT_OR_NULL, "description": "The field or header concerned."},
            "retryable": {**FLAG, "description": "Whether the same request may work later."},
            "request_id": {**ID, "description": "Also in X-Request-Id, and in the log."},
            "job": or_null(ref("JobReference")),
            "problems": {"type": "array", "items": problem, "description": "Everything that is wrong at once."},
            "details": {"type": "object", "additionalProperties": True},
        },
        optional=("problems", "details"),
    )


def _cost() -> Schema:
    return record(
        {
            "estimate_usd": USD,
            "at_most_usd": USD,
            "held_usd": {**USD, "description": "What is reserved while the outcome is open."},
            "actual_usd": or_null(USD),
            "basis": {"type": "string", "enum": ["usage", "estimate", "none"]},
            "usage": or_null(ref("Usage")),
        }
    )


def _picture() -> dict[str, Schema]:
    return {
        "id": ID,
        "mime_type": {"type": "string", "enum": list(EXTENSIONS)},
        "width": {"type": "integer", "minimum": 1, "description": "Pixels."},
        "height": {"type": "integer", "minimum": 1, "description": "Pixels."},
        "bytes": COUNT,
        "url": {**TEXT, "description": "Where the file is."},
        "revised_prompt": TEXT_OR_NULL,
    }


def _job_error() -> Schema:
    return record(
        {
            "error": TEXT,
            "code": TEXT,
            "param": TEXT_OR_NULL,
            "retryable": FLAG,
            "may_have_cost": {**FLAG, "description": "Whether money may have been spent on it."},
            "details": {"type": "object", "additionalProperties": True},
        }
    )


def _job() -> dict[str, Schema]:
    asked = {field.name: {"type": field.type, "description": field.description} for field in GENERATE}
    return {
        "id": ID,
        "kind": {"type": "string", "enum": ["generate", "edit", "vary"]},
        "state": STATE,
        "created_at": MOMENT,
        "submitted_at": or_null(MOMENT),
        "finished_at": or_null(MOMENT),
        "request": record(asked, optional=tuple(name for name in asked if name != "model")),
        "images": {"type": "array", "items": ref("StoredPicture")},
        "cost": ref("Cost"),
        "error": or_null(ref("JobError")),
        "notes": TEXTS,
        "practice": PRACTICE,
    }


def _generated() -> Schema:
    return record(
        {
            "image_base64": {**_BASE64, "description": "The first picture, in bare base64."},
            "images": {"type": "array", "items": ref("Picture"), "minItems": 1},
            "model": TEXT,
            "size": TEXT_OR_NULL,
            "quality": TEXT_OR_NULL,
            "background": TEXT_OR_NULL,
            "output_format": TEXT_OR_NULL,
            "job": ref("JobReference"),
            "cost": ref("Cost"),
            "notes": TEXTS,
            "practice": PRACTICE,
            "replayed": {**FLAG, "description": "True: an earlier request had made them; nothing was charged."},
        }
    )


def _quote() -> Schema:
    return record(
        {
            "estimate_usd": USD,
            "at_most_usd": {**USD, "description": "What is held until the call is settled."},
            "tokens": _by_name(COUNT),
            "exact": FLAG,
            "note": {**TEXT_OR_NULL, "description": "Why the estimate may be off."},
            "model": TEXT,
            "warnings": TEXTS,
            "practice": PRACTICE,
        }
    )
