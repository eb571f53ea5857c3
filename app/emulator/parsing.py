"""Request bodies: JSON or multipart, both as the same dictionary of parameters, files apart.

Source: fact sheet section 2.2 for the part names of the SDK.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import Request
from werkzeug.datastructures import FileStorage

from app.emulator import errors
from app.emulator.errors import ApiError

INTEGERS = frozenset({"n", "output_compression", "partial_images", "frame_count", "frame_duration_ms"})
BOOLEANS = frozenset({"stream"})
FILE_PARTS = ("image", "mask", "markup")


@dataclass(frozen=True)
class Upload:
    """One file of a request. ``param`` is how errors name it."""

    param: str
    data: bytes
    mimetype: str


@dataclass
class Body:
    """``params`` holds JSON values; explicit nulls are absent. ``files`` is keyed by part name, sans ``[]``."""

    params: dict[str, object] = field(default_factory=dict)
    files: dict[str, list[Upload]] = field(default_factory=dict)


def read(request: Request, *, accepts: Iterable[str]) -> Body:
    """The body of ``request``; ``ApiError`` 400 when it is none of ``accepts`` or cannot be read."""
    accepted = tuple(accepts)
    if request.mimetype not in accepted:
        wanted = " or ".join(f"'{name}'" for name in accepted)
        message = (
            f"Unsupported content type: '{request.mimetype}'. "
            f"This API method only accepts {wanted} requests. Please try again with a supported content type."
        )
        raise ApiError(400, message, code="unsupported_content_type")  # wording unconfirmed
    return _read_json(request) if request.mimetype == "application/json" else _read_form(request)


def _unreadable() -> ApiError:
    message = (
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your "
        "HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)"
    )
    return ApiError(400, message)


def _read_json(request: Request) -> Body:
    try:
        params = json.loads(request.get_data())
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error
    if not isinstance(params, dict):
        raise _unreadable()
    return Body({name: value for name, value in params.items() if value is not None})


def _read_form(request: Request) -> Body:
    body = Body()
    for name, values in request.form.lists():
        if len(values) > 1:
            raise errors.duplicate_parameter(name)
        _place(body.params, name, values[0])
    for part, uploads in request.files.lists():
        name = part.removesuffix("[]")
        if name not in FILE_PARTS or (part != name and name != "image"):
            raise errors.unknown_parameter(part)
        if (part == name and len(uploads) > 1) or name in body.files:
            raise errors.duplicate_parameter(name)
        body.files[name] = [
            _upload(upload, name if part == name else f"{name}[{position}]") for position, upload in enumerate(uploads)
        ]
    return body


def _upload(upload: FileStorage, param: str) -> Upload:
    return Upload(param, upload.stream.read(), upload.mimetype or "application/octet-stream")


def _place(params: dict[str, object], name: str, text: str) -> None:
    nested = re.fullmatch(r"svg\[(\w+)\](?:\[(\w+)\])?", name)
    if nested:
        svg = params.setdefault("svg", {})
        assert isinstance(svg, dict)
        if nested[2]:
            svg.setdefault(nested[1], {})[nested[2]] = text
        else:
            svg[nested[1]] = text
    elif name in ("image", "image[]"):
        raise errors.invalid_type("image" if name == "image" else "image[0]", "file", text)
    elif name in ("mask", "markup"):
        raise errors.invalid_type(name, "file", text)
    else:
        params[name] = _scalar(name, text)


def _scalar(name: str, text: str) -> object:
    if name in INTEGERS and re.fullmatch(r"-?[0-9]{1,9}", text):
        return int(text)
    if name in BOOLEANS and text in ("true", "false"):
        return text == "true"
    return text
