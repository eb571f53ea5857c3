"""Strict reading of forms (`multipart/form-data`), where files go in.

Werkzeug keeps files above 500 kB on the disk while the form is parsed; they are read later, one by one.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Request
from werkzeug.datastructures import FileStorage

from app.api.given import GivenPicture, given_as_file, given_as_text, is_no_file
from app.api.schemas import PICTURE, PICTURES, Field
from app.api.text import more_than_once, unknown_parameter, unusable
from app.domain.errors import Fault, InvalidRequest, Problem, StudioError
from app.domain.sentences import say

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


class FormBody:
    """The text and the files of a form, each by name in the order they came.

    Numbers and booleans are text (`2`, `true`); empty text and files without name and bytes are no choice.
    A field of several pictures may be called `name` or `name[]`; text comes before files.
    """

    def __init__(self, texts: dict[str, list[str]], files: dict[str, list[FileStorage]]):
        self._texts = texts
        self._files = files

    def said(self, name: str) -> object:
        """What it says of one field, unjudged; `None` when nothing."""
        return next(iter(self._texts.get(name, ())), None) or None

    def take(self, fields: tuple[Field, ...]) -> dict[str, Any]:
        """The chosen values, each of its declared type; pictures as `GivenPicture`, several in a list.

        Raises `InvalidRequest` with every problem.
        """
        known = {field.name: field for field in fields}
        known |= {f"{field.name}[]": field for field in fields if field.type == PICTURES}
        problems = []
        chosen: dict[str, Any] = {}
        for name in dict.fromkeys([*self._texts, *self._files]):
            field = known.get(name)
            if field is None:
                problems.append(unknown_parameter(name))
                continue
            texts = [text for text in self._texts.get(name, ()) if text]
            files = [file for file in self._files.get(name, ()) if not is_no_file(file)]
            try:
                value = _read(field, texts, files)
            except InvalidRequest as error:
                problems += error.problems
                continue
            if field.type == PICTURES:
                chosen.setdefault(field.name, []).extend(value)
            elif value is not None:
                chosen[field.name] = value
        if problems:
            raise InvalidRequest(tuple(problems))
        return chosen


def read_form(request: Request) -> FormBody:
    """The body as a form. Raises `StudioError` when it cannot be read as one."""
    texts = {name: request.form.getlist(name) for name in request.form}
    files = {name: request.files.getlist(name) for name in request.files}
    if not texts and not files:
        # Werkzeug makes nothing of a form that is broken anywhere, and does not say so.
        sentence = say("The form has no fields, or is not proper multipart/form-data.")
        raise StudioError(Fault("bad_request", sentence))
    return FormBody(texts, files)


def _read(field: Field, texts: list[str], files: list[FileStorage]) -> Any:
    if field.type == PICTURES:
        return _pictures(field, texts, files)
    if len(texts) + len(files) > 1:
        raise InvalidRequest((more_than_once(field.name, "invalid_value"),))
    if field.type == PICTURE:
        return next(iter(_pictures(field, texts, files)), None)
    if files:
        raise _refusal(field, "invalid_type", say("'{name}' must be text, not a file.", name=field.name))
    return _value(field, texts[0]) if texts else None


def _pictures(field: Field, texts: list[str], files: list[FileStorage]) -> list[GivenPicture]:
    return [*(given_as_text(field.name, text) for text in texts), *map(given_as_file, files)]


def _value(field: Field, text: str) -> str | int | bool:
    if sentence := unusable(field.name, text):
        raise _refusal(field, "invalid_value", sentence)
    if field.type == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if field.type == "boolean" and text in _BOOLEANS:
        return _BOOLEANS[text]
    if field.type == "string":
        return text
    if field.type == "integer":
        raise _refusal(field, "invalid_type", say("'{name}' must be a whole number.", name=field.name))
    raise _refusal(field, "invalid_type", say("'{name}' must be true or false.", name=field.name))


def _refusal(field: Field, code: str, sentence: str) -> InvalidRequest:
    return InvalidRequest((Problem(field.name, code, sentence),))
