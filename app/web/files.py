"""Bytes as answers: streamed, in parts where that is asked for, not sent twice, and unable to do anything."""

from __future__ import annotations

from typing import BinaryIO

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import dump_options_header
from werkzeug.wsgi import wrap_file

from app.domain.pictures import EXTENSIONS

NEVER_CHANGES = "private, max-age=31536000, immutable"
MAY_CHANGE = "private, no-cache"
"""Kept by the browser, but asked about each time."""

_NOT_A_PAGE = "sandbox; default-src 'none'"
"""Whatever the bytes are taken for, they may do nothing."""

_BLOCK = 256 * 1024


def serve(
    file: BinaryIO, *, mime_type: str, byte_size: int, tag: str, name: str, attachment: bool, cache: str = NEVER_CHANGES
) -> Response:
    """A file of ours, from its beginning, which the answer closes. `tag` stands for exactly these bytes.

    `name` is what it is saved as: ours, never derived from anything a person typed.
    """
    mime_type = mime_type if mime_type in EXTENSIONS else "application/octet-stream"
    response = Response(wrap_file(request.environ, file, _BLOCK), mimetype=mime_type, direct_passthrough=True)
    response.call_on_close(file.close)
    response.content_length = byte_size
    disposition = "attachment" if attachment else "inline"
    response.headers["Content-Disposition"] = dump_options_header(disposition, {"filename": name})
    keep(response, tag, cache)
    response.headers["Accept-Ranges"] = "bytes"
    # What is no range, has another unit or wants several at once is answered with the whole (RFC 9110, 14.2).
    wanted = request.range
    is_one = wanted is not None and wanted.units == "bytes" and len(wanted.ranges) == 1
    try:
        response.make_conditional(request, accept_ranges=is_one, complete_length=byte_size)
    except RequestedRangeNotSatisfiable:
        file.close()  # this answer is never sent, so nobody else closes it
        raise
    return response


def keep(response: Response, tag: str, cache: str = NEVER_CHANGES) -> None:
    """Let the browser keep the answer under `tag`, and do nothing with it but show it."""
    response.set_etag(tag)
    response.headers["Cache-Control"] = cache
    response.headers["Content-Security-Policy"] = _NOT_A_PAGE
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
