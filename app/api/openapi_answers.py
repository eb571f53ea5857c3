"""The shapes of answers, as JSON Schema (draft 2020-12): the components of `/openapi.json`.

They describe what `api/answers.py`, `api/errors.py` and the rooms write. Answers may grow fields, so
none is closed; the tests close them all, so that nothing is answered which is not described here.
"""

from __future__ import annotations

from app.api.openapi_shapes import (
    COUNT,
    FLAG,
    ID,
    MOMENT,
    PRACTICE,
    STATE,
    TEXT,
    TEXT_OR_NULL,
    TEXTS,
    USD,
    Schema,
    by_name,
    or_null,
    record,
    ref,
)
from app.api.schemas import EDIT, GENERATE, PICTURE, PICTURES
from app.domain.pictures import EXTENSIONS


def answer_schemas() -> dict[str, Schema]:
    """Every component that an answer consists of, by name."""
    return {
        "Error": _error(),
        "JobReference": record({"id": ID, "state": STATE, "url": TEXT}),
        "Usage": record({"input_tokens": COUNT, "output_tokens": COUNT, "total_tokens": COUNT}),
        "Cost": _cost(),
        "StoredPicture": record(picture_schema(), optional=_OF_EDITS),
        "Picture": record({**picture_schema(), "image_base64": _BASE64}, optional=_OF_EDITS),
        "GivenPicture": _given_picture(),
        "JobError": _job_error(),
        "Job": record({**job_schema(), "words": WORDS}, optional=_OF_TURNS),
        "AcceptedJob": record({**job_schema(), "replayed": FLAG}),
        "CancelledJob": record(
            {**job_schema(), "words": WORDS, "cancellation": {**TEXT, "description": "Whether it was in time."}},
            optional=_OF_TURNS,
        ),
        "Generated": record(generated_schema()),
        "Live": record({"status": {"const": "live"}}),
        "Ready": record({"status": {"const": "ready"}, "checks": by_name({"const": "ok"}), "practice": PRACTICE}),
    }


_OF_EDITS = ("model_picture", "drift")
_OF_TURNS = ("words",)

WORDS: Schema = {**TEXT_OR_NULL, "description": "What the text model said."}

_BASE64: Schema = {"type": "string", "contentEncoding": "base64", "description": "The file, in bare base64."}


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


def picture_schema() -> dict[str, Schema]:
    """What every description of a picture says."""
    return {
        "id": ID,
        "mime_type": {"type": "string", "enum": list(EXTENSIONS)},
        "width": {"type": "integer", "minimum": 1, "description": "Pixels."},
        "height": {"type": "integer", "minimum": 1, "description": "Pixels."},
        "bytes": COUNT,
        "url": {**TEXT, "description": "Where the file is."},
        "revised_prompt": TEXT_OR_NULL,
        "model_picture": {
            **record({"id": ID, "url": TEXT}),
            "description": "What the model drew, where everything outside the mask was put back as it was.",
        },
        "drift": {
            "type": "number",
            "minimum": 0,
            "maximum": 255,
            "description": "By how much the model had changed what was put back: mean absolute difference.",
        },
    }


def _given_picture() -> Schema:
    return record(
        {
            "url": {**TEXT, "description": "Where the file is."},
            "width": COUNT,
            "height": COUNT,
            "mime_type": TEXT,
            "picture_id": {**ID, "description": "The picture of the library that it is."},
        },
        optional=("picture_id",),
    )


def _request() -> Schema:
    """What was chosen, in whichever kind of request."""
    plain = [field for field in (*EDIT, *GENERATE) if field.type not in (PICTURE, PICTURES)]
    asked: dict[str, Schema] = {field.name: {"type": field.type, "description": field.description} for field in plain}
    asked |= {
        "image": {"type": "array", "items": ref("GivenPicture")},
        "mask": ref("GivenPicture"),
        "extended": {**FLAG, "description": "Whether the first picture was grown."},
        "strength": {**TEXT, "description": "How far a variation may go."},
        "text_model": {**TEXT, "description": "Which model a conversation is held with."},
        "action": {**TEXT, "description": "What the text model was told to do."},
        "tool_choice": {**TEXT, "description": "Whether it had to have a picture drawn."},
    }
    return record(asked, optional=tuple(name for name in asked if name != "model"))


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


def job_schema() -> dict[str, Schema]:
    """What every description of a job says."""
    return {
        "id": ID,
        "kind": {"type": "string", "enum": ["generate", "edit", "vary", "turn"]},
        "state": STATE,
        "created_at": MOMENT,
        "submitted_at": or_null(MOMENT),
        "finished_at": or_null(MOMENT),
        "request": _request(),
        "images": {"type": "array", "items": ref("StoredPicture")},
        "deleted_images": {**COUNT, "description": "How many more there were, which were deleted since."},
        "cost": ref("Cost"),
        "error": or_null(ref("JobError")),
        "notes": TEXTS,
        "practice": PRACTICE,
    }


def generated_schema() -> dict[str, Schema]:
    """What every answer with pictures says."""
    return {
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
