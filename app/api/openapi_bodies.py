"""The bodies of requests in `/openapi.json`: made from the schemas that parse them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.api.limits import limits_of
from app.api.openapi_shapes import Schema, ref
from app.api.schemas import (
    AFTER,
    CONVERSATION,
    CONVERSATION_CHANGE,
    EDIT,
    GENERATE,
    KIND,
    PICTURE,
    PICTURE_CHANGE,
    PICTURES,
    REUSE,
    STRINGS,
    TURN,
    UPLOAD,
    VARY,
    Field,
)
from app.domain.catalogue import Catalogue
from app.domain.library import LONGEST_NOTE
from app.services.preparing import MOST_PICTURES

Limits = Mapping[str, Mapping[str, Any]]

_TEXT_OF_PICTURE: Schema = {"type": "string", "minLength": 1}
_FILE: Schema = {"type": "string", "format": "binary"}
_AS_TEXT = " Base64, a data: address with base64, or upload:<id>, picture:<id>, input:<job id>/<number or mask>."
_AS_PART = " A file; a text part may refer to a picture that is here."


def body_schemas(catalogue: Catalogue) -> dict[str, Schema]:
    """The components that requests consist of, by name."""
    generate, edit, turn = (limits_of(catalogue, kind) for kind in ("generate", "edit", "turn"))
    next_turn, quoted_turn = (AFTER, *TURN), (KIND, CONVERSATION, AFTER, *TURN)
    json = {
        "QuoteOfGenerating": json_schema((KIND, *GENERATE, REUSE), ("prompt",), {**generate, **_only("generate")}),
        "QuoteOfEditing": json_schema((KIND, *EDIT, REUSE), ("kind", "prompt", "image"), {**edit, **_only("edit")}),
        "QuoteOfSaying": json_schema(quoted_turn, ("kind", "prompt"), {**turn, **_only("turn")}),
        "QuoteOfVarying": json_schema((KIND, *VARY, REUSE), ("kind", "image"), {**edit, **_only("vary")}),
    }
    forms = {
        "FormOfEditing": form_schema((KIND, *EDIT, REUSE), ("kind", "prompt", "image"), {**edit, **_only("edit")}),
        "FormOfSaying": form_schema(quoted_turn, ("kind", "prompt"), {**turn, **_only("turn")}),
        "FormOfVarying": form_schema((KIND, *VARY, REUSE), ("kind", "image"), {**edit, **_only("vary")}),
    }
    return {
        "GenerateRequest": json_schema((*GENERATE, REUSE), ("prompt",), generate),
        "EditRequest": json_schema((*EDIT, REUSE), ("prompt", "image"), edit),
        "EditForm": form_schema((*EDIT, REUSE), ("prompt", "image"), edit),
        "VaryRequest": json_schema((*VARY, REUSE), ("image",), edit),
        "VaryForm": form_schema((*VARY, REUSE), ("image",), edit),
        "TurnRequest": json_schema(TURN, ("prompt",), turn),
        "TurnForm": form_schema(TURN, ("prompt",), turn),
        "NextTurnRequest": json_schema(next_turn, ("prompt",), turn),
        "NextTurnForm": form_schema(next_turn, ("prompt",), turn),
        "ConversationChange": json_schema(CONVERSATION_CHANGE, (), {}),
        "PictureChange": json_schema(PICTURE_CHANGE, (), {"note": {"maxLength": LONGEST_NOTE}}),
        "UploadForm": form_schema(UPLOAD, ("image",), {}),
        **json,
        "QuoteRequest": {"anyOf": [ref(name) for name in json]},
        **forms,
        "QuoteForm": {"anyOf": [ref(name) for name in forms]},
    }


def json_schema(fields: tuple[Field, ...], required: tuple[str, ...], limits: Limits) -> Schema:
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


def form_schema(fields: tuple[Field, ...], required: tuple[str, ...], limits: Limits) -> Schema:
    """The same for a form, where nothing is null and pictures are files."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {field.name: _part(field, limits.get(field.name, {})) for field in fields},
    }


def _only(kind: str) -> Limits:
    return {"kind": {"enum": [kind]}}


def _property(field: Field, *, nullable: bool, limits: Mapping[str, Any]) -> Schema:
    if field.type in (PICTURE, PICTURES):
        several = {"type": "array", "items": _TEXT_OF_PICTURE, "minItems": 1, "maxItems": MOST_PICTURES}
        ways = [_TEXT_OF_PICTURE, *([several] if field.type == PICTURES else []), *([{"type": "null"}] * nullable)]
        return {"anyOf": ways, "description": field.description + _AS_TEXT}
    if field.type == STRINGS:
        several = {"type": "array", "items": {"type": "string"}, "description": field.description, **limits}
        return {**several, "type": ["array", "null"]} if nullable else several
    schema = _part(field, limits)
    if nullable:
        schema["type"] = [field.type, "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return schema


def _part(field: Field, limits: Mapping[str, Any]) -> Schema:
    if field.type == PICTURE:
        return {**_FILE, "description": field.description + _AS_PART}
    if field.type == PICTURES:
        described = field.description + _AS_PART + f" Also as {field.name}[]. Text parts come first, then files."
        return {"type": "array", "items": _FILE, "minItems": 1, "maxItems": MOST_PICTURES, "description": described}
    schema: Schema = {"type": field.type, "description": field.description, **limits}
    if field.type == "integer":  # JSON Schema counts 2.0 among the integers, the parser does not
        schema["description"] += " Written without a fraction."
    return schema
