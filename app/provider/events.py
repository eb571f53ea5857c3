"""Cuts a server-sent event stream into its events, on raw bytes.

The SDK's reader makes Python objects of everything and silently loses a last event without its
closing blank line; an event here is a name and a payload, and `close` gives out the last one.
Accepts LF and CRLF, comments, a byte order mark, missing `event:` lines, any cutting into chunks.
"""

from __future__ import annotations

from collections.abc import Iterator

Event = tuple[bytes, bytes]
"""(value of the `event:` line or empty, payload)."""

_BOM = b"\xef\xbb\xbf"
_LONGEST_HEAD = 16
_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b":")


def is_event_stream(body: bytes) -> bool:
    """Whether a body begins like an event stream (gateways mislabel both kinds)."""
    return body[:1024].removeprefix(_BOM).lstrip().startswith(_FIELDS)


class EventReader:
    """Feed it chunks; it yields each event when its closing blank line has come."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._data: list[bytes] = []
        self._name = b""
        self._begun = False

    def feed(self, chunk: bytes) -> Iterator[Event]:
        if b"\n" not in chunk:  # the middle of a picture, nearly always
            self._pieces.append(chunk)
            return
        first, *others = chunk.split(b"\n")
        self._pieces.append(first)
        for following in others:
            yield from self._end_line()
            self._pieces = [following]

    def close(self) -> Iterator[Event]:
        """The event that the end of the stream left open, if it has a payload."""
        yield from self._end_line()
        self._pieces = []
        yield from self._end_line()

    def _end_line(self) -> Iterator[Event]:
        """A line has megabytes of base64 in it: it is put together once, its field name cut off before."""
        head, pieces = self._head()
        if not self._begun:
            self._begun = True
            head = head.removeprefix(_BOM)
        if head.startswith(b"data:"):
            pieces[0] = head[6:] if head.startswith(b"data: ") else head[5:]
            pieces[-1] = pieces[-1].removesuffix(b"\r")
            self._data.append(b"".join(pieces))
        elif head.startswith(b"event:"):
            self._name = b"".join([head, *pieces[1:]])[6:].strip()
        elif head in (b"", b"\r") and len(pieces) == 1:
            if self._data:
                yield self._name, b"\n".join(self._data)
            self._data, self._name = [], b""

    def _head(self) -> tuple[bytes, list[bytes]]:
        """The first piece of the line, made long enough to hold any field name, and all pieces."""
        pieces = self._pieces or [b""]
        while len(pieces) > 1 and len(pieces[0]) < _LONGEST_HEAD:
            pieces = [pieces[0] + pieces[1], *pieces[2:]]
        return pieces[0], pieces
