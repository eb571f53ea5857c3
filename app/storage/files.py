"""Files that survive a crash: whole or absent, private to the studio."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from app.domain.errors import Fault, StudioError
from app.domain.sentences import say


def make_private_folder(folder: Path) -> None:
    """Make the folder (0700) and those above it where they are missing, durably."""
    if folder.is_dir():
        return
    if not folder.parent.is_dir():
        make_private_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Bring the folder's entries to the disk: a rename is durable only after this."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def create_private(path: Path) -> int:
    """A descriptor of a new, empty file (0600) that replaces whatever had that name."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)


def write_all(descriptor: int, data: bytes | memoryview, make_room: Callable[[], bool]) -> None:
    """Write every byte. When the disk is full, go on for as long as `make_room()` says it freed some.

    Raises `OSError`.
    """
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except OSError as error:
            if not is_full(error) or not make_room():
                raise


def check_writable(folder: Path, name: str) -> None:
    """Raises `StudioError` `not_ready` when no file can be made in the folder; `name` begins the sentence."""
    probe = folder / f"probe.{secrets.token_hex(8)}"
    try:
        os.close(create_private(probe))
        probe.unlink()
    except OSError as error:
        raise not_writable(name, error.strerror or "") from error


def not_writable(name: str, reason: str) -> StudioError:
    """The error for a folder that takes no files; `name` begins the sentence."""
    sentence = say("{folder} cannot be written: {reason}.", folder=name, reason=reason)
    return StudioError(Fault("not_ready", sentence, retryable=True))


def is_full(error: OSError) -> bool:
    """Whether the error says that the disk, or the quota on it, is used up."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)
