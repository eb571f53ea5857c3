"""Shapes that the schemas of `/openapi.json` have in common (JSON Schema, draft 2020-12)."""

from __future__ import annotations

from typing import Any

from app.domain.jobs import State

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


def by_name(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}
