"""A file that only takes up room, to be given up when a paid answer finds the disk full."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from app.domain.errors import Fault, StudioError
from app.domain.sentences import say
from app.storage.files import create_private, make_private_folder

RESERVE_BYTES = 64 * 1024 * 1024
"""Room for the largest answer that is accepted for one picture."""

_AMPLE = 4
"""The reserve is set aside only while this many times its size is free: never at others' expense."""


class Reserve:
    """The reserve of one data directory, shared by its processes. `path` is the file itself."""

    def __init__(self, path: Path, byte_count: int = RESERVE_BYTES):
        self._path = path
        self._byte_count = byte_count

    def restore(self) -> bool:
        """Set the room aside if that is not done yet and there is plenty; whether it is set aside now."""
        if self._path.exists():
            return True
        make_private_folder(self._path.parent)
        if free_bytes(self._path.parent) < self._byte_count * _AMPLE:
            return False
        draft = self._path.with_name(f".{self._path.name}.{secrets.token_hex(8)}")
        try:
            descriptor = create_private(draft)
            try:
                os.posix_fallocate(descriptor, 0, self._byte_count)
            finally:
                os.close(descriptor)
            draft.replace(self._path)
        except OSError:  # a courtesy to later answers: without it the studio still works
            draft.unlink(missing_ok=True)
            return False
        return True

    def release(self) -> bool:
        """Give the room up; whether there was any left to give."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        return True

    def missing_bytes(self) -> int:
        """How much of the free room is wanted back for the reserve."""
        return 0 if self._path.exists() else self._byte_count


def free_bytes(folder: Path) -> int:
    """How many bytes an ordinary process may still write beside this folder."""
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize


def storage_full(*, paid: bool = False) -> StudioError:
    """The error for a full disk; `paid` when it strikes after the provider has answered."""
    return StudioError(
        Fault(
            "storage_full",
            say("There is not enough room left to keep pictures. Free some disk space and try again."),
            retryable=not paid,
            may_have_cost=paid,
        )
    )
