"""Strict reading of JSON bodies.

Python's `json` accepts more than JSON does: NaN, duplicate keys, lone surrogates, and nesting until
the interpreter gives up. Each of those is refused here with a sentence that names the field.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from flask import Request

from app.api.given import GivenPicture, given_as_text
from app.api.schemas import PICTURE, PICTURES, STRINGS, Field
from app.api.text import more_than_once, unknown_parameter, unusable
from app.domain.errors import Fault, InvalidRequest, Problem, StudioError
from app.domain.sentences import say

_MAX_DEPTH = 32
_MAX_DIGITS = 18

_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{}\]]', re.DOTALL)
"""Strings as wholes, so that brackets inside them are passed over; possessive, so that no text takes long."""

_GIVEN = {
    str: say("a string"),
    int: say("an integer"),
    bool: say("a boolean"),
    float: say("a number"),
    list: say("an array"),
    dict: say("an object"),
}
_TYPE_OF_NAME: dict[str, type] = {"string": str, "integer": int, "boolean": bool}
_WANTED = {
    **{name: _GIVEN[kind] for name, kind in _TYPE_OF_NAME.items()},
    PICTURE: say("a string"),
    PICTURES: say("a string or an array of strings"),
    STRINGS: say("an array of strings"),
}


class JsonBody:
    """A JSON object, to be read once: what was taken out of it is let go, because pictures are large."""

    def __init__(self, values: dict[str, Any]):
        self._values = values

    def said(self, name: str) -> object:
        """What it says of one field, unjudged; `None` when nothing."""
        return self._values.get(name)

    def take(self, fields: tuple[Field, ...]) -> dict[str, Any]:
        """The chosen values (nulls left out), each of its declared type; pictures as `GivenPicture`, several in a list.

        Raises `InvalidRequest` with every problem.
        """
        known = {field.name: field for field in fields}
        problems = []
        chosen: dict[str, Any] = {}
        for name in list(self._values):
            value = self._values.pop(name)
            field = known.get(name)
            if field is None:
                problems.append(unknown_parameter(name))
            elif value is not None:
                try:
                    chosen[name] = _read(field, value)
                except InvalidRequest as error:
                    problems += error.problems
        if problems:
            raise InvalidRequest(tuple(problems))
        return chosen


def read_json(request: Request) -> JsonBody:
    """The body as an object. Raises `StudioError` (`invalid_json`)."""
    try:
        text = request.get_data(cache=False).decode("utf-8")
    except UnicodeDecodeError:
        _refuse_json(say("The body is not UTF-8 text."))
    if text.count("[") + text.count("{") > _MAX_DEPTH and _depth(text) > _MAX_DEPTH:
        _refuse_json(say("The body is nested more than {most} levels deep.", most=_MAX_DEPTH))
    try:
        body = json.loads(
            text,
            object_pairs_hook=_object_without_duplicates,
            parse_constant=_refuse_constant,
            parse_int=_bounded_integer,
        )
    except json.JSONDecodeError as error:
        sentence = say(
            "The body is not valid JSON: {reason} at line {line}, column {column}.",
            reason=error.msg,
            line=error.lineno,
            column=error.colno,
        )
        _refuse_json(sentence)
    if not isinstance(body, dict):
        _refuse_json(say("The body must be a JSON object."))
    return JsonBody(body)


def _read(field: Field, value: Any) -> Any:
    if field.type == PICTURES:
        return _pictures(field, value if isinstance(value, list) else [value])
    if field.type == PICTURE:
        return _pictures(field, [value])[0]
    if field.type == STRINGS:
        return _strings(field, value)
    # type() and not isinstance: a boolean is an integer to Python, not to JSON.
    if type(value) is not _TYPE_OF_NAME[field.type]:
        raise InvalidRequest((_wrong_type(field, value),))
    if isinstance(value, str) and (sentence := unusable(field.name, value)):
        raise InvalidRequest((Problem(field.name, "invalid_value", sentence),))
    return value


def _strings(field: Field, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise InvalidRequest((_wrong_type(field, value),))
    return [_read(Field(field.name, "string", field.description), text) for text in value]


def _pictures(field: Field, values: list[Any]) -> list[GivenPicture]:
    pictures = []
    for value in values:
        if not isinstance(value, str):
            raise InvalidRequest((_wrong_type(field, value),))
        pictures.append(given_as_text(field.name, value))
    return pictures


def _wrong_type(field: Field, value: Any) -> Problem:
    sentence = say(
        "'{name}' must be {wanted}, not {given}.",
        name=field.name,
        wanted=_WANTED[field.type],
        given="null" if value is None else _GIVEN[type(value)],
    )
    return Problem(field.name, "invalid_type", sentence)


def _depth(text: str) -> int:
    """How deeply arrays and objects are nested, strings aside. Linear, before any parser recurses."""
    depth = deepest = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        match text[match.start()]:
            case "[" | "{":
                depth += 1
                deepest = max(deepest, depth)
            case "]" | "}":
                depth -= 1
    return deepest


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in pairs:
        if name in result:
            raise InvalidRequest((more_than_once(name, "invalid_json"),))
        result[name] = value
    return result


def _refuse_constant(text: str) -> NoReturn:
    _refuse_json(say("{text} is not a JSON value.", text=text))


def _bounded_integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        _refuse_json(say("A number has more than {most} digits.", most=_MAX_DIGITS))
    return int(text)


def _refuse_json(sentence: str) -> NoReturn:
    raise StudioError(Fault("invalid_json", sentence))
