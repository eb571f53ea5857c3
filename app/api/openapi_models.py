"""The shape of `GET /api/models`: what `Model.as_record` of the catalogue writes."""

from __future__ import annotations

from app.api.openapi_shapes import (
    COUNT,
    FLAG,
    PRACTICE,
    TEXT,
    TEXT_OR_NULL,
    TEXTS,
    WHOLE,
    Schema,
    or_null,
    record,
    ref,
)

_DAY: Schema = {"type": "string", "format": "date"}


def model_schemas() -> dict[str, Schema]:
    """The components of the catalogue, by name."""
    return {
        "Models": record(
            {
                "default_model": TEXT,
                "models": {"type": "array", "items": ref("Model"), "minItems": 1},
                "practice": PRACTICE,
            }
        ),
        "Model": _model(),
        "Sizes": _sizes(),
        "Option": _option(),
        "Prices": _prices(),
    }


def _model() -> Schema:
    inputs = record({"mime_types": TEXTS, "byte_limit": COUNT, "max_count": COUNT, "square": FLAG})
    mask = record(
        {
            "mime_types": TEXTS,
            "byte_limit": COUNT,
            "alpha": FLAG,
            "same_size_as_first_picture": FLAG,
            "not_with_output_format": TEXTS,
        }
    )
    return record(
        {
            "id": TEXT,
            "title": TEXT,
            "aliases": TEXTS,
            "status": {"type": "string", "enum": ["live", "retiring", "retired"]},
            "released": or_null(_DAY),
            "retires_on": {**or_null(_DAY), "description": "The first day on which OpenAI refuses it."},
            "replacement": TEXT_OR_NULL,
            "endpoints": TEXTS,
            "prompt_max": {**COUNT, "description": "Characters."},
            "n_max": {**COUNT, "description": "Pictures a request may ask for."},
            "n_per_call": {**COUNT, "description": "Pictures drawn by one paid call; more take several."},
            "streams": {**FLAG, "description": "Whether previews can be had."},
            "accepts_response_format": FLAG,
            "sizes": ref("Sizes"),
            "options": {"type": "object", "additionalProperties": ref("Option")},
            "inputs": or_null(inputs),
            "mask": or_null(mask),
            "prices": ref("Prices"),
            "prices_verified_on": _DAY,
            "offered": {**FLAG, "description": "Whether it can be used here today."},
        }
    )


def _sizes() -> Schema:
    rule = record(
        {
            "multiple": COUNT,
            "longest_edge": COUNT,
            "max_ratio": COUNT,
            "min_pixels": COUNT,
            "max_pixels": COUNT,
            "experimental_above_pixels": COUNT,
        }
    )
    common = record({"size": TEXT, "label": TEXT})
    return record(
        {
            "auto": FLAG,
            "any": FLAG,
            "common": {"type": "array", "items": common},
            "rule": {**or_null(rule), "description": "Null: only the common sizes are drawn."},
        }
    )


def _option() -> Schema:
    return record(
        {
            "kinds": TEXTS,
            "default": {"type": ["string", "integer", "null"]},
            "minimum": WHOLE,
            "maximum": WHOLE,
            "values": or_null(TEXTS),
            "only_with_output_format": TEXTS,
            "values_only_with_output_format": {"type": "object", "additionalProperties": TEXTS},
            "preview_values": {**TEXTS, "description": "Values that need preview access."},
        },
        optional=(
            "minimum",
            "maximum",
            "values",
            "only_with_output_format",
            "values_only_with_output_format",
            "preview_values",
        ),
    )


def _prices() -> Schema:
    """US dollars as decimal strings: per million tokens, or per picture by quality and size."""
    by_token = record(
        {
            "per": {"const": "million_tokens"},
            "currency": {"const": "USD"},
            "text_input": TEXT,
            "image_input": TEXT,
            "image_output": TEXT,
            "text_output": TEXT,
        }
    )
    table = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": TEXT}}
    by_picture = record({"per": {"const": "picture"}, "currency": {"const": "USD"}, "table": table})
    return {"oneOf": [by_token, by_picture]}
