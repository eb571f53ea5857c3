"""Whose turn it is: work that one of several processes does now and then."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from app.storage.files import make_private_folder


class Turns:
    """One turn every `seconds` for all processes that share a file; its time of change is the last turn."""

    def __init__(self, path: Path, seconds: float):
        self._path = path
        self._seconds = seconds

    def take(self) -> bool:
        """Whether the turn is due and now this process's. Never waits."""
        make_private_folder(self._path.parent)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            state = os.fstat(descriptor)
            is_first = state.st_size == 0
            if not is_first and time.time() - state.st_mtime < self._seconds:
                return False
            # Writing moves the time, also when it writes the same.
            os.pwrite(descriptor, b"The time of this file is that of the last housekeeping.\n", 0)
        except BlockingIOError:
            return False
        finally:
            os.close(descriptor)
        return True
