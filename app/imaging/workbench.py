"""Room for pixels: how much one process decodes and composes at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

DEFAULT_PIXELS = 50_000_000
"""One picture of the largest size, or four photos of 12 million pixels, at a time: 0.2 to 1 GB (see `decode`)."""


class Crowded(Exception):
    """No room came free in time. The same request may work later."""


class Workbench:
    """Lets work begin only while its pixels, together with those of all work under way, fit.

    Threads wait their turn. Work larger than the whole bench is let in when it is alone.
    """

    def __init__(self, pixels: int = DEFAULT_PIXELS):
        self._pixels = pixels
        self._in_use = 0
        self._changed = threading.Condition()

    @contextmanager
    def room_for(self, pixels: int, *, timeout: float = 30.0) -> Iterator[None]:
        """Hold room for so many pixels. Raises `Crowded` after `timeout` seconds of waiting."""
        share = min(pixels, self._pixels)
        until = time.monotonic() + timeout
        with self._changed:
            while self._in_use + share > self._pixels:
                if not self._changed.wait(max(0.0, until - time.monotonic())) and time.monotonic() >= until:
                    raise Crowded
            self._in_use += share
        try:
            yield
        finally:
            with self._changed:
                self._in_use -= share
                self._changed.notify_all()
