"""How much a request may bring.

One limit for all, raised for single views by `accepts_body`. A body over its limit is refused
whole, with 413: Werkzeug (3.1) silently cuts one that comes in chunks and so announces no length,
and limits neither the size nor the number of fields of a urlencoded form.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from io import BufferedReader, RawIOBase
from typing import IO, Any, TypeVar

from flask import Flask, Request, request
from werkzeug.exceptions import ClientDisconnected

from app.domain.errors import Fault, StudioError
from app.domain.sentences import say

MEBIBYTE = 1024 * 1024
BODY_BYTES = MEBIBYTE
"""Enough for a prompt of 32,000 code points in whichever encoding."""
FORM_FIELDS = 200

View = TypeVar("View", bound=Callable[..., Any])


def accepts_body(limit: int, *, form: int | None = None) -> Callable[[View], View]:
    """Let a view take bodies of up to `limit` bytes: `@room.post("/edit")`, then `@accepts_body(64 * MEBIBYTE)`.

    `form`: another limit for multipart forms, whose files go to the disk and not into memory.
    """

    def mark(view: View) -> View:
        view.__dict__.update(body_limit=limit, form_limit=limit if form is None else form)  # read below
        return view

    return mark


def limit_bodies(app: Flask) -> None:
    """Refuse what is too large: `StudioError` `body_too_large`."""
    app.request_class = _BoundedRequest
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=BODY_BYTES,
        MAX_FORM_PARTS=FORM_FIELDS,
    )

    @app.before_request
    def check_size() -> None:
        view = app.view_functions.get(request.endpoint or "")
        is_form = request.mimetype == "multipart/form-data"
        limit: int = getattr(view, "form_limit" if is_form else "body_limit", BODY_BYTES)
        request.max_content_length = limit
        if (request.content_length or 0) > limit:
            raise _too_large(limit)
        if request.mimetype == "application/x-www-form-urlencoded":
            if (request.content_length or 0) > BODY_BYTES or len(request.get_data()) > BODY_BYTES:
                raise _too_large(BODY_BYTES)
            if request.get_data().count(b"&") >= FORM_FIELDS:
                raise StudioError(
                    Fault("body_too_large", say("A form may have {most} fields at most.", most=FORM_FIELDS))
                )


class _BoundedRequest(Request):
    """A request whose body, when it comes in chunks, is refused at its limit instead of cut there.

    Files of a form that was refused half-way are closed at the end of the request, as others are.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._opened: list[IO[bytes]] = []

    def _get_file_stream(self, *args: Any, **kwargs: Any) -> IO[bytes]:
        file = super()._get_file_stream(*args, **kwargs)
        self._opened.append(file)
        return file

    def _load_form_data(self) -> None:
        try:
            super()._load_form_data()
        except OSError as error:  # of the disk; a client that goes away raises something else
            raise StudioError(
                Fault("storage_full", say("There is no room to take in the files."), retryable=True)
            ) from error
        # Werkzeug calls a part without a name None, and everything that reads forms expects text.
        if None in self.form or None in self.files:
            self.__dict__["form"] = self.parameter_storage_class()
            self.__dict__["files"] = self.parameter_storage_class()
            raise StudioError(Fault("bad_request", say("A part of the form has no name.")))

    def close(self) -> None:
        super().close()
        for file in self._opened:
            file.close()

    @cached_property
    def stream(self) -> IO[bytes]:
        limit = self.max_content_length
        if self.content_length is None and limit is not None and self.environ.get("wsgi.input_terminated"):
            return BufferedReader(_Chunks(self.environ["wsgi.input"], limit))
        return super().stream


class _Chunks(RawIOBase):
    """Reads a body of unannounced length; the first byte over `limit` raises `StudioError`."""

    def __init__(self, source: IO[bytes], limit: int):
        self._source = source
        self._limit = limit
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        # One byte more than allowed is asked for, so that reaching the limit and passing it differ.
        try:
            data = self._source.read(min(len(buffer), self._left + 1))
        except (OSError, ValueError) as error:  # what servers raise for broken chunks and gone clients
            raise ClientDisconnected from error
        self._left -= len(data)
        if self._left < 0:
            raise _too_large(self._limit)
        buffer[: len(data)] = data
        return len(data)


def _too_large(limit: int) -> StudioError:
    return StudioError(
        Fault("body_too_large", say("The body is larger than {limit} bytes, the most that is taken here.", limit=limit))
    )
