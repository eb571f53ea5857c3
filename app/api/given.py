"""Pictures as bodies bring them: files, base64 with or without a `data:` address, references.

Read one at a time and only when wanted, because a body may bring sixteen large ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from os import SEEK_END
from typing import NoReturn

import pybase64
from werkzeug.datastructures import FileStorage

from app.domain.errors import InvalidRequest, Problem
from app.domain.sentences import say

_REFERENCE = re.compile(r"(?:upload|picture|input):", re.ASCII)
_DATA_ADDRESS = re.compile(r"data:(?:image/[\w.+-]+)?(?:;[\w.+-]+=[\w.+-]+)*;base64,", re.ASCII | re.IGNORECASE)
_LONGEST_REFERENCE = 100
_WHITESPACE = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class GivenPicture:
    """Exactly one of `reference`, to a picture that is here already, and `read`, which gives the bytes.

    `read` takes the most bytes to bring, gives at most one more, and raises `InvalidRequest`.
    """

    reference: str | None = None
    read: Callable[[int], bytes] | None = None


def given_as_text(field: str, text: str) -> GivenPicture:
    """A reference, or base64. Nothing is decoded yet."""
    if _REFERENCE.match(text):
        return GivenPicture(reference=text[:_LONGEST_REFERENCE])
    return GivenPicture(read=lambda most: _decoded(field, text, most))


def given_as_file(file: FileStorage) -> GivenPicture:
    """A part of a form. Its name and claimed type say nothing that its bytes do not say better."""
    # Asked for more than there is, a file would set memory aside for all of it.
    return GivenPicture(read=lambda most: file.stream.read(min(_byte_size(file), most + 1)))


def is_no_file(file: FileStorage) -> bool:
    """Whether nothing was chosen: browsers then send a part with no name and no bytes."""
    return not file.filename and _byte_size(file) == 0


def _byte_size(file: FileStorage) -> int:
    size = file.stream.seek(0, SEEK_END)
    file.stream.seek(0)
    return size


def _decoded(field: str, text: str, most: int) -> bytes:
    """Line breaks and spaces are let through, as `base64` and MIME write them; padding has to be there."""
    if text[:5].lower() == "data:":
        address = _DATA_ADDRESS.match(text)
        if address is None:
            _refuse(field, say("a data: address must name an image type or none, and hold base64"))
        text = text[address.end() :]
    try:
        encoded = text.encode("ascii")
    except UnicodeEncodeError:
        _refuse(field, say("it holds characters that base64 does not have"))
    encoded = encoded.translate(None, _WHITESPACE)
    # Four characters more than enough for `most` bytes: who judges then sees that there are too many.
    encoded = encoded[: most // 3 * 4 + 8]
    try:
        return pybase64.b64decode(encoded, validate=True)
    except ValueError:
        _refuse(field, say("it is not base64, or it is cut short"))


def _refuse(field: str, why: str) -> NoReturn:
    sentence = say(
        "'{name}' cannot be read: {reason}. Send a picture as base64, as a data: address with base64, "
        "as a file, or refer to one that is here: upload:<id>, picture:<id>, input:<job id>/<number>.",
        name=field,
        reason=why,
    )
    raise InvalidRequest((Problem(field, f"invalid_{field}", sentence),))
