"""From a request's body to its fields, whichever way it was written."""

from __future__ import annotations

from typing import Any, Protocol

from flask import Request

from app.api.form_bodies import read_form
from app.api.json_bodies import read_json
from app.api.schemas import Field
from app.domain.errors import Fault, StudioError
from app.domain.sentences import say

FORM = "multipart/form-data"
JSON = "application/json"

_AS_JSON = say("Send the body as JSON, with the header Content-Type: application/json.")
_AS_EITHER = say(
    "Send the body as a form with files (multipart/form-data), or as JSON with the header "
    "Content-Type: application/json."
)


class Body(Protocol):
    """A body that was understood as far as its writing goes."""

    def said(self, name: str) -> object:
        """What it says of one field, unjudged; `None` when nothing."""

    def take(self, fields: tuple[Field, ...]) -> dict[str, Any]:
        """The chosen values, each of its declared type, to be taken once. Raises `InvalidRequest`."""


def read_json_body(request: Request) -> Body:
    """Raises `StudioError` (`unsupported_media_type`, `invalid_json`)."""
    if request.mimetype != JSON:
        raise StudioError(Fault("unsupported_media_type", _AS_JSON))
    return read_json(request)


def read_form_body(request: Request) -> Body:
    """Raises `StudioError` (`unsupported_media_type`, `bad_request`)."""
    if request.mimetype != FORM:
        raise StudioError(Fault("unsupported_media_type", say("Send the file as a form: multipart/form-data.")))
    return read_form(request)


def read_body(request: Request) -> Body:
    """JSON or a form with files. Raises `StudioError` (`unsupported_media_type`, `invalid_json`, `bad_request`)."""
    if request.mimetype == FORM:
        return read_form(request)
    if request.mimetype == JSON:
        return read_json(request)
    raise StudioError(Fault("unsupported_media_type", _AS_EITHER))
