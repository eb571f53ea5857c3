"""Runs a sweep at start and every ten seconds after, in one thread of the process."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Heartbeat:
    """Calls `beat` at once and then every `seconds`, until stopped; a beat that fails is logged, not fatal."""

    def __init__(self, beat: Callable[[], None], log: Callable[..., None], seconds: float = 10.0):
        self._beat = beat
        self._log = log
        self._seconds = seconds
        self._stopped = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, unless that was done already; call after a server has forked."""
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="recovery", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End after the beat under way."""
        self._stopped.set()

    def _run(self) -> None:
        while True:
            try:
                self._beat()
            except Exception as error:
                # The database may be locked or away for a moment; the next beat tries again.
                self._log("recovery_failed", exc_info=error)
            if self._stopped.wait(self._seconds):
                return
