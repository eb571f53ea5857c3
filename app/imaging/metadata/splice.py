"""A file with pieces put in and cut out, without a copy of it."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, BinaryIO, NamedTuple

MOST_PARTS = 50_000
"""Chunks or segments of a file that are looked at: honest files have a few thousand, and millions take minutes."""


class Span(NamedTuple):
    """The bytes of the original from `start` to before `end`."""

    start: int
    end: int


Piece = bytes | Span


def joined(pieces: Sequence[Piece]) -> list[Piece]:
    """The same without what is empty, and with spans that touch as one."""
    out: list[Piece] = []
    for piece in pieces:
        last = out[-1] if out else None
        if isinstance(piece, Span) and isinstance(last, Span) and last.end == piece.start:
            out[-1] = Span(last.start, piece.end)
        elif length_of(piece):
            out.append(piece)
    return out


def length_of(piece: Piece) -> int:
    return piece.end - piece.start if isinstance(piece, Span) else len(piece)


class Splice(io.RawIOBase):
    """The pieces one after the other, as a file to read and to seek in. Closes the original with itself."""

    def __init__(self, original: BinaryIO, pieces: Sequence[Piece]):
        self._original = original
        self._pieces = joined(pieces)
        self._ends = list(accumulate(length_of(piece) for piece in self._pieces))
        self._at = 0

    @property
    def byte_size(self) -> int:
        return self._ends[-1] if self._ends else 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.byte_size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        done = 0
        # Everything that was asked for, over as many pieces as it takes: callers read large blocks.
        while done < len(view) and (count := self._read_piece(view[done:])):
            done += count
        return done

    def close(self) -> None:
        if not self.closed:
            self._original.close()
        super().close()

    def _read_piece(self, view: memoryview) -> int:
        number = bisect_right(self._ends, self._at)
        if number == len(self._pieces):
            return 0
        piece = self._pieces[number]
        into = self._at - (self._ends[number] - length_of(piece))
        wanted = view[: length_of(piece) - into]
        if isinstance(piece, Span):
            self._original.seek(piece.start + into)
            data = self._original.read(len(wanted))
        else:
            data = piece[into : into + len(wanted)]
        wanted[: len(data)] = data
        self._at += len(data)
        return len(data)
