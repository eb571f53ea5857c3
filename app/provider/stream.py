"""Understands streamed answers: live, while they arrive, and again from the spool.

An answer is whole when its completed event came, not when the connection ended well: gateways
leave connections open after it, or cut them, and neither changes that the picture is here.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from app.domain.pictures import Partial
from app.provider import outline
from app.provider.events import Event, EventReader, Span
from app.provider.outline import BytesBody, Strings, Text
from app.provider.payload import base64_in, sniff

_SLICE = 1024 * 1024
_TYPE_FIRST = re.compile(rb'\s*\{\s*"type"\s*:\s*"([a-z_.]{1,80})"')

Kinds = Callable[[bytes, dict[str, Any]], str]
"""What an event is, from its `event:` line and its payload."""


def kind_of(name: bytes, event: dict[str, Any]) -> str:
    """`partial`, `completed`, `error` or `other`.

    OpenAI says it in `type`; some gateways only in the `event:` line; some send their whole plain
    answer as one event without either.
    """
    kind = event.get("type")
    kind = kind if isinstance(kind, str) and kind else name.decode("ascii", "replace")
    if event.get("error") or kind == "error" or kind.endswith(".failed"):
        return "error"
    if kind.endswith(".partial_image"):
        return "partial"
    if kind.endswith(".completed") or (not kind and isinstance(event.get("data"), list)):
        return "completed"
    return "other"


def parse(text: Text, lines: tuple[Span, ...]) -> tuple[dict[str, Any], Strings] | None:
    """The payload as an object and its long strings; `None` for `[DONE]`, keep-alives and what is cut off."""
    if len(lines) > 1:
        whole = b"\n".join(bytes(text.piece(*line)) for line in lines)
        text, lines = Text(BytesBody(whole)), ((0, len(whole)),)
    try:
        payload, strings = outline.parse(text, *lines[0])
    except ValueError:
        return None
    return (payload, strings) if isinstance(payload, dict) else None


def is_preview(text: Text, lines: tuple[Span, ...]) -> bool:
    """Whether an event says at its beginning that it is a preview, so that it need not be parsed."""
    match = _TYPE_FIRST.match(_beginning(text, lines))
    return match is not None and match[1].endswith(b".partial_image")


def events_in(text: Text, kinds: Kinds = kind_of) -> Iterator[tuple[str, dict[str, Any], Strings]]:
    """(kind, payload, its long strings) of every event in a whole body, a last one without its blank line included.

    Previews have served their purpose by then: their payload is left empty.
    """
    reader = EventReader()
    for start in range(0, text.size, _SLICE):
        yield from _understood(text, reader.feed(bytes(text.piece(start, start + _SLICE))), kinds)
    yield from _understood(text, reader.close(), kinds)


def _understood(text: Text, events: Iterator[Event], kinds: Kinds) -> Iterator[tuple[str, dict[str, Any], Strings]]:
    for name, lines in events:
        if is_preview(text, lines):
            yield "partial", {}, {}
        elif (parsed := parse(text, lines)) is not None:
            yield kinds(name, parsed[0]), *parsed


def _beginning(text: Text, lines: tuple[Span, ...]) -> bytes:
    start, end = lines[0]
    return bytes(text.piece(start, min(end, start + 200)))


class _Recent:
    """The last chunks of a stream as a body."""

    def __init__(self) -> None:
        self.size = 0
        self._start = 0
        self._chunks: deque[bytes] = deque()

    def add(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        self.size += len(chunk)

    def forget(self, before: int) -> None:
        while self._chunks and self._start + len(self._chunks[0]) <= before:
            self._start += len(self._chunks.popleft())

    def read(self, start: int, count: int) -> bytes:
        pieces, at, end = [], self._start, start + count
        for chunk in self._chunks:
            if at < end and at + len(chunk) > start:
                pieces.append(memoryview(chunk)[max(0, start - at) : end - at])
            at += len(chunk)
        return b"".join(pieces)


class Progress:
    """Follows a stream while it arrives.

    `on_partial` gets each preview as it comes; with `None` previews are not even decoded.
    `finished`: nothing more is to be expected, so reading may stop. `is_stream` is `False` for
    a gateway that ignored `stream` and sends plain JSON. `kinds` tells what an event is (see `kind_of`; it may
    also be `picture`, whole, with more to come, or `begun`), `preview` names the field that holds a preview.
    """

    def __init__(
        self,
        pictures: int,
        on_partial: Callable[[Partial], None] | None,
        *,
        kinds: Kinds = kind_of,
        preview: str = "b64_json",
    ):
        self._pictures = pictures
        self._on_partial = on_partial
        self._kinds = kinds
        self._field = preview
        self._reader = EventReader()
        self._recent = _Recent()
        self.is_stream: bool | None = None
        self.completed = 0
        self.arrived = 0
        self.previews = 0
        self.has_run = False
        self.error: dict[str, Any] | None = None
        self.finished = False

    @property
    def is_whole(self) -> bool:
        """Whether what was paid for is here, whatever happens to the rest."""
        return self.completed + self.arrived > 0

    def feed(self, chunk: bytes) -> None:
        if self.is_stream is None and (beginning := chunk.removeprefix(b"\xef\xbb\xbf").lstrip()):
            self.is_stream = beginning[:1] not in (b"{", b"[", b"<")
        if self.is_stream is not False:
            self._recent.add(chunk)
            self._follow(self._reader.feed(chunk))
            self._recent.forget(self._reader.needed_from)

    def close(self) -> None:
        """To be called when no more bytes will come."""
        if self.is_stream:
            self._follow(self._reader.close())

    def _follow(self, events: Iterator[Event]) -> None:
        for name, lines in events:
            text = Text(self._recent)
            if _beginning(text, lines).strip() == b"[DONE]":
                self.finished = True
                continue
            if self._on_partial is None and is_preview(text, lines):
                self.previews += 1
                continue
            parsed = parse(text, lines)
            if parsed is None:
                continue
            payload, strings = parsed
            kind = self._kinds(name, payload)
            if kind == "partial":
                self._preview(payload, strings)
            elif kind == "completed":
                self.completed += 1
            elif kind == "picture":
                self.arrived += 1
            elif kind == "begun":
                self.has_run = True
            elif kind == "error":
                self.error = self.error or payload
            self.finished = self.finished or self.completed >= self._pictures or self.error is not None

    def _preview(self, payload: dict[str, Any], strings: Strings) -> None:
        self.previews += 1
        if self._on_partial is None:
            return
        data = base64_in(payload.get(self._field), strings)
        mime_type = sniff(data or b"")
        index = payload.get("partial_image_index")
        if data is None or mime_type is None:
            return
        self._on_partial(Partial(index if isinstance(index, int) else self.previews - 1, data, mime_type))
