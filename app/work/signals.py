"""Wakes threads of this process that wait for a job to move. Costs nothing when nobody waits."""

from __future__ import annotations

import threading


class LocalSignals:
    """One event per job that somebody waits for; forgotten with its last waiter."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, list[threading.Event]] = {}

    def notify(self, job_id: str) -> None:
        """Wake every thread that waits for this job."""
        with self._lock:
            events = self._waiting.pop(job_id, [])
        for event in events:
            event.set()

    def wait(self, job_id: str, seconds: float) -> None:
        """Return when the job moved, or after `seconds`."""
        event = threading.Event()
        with self._lock:
            self._waiting.setdefault(job_id, []).append(event)
        try:
            event.wait(seconds)
        finally:
            with self._lock:
                remaining = self._waiting.get(job_id)
                if remaining is not None and event in remaining:
                    remaining.remove(event)
                    if not remaining:
                        del self._waiting[job_id]
