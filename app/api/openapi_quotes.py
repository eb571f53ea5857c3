"""The shapes of quotes and of answers about files: what `api/quotes.py`, `uploads.py` and `settings_of.py` write."""

from __future__ import annotations

from app.api.openapi_shapes import (
    COUNT,
    FLAG,
    ID,
    MOMENT,
    PRACTICE,
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
from app.domain.drafts import MASK_MEANS
from app.domain.provenance import WISHES


def quote_schemas() -> dict[str, Schema]:
    """The components of quotes, uploads and what files tell, by name."""
    return {"Quote": _quote(), "MaskReading": _mask_reading(), "Upload": _upload(), "SettingsOf": _settings_of()}


def _quote() -> Schema:
    of_edits = {
        "mask": {**or_null(ref("MaskReading")), "description": "How the mask was understood."},
        "full_resolution": {
            **or_null(record({"estimate_usd": USD, "at_most_usd": USD, "note": TEXT})),
            "description": "What it would cost to have only the part around the mask drawn, where that brings detail.",
        },
        "sends": {
            **record({"width": COUNT, "height": COUNT, "size": TEXT_OR_NULL}),
            "description": "The first picture as it would be sent, and the size to be asked for.",
        },
        "notes": {**TEXTS, "description": "What will be done that may not be expected."},
    }
    price = {
        "estimate_usd": USD,
        "at_most_usd": {**USD, "description": "What is held until the call is settled."},
        "tokens": by_name(COUNT),
        "exact": FLAG,
        "note": {**TEXT_OR_NULL, "description": "Why the estimate may be off."},
        "model": TEXT,
        "warnings": TEXTS,
        "practice": PRACTICE,
    }
    return record({**price, **of_edits}, optional=tuple(of_edits))


def _mask_reading() -> Schema:
    return record(
        {
            "means": {"type": "string", "enum": list(MASK_MEANS[1:])},
            "explanation": TEXT,
            "sure": {**FLAG, "description": "False when it could as well be meant otherwise."},
            "share": {"type": "number", "minimum": 0, "maximum": 1, "description": "How much of the picture changes."},
            "edited": record({"left": COUNT, "top": COUNT, "width": COUNT, "height": COUNT}),
            "width": COUNT,
            "height": COUNT,
        }
    )


def _upload() -> Schema:
    return record(
        {
            "id": ID,
            "reference": {**TEXT, "description": "What `image` and `mask` may be in place of the picture."},
            "url": {**TEXT, "description": "Where the file is: upright, without metadata."},
            "width": COUNT,
            "height": COUNT,
            "mime_type": TEXT,
            "bytes": COUNT,
            "has_alpha": FLAG,
        }
    )


def _settings_of() -> Schema:
    told = record(
        {
            "kind": {"type": "string", "enum": list(WISHES)},
            "prompt": TEXT,
            "model": TEXT,
            "options": {
                **by_name({"type": ["string", "integer"]}),
                "description": "The settings that were chosen, by the names of the request's fields.",
            },
            "revised_prompt": TEXT_OR_NULL,
            "created_at": or_null(MOMENT),
            "practice": PRACTICE,
        }
    )
    return record(
        {
            "settings": {**or_null(told), "description": "Null when the file tells nothing of the kind."},
            "picture_id": {**or_null(ID), "description": "The picture of this library that it is."},
        }
    )
