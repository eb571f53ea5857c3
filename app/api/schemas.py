"""The JSON bodies, field by field: what parses requests here is what `/openapi.json` describes.

A schema judges names and types only. Which values a model takes is the catalogue's judgement, so
that there is one place for it; `api/limits.py` asks it what holds for every model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body. `type` is the JSON type; `null` means "not chosen" for every field."""

    name: str
    type: str  # string, integer or boolean
    description: str


_OUTPUT_FIELDS = (
    Field("model", "string", "A model id or alias of GET /api/models; the default model when absent."),
    Field("n", "integer", "How many pictures."),
    Field("size", "string", "WIDTHxHEIGHT in pixels, or auto."),
    Field("quality", "string", "Depends on the model: see GET /api/models."),
    Field("background", "string", "auto, opaque or transparent, where the model has it."),
    Field("output_format", "string", "png, jpeg or webp, where the model has it."),
    Field("output_compression", "integer", "0 to 100, with jpeg and webp only."),
    Field("moderation", "string", "auto or low."),
    Field("style", "string", "vivid or natural, for DALL·E 3."),
    Field("complexity", "string", "low, medium or high, where the model has it."),
    Field("partial_images", "integer", "Previews while it is being drawn, 0 to 3; each costs 100 output tokens."),
    Field("frame_count", "integer", "Frames of an animated GIF, 2 to 16, where the model has it."),
    Field("frame_duration_ms", "integer", "How long each frame of a GIF stands, in milliseconds."),
    Field("user", "string", "An opaque name for the end user, passed on to the provider."),
)

GENERATE: tuple[Field, ...] = (
    Field("prompt", "string", "What the picture should show. The only required field."),
    *_OUTPUT_FIELDS,
)

REUSE = Field("reuse", "boolean", "Answer from the newest identical result, at no cost, when there is one.")

KIND = Field("kind", "string", "generate")


def json_schema(
    fields: tuple[Field, ...], required: tuple[str, ...], limits: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The fields as a JSON Schema object (draft 2020-12) that lets through what the parser lets through.

    `limits`: further keywords by field name. A required field is not nullable: null is "not chosen".
    """
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {
            field.name: _property(field, nullable=field.name not in required, limits=limits.get(field.name, {}))
            for field in fields
        },
    }


def _property(field: Field, *, nullable: bool, limits: Mapping[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": field.type, "description": field.description, **limits}
    if field.type == "integer":  # JSON Schema counts 2.0 among the integers, the parser does not
        schema["description"] += " Written without a fraction."
    if nullable:
        schema["type"] = [field.type, "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return schema
