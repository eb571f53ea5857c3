"""The shapes of the library's answers: what `api/pictures.py` writes."""

from __future__ import annotations

from app.api.openapi_answers import picture_schema
from app.api.openapi_shapes import FLAG, ID, MOMENT, PRACTICE, TEXT, TEXTS, USD, Schema, or_null, record, ref
from app.domain.library_query import KINDS

_OF_EDITS = ("model_picture", "drift")


def library_schemas() -> dict[str, Schema]:
    """The components of the library, by name."""
    relatives = {"type": "array", "items": ID}
    return {
        "LibraryPicture": record(
            {
                **_picture(),
                "made_from": {**relatives, "description": "Pictures of the library that it was made from."},
                "led_to": {**relatives, "description": "Pictures that were made from it."},
            },
            optional=_OF_EDITS,
        ),
        "ShelvedPicture": record(_picture(), optional=_OF_EDITS),
        "Shelf": record(
            {
                "pictures": {"type": "array", "items": ref("ShelvedPicture")},
                "next": {**or_null(ID), "description": "Where the next page begins; null on the last one."},
            }
        ),
    }


def _picture() -> dict[str, Schema]:
    return {
        **picture_schema(),
        "thumbnail_url": {**TEXT, "description": "Where a small WebP is."},
        "job_id": ID,
        "kind": {"type": "string", "enum": list(KINDS)},
        "prompt": TEXT,
        "model": TEXT,
        "created_at": MOMENT,
        "cost_usd": {**USD, "description": "Its share of what its call cost."},
        "favourite": FLAG,
        "note": TEXT,
        "tags": TEXTS,
        "deleted_at": {**or_null(MOMENT), "description": "Since when it lies in the bin."},
        "practice": PRACTICE,
    }
