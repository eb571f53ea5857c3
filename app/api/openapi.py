"""`GET /openapi.json`: the JSON half of the studio described as OpenAPI 3.1.

Request bodies come from the schemas that parse them, their limits from the catalogue, the statuses
of errors from the table that answers them; the tests hold everything else to what is answered.
"""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from app.api.openapi_answers import answer_schemas
from app.api.openapi_bodies import body_schemas
from app.api.openapi_conversations import conversation_schemas
from app.api.openapi_library import library_schemas
from app.api.openapi_models import model_schemas
from app.api.openapi_operation import Good, Operation
from app.api.openapi_operations import operations
from app.api.openapi_parameters import parameters
from app.api.openapi_quotes import quote_schemas
from app.api.openapi_shapes import ID, TEXT, ref
from app.api.parsing import FORM, JSON
from app.domain.catalogue import Catalogue
from app.domain.errors import Fault
from app.edge.rooms import Entry, Room, Speech
from app.edge.sessions import COOKIE_NAME
from app.edge.status import status_of

VERSION = "1.0"
"""Of the contract, which only grows."""


def make_room(catalogue: Catalogue) -> Room:
    """Open to anyone, like the README: it says what any Atelier can do and nothing of this one."""
    room = Room("api_openapi", __name__, entry=Entry.ANYONE, speech=Speech.JSON)
    document = describe(catalogue)

    @room.get("/openapi.json")
    def openapi() -> Response:
        return jsonify(document)

    return room


def describe(catalogue: Catalogue) -> dict[str, Any]:
    """The whole OpenAPI document, as plain JSON values."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations():
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Atelier",
            "version": VERSION,
            "summary": "A self-hosted image studio over OpenAI's Image API.",
            "description": "Without a password, requests from the machine that Atelier runs on need no "
            "authorization. In practice mode the built-in emulator answers instead of OpenAI, and nothing is charged.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": {
                **body_schemas(catalogue),
                **answer_schemas(),
                **quote_schemas(),
                **conversation_schemas(),
                **library_schemas(),
                **model_schemas(),
            },
            "parameters": parameters(),
            "headers": _headers(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made by: flask --app wsgi tokens create NAME",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": COOKIE_NAME,
                    "description": "What the sign-in page gives a browser.",
                },
            },
        },
    }


def _headers() -> dict[str, Any]:
    return {
        "X-Request-Id": {"required": True, "schema": ID, "description": "The request's id in the log."},
        "Location": {"required": True, "schema": TEXT, "description": "The job's address."},
        "Idempotent-Replayed": {
            "schema": {"type": "string", "enum": ["true"]},
            "description": "There when an earlier request with the same key had asked for this.",
        },
        "Retry-After": {"schema": {"type": "string", "pattern": "^[0-9]+$"}, "description": "Seconds."},
        "WWW-Authenticate": {"required": True, "schema": TEXT, "description": "Bearer."},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    description: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "responses": {
            **{str(status): _good(good) for status, good in operation.answers.items()},
            **{str(status): _refusal(status, codes) for status, codes in _by_status(operation.codes).items()},
        },
    }
    if operation.description:
        description["description"] = operation.description
    if operation.entry is Entry.ANYONE:
        description["security"] = []
    if operation.parameters:
        description["parameters"] = [{"$ref": f"#/components/parameters/{name}"} for name in operation.parameters]
    bodies = {JSON: operation.body, FORM: operation.form}
    if any(bodies.values()):
        content = {kind: {"schema": ref(body)} for kind, body in bodies.items() if body}
        description["requestBody"] = {"required": True, "content": content}
    return description


def _by_status(codes: tuple[str, ...]) -> dict[int, list[str]]:
    grouped: dict[int, list[str]] = {}
    for code in codes:
        grouped.setdefault(status_of(Fault(code, "")), []).append(code)
        late = status_of(Fault(code, "", details={"deadline_passed": True}))
        if code not in grouped.setdefault(late, []):
            grouped[late].append(code)
    return dict(sorted(grouped.items()))


def _good(good: Good) -> dict[str, Any]:
    schema = {"schema": ref(good.body)} if good.body else {}
    return {
        "description": good.description,
        "headers": _header_refs("X-Request-Id", *good.headers),
        "content": dict.fromkeys(good.media_types, schema),
    }


def _refusal(status: int, codes: list[str]) -> dict[str, Any]:
    headers = _header_refs("X-Request-Id", *{401: ("WWW-Authenticate",), 503: ("Retry-After",)}.get(status, ()))
    if status == 429:
        headers["Retry-After"] = {**_headers()["Retry-After"], "required": True}
    narrowed = {"allOf": [ref("Error"), {"properties": {"code": {"enum": codes}}}]}
    return {
        "description": ", ".join(codes),
        "headers": headers,
        "content": {JSON: {"schema": narrowed}},
    }


def _header_refs(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
