"""Strict reading of JSON bodies.

Python's `json` accepts more than JSON does: NaN, duplicate keys, lone surrogates, and nesting until
the interpreter gives up. Each of those is refused here with a sentence that names the field.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from flask import Request

from app.api.schemas import Field
from app.domain.errors import Fault, InvalidRequest, Problem, StudioError

_MAX_DEPTH = 32
_MAX_DIGITS = 18

_NAME_OF_TYPE = {
    str: "string",
    int: "integer",
    bool: "boolean",
    float: "number",
    list: "array",
    dict: "object",
}
_TYPE_OF_NAME: dict[str, type] = {"string": str, "integer": int, "boolean": bool}
_ARTICLE = {"integer": "an", "array": "an", "object": "an"}


def read_json(request: Request) -> dict[str, Any]:
    """The body as an object. Raises `StudioError` (`unsupported_media_type`, `invalid_json`)."""
    if request.mimetype != "application/json":
        raise StudioError(
            Fault(
                "unsupported_media_type",
                "Send the body as JSON, with the header Content-Type: application/json.",
            )
        )
    try:
        text = request.get_data(cache=False).decode("utf-8")
    except UnicodeDecodeError:
        _refuse_json("The body is not UTF-8 text.")
    if text.count("[") + text.count("{") > _MAX_DEPTH and _depth(text) > _MAX_DEPTH:
        _refuse_json(f"The body is nested more than {_MAX_DEPTH} levels deep.")
    try:
        body = json.loads(
            text,
            object_pairs_hook=_object_without_duplicates,
            parse_constant=_refuse_constant,
            parse_int=_bounded_integer,
        )
    except json.JSONDecodeError as error:
        _refuse_json(f"The body is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}.")
    if not isinstance(body, dict):
        _refuse_json("The body must be a JSON object.")
    return body


def check_fields(body: dict[str, Any], fields: tuple[Field, ...]) -> dict[str, Any]:
    """The chosen values (nulls left out), each of its declared type. Raises `InvalidRequest` with every problem."""
    known = {field.name: field for field in fields}
    problems = []
    values = {}
    for name, value in body.items():
        field = known.get(name)
        if field is None:
            problems.append(Problem(_printable(name), "unknown_parameter", f"Unknown parameter: '{_printable(name)}'."))
        elif value is not None:
            # type() and not isinstance: a boolean is an integer to Python, not to JSON.
            if type(value) is not _TYPE_OF_NAME[field.type]:
                given = _NAME_OF_TYPE[type(value)]
                problems.append(
                    Problem(
                        name,
                        "invalid_type",
                        f"'{name}' must be {_ARTICLE.get(field.type, 'a')} {field.type}, "
                        f"not {_ARTICLE.get(given, 'a')} {given}.",
                    )
                )
            elif isinstance(value, str) and (fault := _unusable_text(value)):
                problems.append(Problem(name, "invalid_value", f"'{name}' {fault}."))
            else:
                values[name] = value
    if problems:
        raise InvalidRequest(tuple(problems))
    return values


def _unusable_text(value: str) -> str | None:
    if "\0" in value:
        return "contains a NUL character"
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return "contains half of a surrogate pair, which is not text"
    return None


def _depth(text: str) -> int:
    """How deeply arrays and objects are nested, strings aside. Linear, before any parser recurses."""
    depth = deepest = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in pairs:
        if name in result:
            shown = _printable(name)
            raise InvalidRequest((Problem(shown, "invalid_json", f"'{shown}' is given more than once."),))
        result[name] = value
    return result


def _refuse_constant(text: str) -> NoReturn:
    _refuse_json(f"{text} is not a JSON value.")


def _bounded_integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        _refuse_json(f"A number has more than {_MAX_DIGITS} digits.")
    return int(text)


def _refuse_json(sentence: str) -> NoReturn:
    raise StudioError(Fault("invalid_json", sentence))


def _printable(name: str) -> str:
    """A name that a client made up, short and harmless enough to be repeated to it."""
    return "".join(c if c.isprintable() else "?" for c in name)[:80]
