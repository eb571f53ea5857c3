"""Zip archives written while they are sent: stored, not deflated, in the memory of one block.

Python's own `zipfile` writes to streams that cannot seek (the sizes then follow each file, APPNOTE 4.3.9) and
goes over to ZIP64 by itself, so nothing else is needed for it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterable
from typing import BinaryIO, NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_BLOCK = 256 * 1024
_FOR_ITS_OWNER = 0o600 << 16
_FIRST_MOMENT = 315_532_800.0
"""1980: zip archives know nothing earlier."""


class Member(NamedTuple):
    """A file of the archive: its name in it, when it was made (Unix seconds), and itself, open; closed when written."""

    name: str
    made_at: float
    file: BinaryIO


def zipped(members: Iterable[Member]) -> Generator[bytes, None, None]:
    """The archive in pieces. Each member is taken only when those before it were written."""
    outbox = _Outbox()
    with ZipFile(outbox, "w", ZIP_STORED, strict_timestamps=False) as archive:
        for name, made_at, file in members:
            with file:
                info = ZipInfo(name, time.gmtime(max(made_at, _FIRST_MOMENT))[:6])
                info.external_attr = _FOR_ITS_OWNER
                info.file_size = file.seek(0, os.SEEK_END)
                file.seek(0)
                with archive.open(info, "w") as target:
                    while block := file.read(_BLOCK):
                        target.write(block)
                        yield outbox.take()
    yield outbox.take()


class _Outbox:
    """What `ZipFile` has written and nobody has taken yet."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._pieces.append(data)
        return len(data)

    def flush(self) -> None:
        """There is nothing behind this."""

    def close(self) -> None:
        """`ZipFile` leaves files that it was given open."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
