"""Wakes threads of this process that wait for a job to move. Costs nothing when nobody waits."""

from __future__ import annotations

import threading
from collections import OrderedDict
from types import TracebackType

from app.domain.jobs import Job

_LATELY = 256
"""How many jobs' last moves are remembered, for those who begin to watch just after one."""


class LocalSignals:
    """Satisfies the `Signals` port: one `Watch` per thread that waits, forgotten when it is closed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watching: dict[str, list[Watch]] = {}
        self._lately: OrderedDict[str, Job | None] = OrderedDict()

    def notify(self, job_id: str, job: Job | None = None) -> None:
        """Wake every thread that watches this job; `job` spares them a look at the database."""
        with self._lock:
            self._lately[job_id] = _later(self._lately.pop(job_id, None), job)
            if len(self._lately) > _LATELY:
                self._lately.popitem(last=False)
            for watch in self._watching.get(job_id, ()):
                watch.tell(job)

    def watch(self, job_id: str) -> Watch:
        """Begin to watch a job. If it moved lately, the first wait returns at once: nothing is missed in between."""
        watch = Watch(self, job_id)
        with self._lock:
            self._watching.setdefault(job_id, []).append(watch)
            if job_id in self._lately:
                watch.tell(self._lately[job_id])
        return watch

    def forget(self, watch: Watch) -> None:
        with self._lock:
            watches = self._watching.get(watch.job_id, [])
            if watch in watches:
                watches.remove(watch)
            if not watches:
                self._watching.pop(watch.job_id, None)


class Watch:
    """What one thread has been told about one job since it last asked."""

    def __init__(self, signals: LocalSignals, job_id: str):
        self.job_id = job_id
        self._signals = signals
        self._moved = threading.Event()
        self._job: Job | None = None

    def tell(self, job: Job | None) -> None:
        self._job = _later(self._job, job)
        self._moved.set()

    def wait(self, seconds: float) -> Job | None:
        """Return when the job moved, with the job if whoever moved it told, or after `seconds`."""
        if not self._moved.wait(seconds):
            return None
        self._moved.clear()
        return self._job

    def close(self) -> None:
        self._signals.forget(self)

    def __enter__(self) -> Watch:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


def _later(known: Job | None, told: Job | None) -> Job | None:
    """Two threads may tell of two moves in the wrong order, but an end is never followed by an open state."""
    if told is None or (known is not None and known.state.is_final and not told.state.is_final):
        return known
    return told
