"""The embedded runner: paid calls in threads of this process.

Attempts are rows in the database; the pool only holds their ids, so losing the pool loses nothing.
`drain` is the clean stop: what was sent is waited for, what was not is left for the next start.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence


class Pool:
    """Runs `run(attempt_id)` in at most `size` threads; a returned number of seconds means "again then".

    Threads start with the first attempt, never at construction, so that a pool may be built before
    a server forks.
    """

    def __init__(self, run: Callable[[str], float | None], size: int, log: Callable[..., None]):
        self._run = run
        self._size = size
        self._log = log
        self._condition = threading.Condition()
        self._ready: deque[str] = deque()
        self._later: list[tuple[float, str]] = []
        self._known: set[str] = set()
        self._running: set[str] = set()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._draining = False

    def enqueue(self, attempt_ids: Sequence[str]) -> None:
        """Run these soon. Never blocks; an attempt that stands here already is not taken twice.

        Does nothing once draining: they stay queued in the database.
        """
        with self._condition:
            if self._draining or not attempt_ids:
                return
            fresh = [attempt_id for attempt_id in dict.fromkeys(attempt_ids) if attempt_id not in self._known]
            self._known.update(fresh)
            self._ready.extend(fresh)
            self._start_threads()
            self._condition.notify(len(fresh))

    def stop(self) -> None:
        """Start nothing more; what runs goes on. Returns at once."""
        with self._condition:
            self._draining = True
            self._ready.clear()
            self._later.clear()
            self._condition.notify_all()

    def is_stopping(self) -> bool:
        """Whether `stop` or `drain` was called."""
        return self._draining

    def drain(self, seconds: float) -> bool:
        """Start nothing more and wait for the calls under way. `False` if some were still running."""
        deadline = time.monotonic() + seconds
        self.stop()
        with self._condition:
            while self._running and (left := deadline - time.monotonic()) > 0:
                self._condition.wait(left)
            return not self._running

    def under_way(self) -> Sequence[str]:
        """The attempts that run at this moment."""
        with self._condition:
            return sorted(self._running)

    def _start_threads(self) -> None:
        wanted = min(self._size, len(self._threads) - self._idle + len(self._ready) + len(self._later))
        while len(self._threads) < max(wanted, 1):
            # Daemons, because a call may outlast the grace period: then the database knows the rest.
            thread = threading.Thread(target=self._work, name=f"attempt-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            self._idle += 1
            thread.start()

    def _work(self) -> None:
        while (attempt_id := self._next()) is not None:
            again: float | None = None
            try:
                again = self._run(attempt_id)
            except Exception as error:
                # The attempt's row still says `submitted`; recovery settles it by the rules.
                self._log("attempt_crashed", attempt=attempt_id, exc_info=error)
            with self._condition:
                self._running.discard(attempt_id)
                self._idle += 1
                if again is not None and not self._draining:
                    heapq.heappush(self._later, (time.monotonic() + again, attempt_id))
                else:
                    self._known.discard(attempt_id)
                self._condition.notify_all()

    def _next(self) -> str | None:
        with self._condition:
            while True:
                if self._draining:
                    return None
                now = time.monotonic()
                while self._later and self._later[0][0] <= now:
                    self._ready.append(heapq.heappop(self._later)[1])
                if self._ready:
                    self._idle -= 1
                    attempt_id = self._ready.popleft()
                    self._running.add(attempt_id)
                    return attempt_id
                self._condition.wait(self._later[0][0] - now if self._later else None)
