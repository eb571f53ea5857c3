"""Cuts a server-sent event stream into its events, on raw bytes.

The SDK's reader makes Python objects of everything and silently loses a last event without its
closing blank line; an event here is a name and where its payload lies, and `close` gives out the
last one. Accepts LF and CRLF, comments, a byte order mark, missing `event:` lines, any cutting into
chunks.
"""

from __future__ import annotations

from collections.abc import Iterator

Span = tuple[int, int]
"""Where something begins and ends, in bytes from the beginning of the stream."""

Event = tuple[bytes, tuple[Span, ...]]
"""(value of the `event:` line or empty, the payload's lines: nearly always one)."""

_BOM = b"\xef\xbb\xbf"
_LONGEST_HEAD = 200
"""Bytes of a line that are kept: any field name, and any event's name whole."""

_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b":")


def is_event_stream(beginning: bytes) -> bool:
    """Whether a body begins like an event stream (gateways mislabel both kinds)."""
    return beginning.removeprefix(_BOM).lstrip().startswith(_FIELDS)


class EventReader:
    """Feed it chunks; it yields each event when its closing blank line has come."""

    def __init__(self) -> None:
        self._at = 0
        self._line = 0
        self._head = b""
        self._last = b""
        self._name = b""
        self._data: list[Span] = []

    @property
    def needed_from(self) -> int:
        """What was fed before this belongs to events that have been given out."""
        return self._data[0][0] if self._data else self._line

    def feed(self, chunk: bytes) -> Iterator[Event]:
        begin = 0
        while (end := chunk.find(b"\n", begin)) >= 0:
            self._take(chunk, begin, end)
            yield from self._end_line(newline=1)
            begin = end + 1
        self._take(chunk, begin, len(chunk))

    def close(self) -> Iterator[Event]:
        """The event that the end of the stream left open, if it has a payload."""
        yield from self._end_line()
        yield from self._end_line()

    def _take(self, chunk: bytes, begin: int, end: int) -> None:
        if begin == end:
            return
        if len(self._head) < _LONGEST_HEAD:
            self._head += chunk[begin : min(end, begin + _LONGEST_HEAD)]
        self._last = chunk[end - 1 : end]
        self._at += end - begin

    def _end_line(self, newline: int = 0) -> Iterator[Event]:
        head, start = self._head, self._line
        end = self._at - (1 if self._last == b"\r" else 0)
        if start == 0 and head.startswith(_BOM):
            head, start = head[len(_BOM) :], len(_BOM)
        self._at += newline
        self._line, self._head, self._last = self._at, b"", b""
        if head.startswith(b"data:"):
            self._data.append((start + (6 if head.startswith(b"data: ") else 5), end))
        elif head.startswith(b"event:"):
            self._name = head[6:].strip()
        elif start == end:
            event = self._name, tuple(self._data)
            self._data, self._name = [], b""
            if event[1]:
                yield event
