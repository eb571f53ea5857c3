"""Understands streamed answers: live, while they arrive, and again from the spool.

An answer is whole when its completed event came, not when the connection ended well: gateways
leave connections open after it, or cut them, and neither changes that the picture is here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import jiter

from app.domain.pictures import Partial
from app.provider.events import Event, EventReader
from app.provider.payload import bytes_of, sniff

_SLICE = 64 * 1024
_TYPE_FIRST = re.compile(rb'\s*\{\s*"type"\s*:\s*"([a-z_.]{1,80})"')


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


def parse(event: Event) -> dict[str, Any] | None:
    """The payload as an object; `None` for `[DONE]`, keep-alives and what is cut off."""
    try:
        payload = jiter.from_json(event[1], cache_mode="keys")
    except ValueError:
        return None
    return payload if isinstance(payload, dict) else None


def is_preview(event: Event) -> bool:
    """Whether an event says at its beginning that it is a preview, so that it need not be parsed."""
    match = _TYPE_FIRST.match(event[1][:200])
    return match is not None and match[1].endswith(b".partial_image")


def events_in(body: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """(kind, payload) of every event in a whole body, a last one without its blank line included.

    Previews have served their purpose by then: their payload is left empty.
    """
    reader = EventReader()
    for start in range(0, len(body), _SLICE):
        yield from _understood(reader.feed(body[start : start + _SLICE]))
    yield from _understood(reader.close())


def _understood(events: Iterator[Event]) -> Iterator[tuple[str, dict[str, Any]]]:
    for event in events:
        if is_preview(event):
            yield "partial", {}
        elif (payload := parse(event)) is not None:
            yield kind_of(event[0], payload), payload


class Progress:
    """Follows a stream while it arrives.

    `on_partial` gets each preview as it comes; with `None` previews are not even decoded.
    `finished`: nothing more is to be expected, so reading may stop. `is_stream` is `False` for
    a gateway that ignored `stream` and sends plain JSON.
    """

    def __init__(self, pictures: int, on_partial: Callable[[Partial], None] | None):
        self._pictures = pictures
        self._on_partial = on_partial
        self._reader = EventReader()
        self.is_stream: bool | None = None
        self.completed = 0
        self.previews = 0
        self.error: dict[str, Any] | None = None
        self.finished = False

    def feed(self, chunk: bytes) -> None:
        if self.is_stream is None and (beginning := chunk.removeprefix(b"\xef\xbb\xbf").lstrip()):
            self.is_stream = beginning[:1] not in (b"{", b"[", b"<")
        if self.is_stream:
            self._follow(self._reader.feed(chunk))

    def close(self) -> None:
        """To be called when no more bytes will come."""
        if self.is_stream:
            self._follow(self._reader.close())

    def _follow(self, events: Iterator[Event]) -> None:
        for event in events:
            if event[1].strip() == b"[DONE]":
                self.finished = True
                continue
            if self._on_partial is None and is_preview(event):
                self.previews += 1
                continue
            payload = parse(event)
            if payload is None:
                continue
            kind = kind_of(event[0], payload)
            if kind == "partial":
                self._preview(payload)
            elif kind == "completed":
                self.completed += 1
            elif kind == "error":
                self.error = self.error or payload
            self.finished = self.finished or self.completed >= self._pictures or self.error is not None

    def _preview(self, payload: dict[str, Any]) -> None:
        self.previews += 1
        if self._on_partial is None:
            return
        data = bytes_of(payload.get("b64_json"))
        mime_type = sniff(data or b"")
        index = payload.get("partial_image_index")
        if data is None or mime_type is None:
            return
        self._on_partial(Partial(index if isinstance(index, int) else self.previews - 1, data, mime_type))
