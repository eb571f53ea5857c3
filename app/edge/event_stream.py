"""Server-sent events (the WHATWG `text/event-stream` format) over a log that lies in a database.

A stream holds one server thread for as long as somebody listens, so there is a cap on how many are
open in a process; beyond it the answer is 503 and the page goes on by polling. Streams end after a
while of their own accord: browsers reconnect by themselves and `Last-Event-ID` resumes.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response

from app.domain.errors import Fault, StudioError
from app.domain.sentences import say

HEARTBEAT_SECONDS = 15.0
"""A comment is sent at least this often, so that proxies keep the line and a gone client is noticed."""

LIFETIME_SECONDS = 300.0
"""A stream is closed after this long; the client comes back and resumes."""


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event. `id` resumes after it; `last` closes the stream."""

    id: int
    kind: str
    data: dict[str, Any]
    last: bool = False

    def encode(self) -> bytes:
        """The event on the wire. JSON has no raw line breaks, so one `data:` line holds it."""
        text = json.dumps(self.data, ensure_ascii=True, separators=(",", ":"))
        return f"id: {self.id}\nevent: {self.kind}\ndata: {text}\n\n".encode("ascii")


class EventStreams:
    """Opens streams, at most `most` at once in this process."""

    def __init__(self, most: int = 48):
        self._places = threading.BoundedSemaphore(most)

    def respond(
        self,
        after: int,
        read: Callable[[int], Sequence[ServerEvent]],
        wait: Callable[[float], None],
    ) -> Response:
        """Stream everything after event `after`, then what comes.

        `read(after)` looks the next events up; `wait(seconds)` returns when something may be new.
        Raises `StudioError` (`rate_limited`) when every place is taken.
        """
        if not self._places.acquire(blocking=False):
            raise StudioError(
                Fault(
                    "rate_limited",
                    say("Too many event streams are open; look at the job now and then instead."),
                    retryable=True,
                    retry_after=5.0,
                )
            )
        response = Response(self._events(after, read, wait), mimetype="text/event-stream")
        response.headers["X-Accel-Buffering"] = "no"  # nginx would hold events back
        # Also when the client left before the first byte: then the generator never ran.
        response.call_on_close(self._places.release)
        return response

    def _events(
        self, after: int, read: Callable[[int], Sequence[ServerEvent]], wait: Callable[[float], None]
    ) -> Iterator[bytes]:
        opened = spoke = time.monotonic()
        yield b"retry: 2000\n\n"
        while time.monotonic() - opened < LIFETIME_SECONDS:
            for event in read(after):
                yield event.encode()
                after, spoke = event.id, time.monotonic()
                if event.last:
                    return
            if time.monotonic() - spoke > HEARTBEAT_SECONDS:
                yield b": still here\n\n"
                spoke = time.monotonic()
            wait(0.25)
