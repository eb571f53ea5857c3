"""JSON without its long strings: a picture's base64 is found and left where it lies.

Answers may have hundreds of megabytes, nearly all of it base64. What is around it goes through a real
JSON parser, with a mark in place of each long string; the strings themselves are read piece by piece
when their picture is wanted. So no more is in memory than one piece and one decoded picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import jiter
import pybase64

from app.domain.jobs import Body

LONG = 512 * 1024
"""Longer strings, in bytes, are left out. No prompt is that long, however it is escaped."""

MOST = 8 * 1024 * 1024
"""What may be left of an answer without them; this much is parsed in one go."""

_WINDOW = 8 * 1024 * 1024
"""The usual answer, or stream of three pictures, is read in one go."""

_LONGEST_PREFIX = 128


class TooMuch(ValueError):
    """There is more around the pictures than any answer needs."""


class BytesBody:
    """A body in memory."""

    def __init__(self, data: bytes):
        self._data = data
        self.size = len(data)

    def read(self, start: int, count: int) -> bytes:
        return self._data[start : start + count]


class Text:
    """A body by position, through a window that moves along it."""

    def __init__(self, body: Body):
        self.size = body.size
        self._body = body
        self._start = 0
        self._window = b""

    def piece(self, start: int, end: int) -> memoryview:
        """The bytes from `start` to `end`, or to the end of the body."""
        end = min(end, self.size)
        if start < self._start or end > self._start + len(self._window):
            self._move(start)
        if end <= self._start + len(self._window):
            return memoryview(self._window)[start - self._start : end - self._start]
        return memoryview(self._body.read(start, end - start))

    def find(self, byte: bytes, start: int, end: int) -> int:
        """Where the byte occurs first from `start` to before `end`; -1 where it does not."""
        while start < end:
            if not self._start <= start < self._start + len(self._window):
                self._move(start)
            if not self._window:
                return -1  # the body is shorter than it said
            found = self._window.find(byte, start - self._start, end - self._start)
            if found >= 0:
                return self._start + found
            start = self._start + len(self._window)
        return -1

    def _move(self, start: int) -> None:
        self._start, self._window = start, b""  # let go of the old window before the next is read
        self._window = self._body.read(start, _WINDOW)


@dataclass(frozen=True, slots=True)
class LongString:
    """A long string of a JSON text: where it lies, without its quotes, as it is spelled."""

    text: Text
    start: int
    end: int

    def as_str(self) -> str:
        """The whole string. Raises `ValueError` when it is spelled wrongly."""
        value: str = jiter.from_json(b"".join((b'"', self.text.piece(self.start, self.end), b'"')))
        return value

    def begins_with(self, text: str) -> bool:
        """Whether the string, as it is spelled, begins so."""
        return self.text.piece(self.start, min(self.start + len(text), self.end)) == text.encode("ascii")

    def decoded(self) -> bytes:
        """What is encoded as base64, bare or in a `data:` URI of the usual spelling. Raises `ValueError`."""
        start = self.start
        if self.begins_with("data:"):
            head = bytes(self.text.piece(start, start + _LONGEST_PREFIX)).partition(b",")[0]
            if not head.endswith(b";base64"):
                raise ValueError("a data: URI without base64")
            start += len(head) + 1
        if self.end - start <= _WINDOW:
            return pybase64.b64decode(self.text.piece(start, self.end), validate=True)
        # Not `b"".join`, which would have all pieces and the whole in memory.
        whole = BytesIO()
        for at in range(start, self.end, _WINDOW):
            piece = self.text.piece(at, min(at + _WINDOW, self.end))
            whole.write(pybase64.b64decode(piece, validate=True))
            if at + _WINDOW < self.end and piece[-1] == ord("="):
                raise ValueError("padding before the end")
        return whole.getvalue()


Strings = Mapping[str, LongString]
"""The long strings of a parsed text, by the mark that stands for each. Marks begin with NUL."""


def parse(text: Text, start: int, end: int) -> tuple[Any, Strings]:
    """The JSON value from `start` to `end`, and the long strings in it.

    Raises `ValueError` when it is not JSON; what the long strings hold is not looked at.
    """
    pieces: list[bytes | memoryview] = []
    strings: dict[str, LongString] = {}
    at, kept, left = start, start, MOST
    while (opening := text.find(b'"', at, end)) >= 0 and (closing := _closing(text, opening + 1, end)) >= 0:
        at = closing + 1
        if closing - opening > LONG:
            left -= opening - kept
            if left < 0:
                break
            mark = f"\0{len(strings)}"
            pieces += (bytes(text.piece(kept, opening)), b'"\\u0000%d"' % len(strings))
            strings[mark] = LongString(text, opening + 1, closing)
            kept = at
        elif at - kept > left:
            break
    if end - kept > left:
        raise TooMuch
    pieces.append(text.piece(kept, end))
    return jiter.from_json(b"".join(pieces), cache_mode="keys"), strings


def _closing(text: Text, start: int, end: int) -> int:
    """Where the string that begins at `start` has its closing quote; -1 when it has none."""
    at = start
    while (found := text.find(b'"', at, end)) >= 0:
        if not _is_escaped(text, at, found):
            return found
        at = found + 1
    return -1


def _is_escaped(text: Text, start: int, quote: int) -> bool:
    """Whether an odd number of backslashes stands before the quote."""
    for reach in (64, quote - start):
        before = bytes(text.piece(max(start, quote - reach), quote))
        slashes = len(before) - len(before.rstrip(b"\\"))
        if slashes < len(before):
            break
    return slashes % 2 == 1
