"""The queue of the processes that want to write to one SQLite database.

SQLite itself can only poll, a tenth of a second apart after a few tries, so two busy processes would
mostly sleep. Here the kernel hands a lock on at once. It is a courtesy, and whoever cannot stand in
the queue goes on without it: what keeps writers apart is SQLite's own lock.
"""

from __future__ import annotations

import fcntl
import os
import threading
from contextlib import suppress
from pathlib import Path

PATIENCE_SECONDS = 5.0
"""A process that is ahead for longer than this is stuck or stopped; then SQLite decides."""


def come_first(path: Path) -> int | None:
    """Wait until nobody is ahead; a place to give up with `leave`, or `None` without the queue.

    `path` is the file that the processes share; made when it is missing. Never raises `OSError`: a folder
    that cannot be written, a full disk and a filesystem without locks are for SQLite to find out.
    """
    try:
        place = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        if _is_free(place) or _wait(place):
            return place
    except OSError:
        pass
    os.close(place)
    return None


def leave(place: int | None) -> None:
    """Let the next process go on, even if a fork has a copy of this place."""
    if place is None:
        return
    try:
        with suppress(OSError):
            fcntl.flock(place, fcntl.LOCK_UN)
    finally:
        os.close(place)


def _is_free(place: int) -> bool:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait(place: int) -> bool:
    """Whether the lock was granted in time. `flock` knows no time limit, so a thread waits for it."""
    granted = threading.Event()
    own = os.dup(place)

    def wait() -> None:
        try:
            fcntl.flock(own, fcntl.LOCK_EX)
            granted.set()
        except OSError:
            pass
        finally:
            os.close(own)  # the lock stays with `place`, or goes if that was closed meanwhile

    threading.Thread(target=wait, name="database-queue", daemon=True).start()
    return granted.wait(PATIENCE_SECONDS)
