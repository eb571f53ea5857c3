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
_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b":")


def is_event_stream(body: bytes) -> bool:
    """Whether a body begins like an event stream (gateways mislabel both kinds)."""
    return body[:1024].removeprefix(_BOM).lstrip().startswith(_FIELDS)


class EventReader:
    """Feed it chunks; it yields each event when its closing blank line has come."""

    def __init__(self) -> None:
        self._line: list[bytes] = []
        self._data: list[bytes] = []
        self._name = b""

    def feed(self, chunk: bytes) -> Iterator[Event]:
        first, *others = chunk.split(b"\n")
        self._line.append(first)
        for following in others:
            yield from self._take(b"".join(self._line))
            self._line = [following]

    def close(self) -> Iterator[Event]:
        """The event that the end of the stream left open, if it has a payload."""
        yield from self._take(b"".join(self._line))
        self._line = []
        yield from self._take(b"")

    def _take(self, line: bytes) -> Iterator[Event]:
        line = line.removesuffix(b"\r").removeprefix(_BOM)
        if line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" "))
        elif line.startswith(b"event:"):
            self._name = line[6:].strip()
        elif not line:
            if self._data:
                yield self._name, b"\n".join(self._data)
            self._data, self._name = [], b""
