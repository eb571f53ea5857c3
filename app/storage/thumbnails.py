"""Thumbnails as files. A cache: whatever is missing is made again, so nothing here needs to be durable."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.storage.files import create_private, make_private_folder

_DIGEST = re.compile(r"[0-9a-f]{64}")


class FileThumbnails:
    """Satisfies the `ThumbnailCache` port: `<folder>/ab/<sha256 of the picture>.webp`."""

    def __init__(self, folder: Path):
        self._folder = folder

    def get(self, digest: str) -> bytes | None:
        """The kept thumbnail; an empty file, as a crash may leave behind, counts as none."""
        try:
            return self._path(digest).read_bytes() or None
        except FileNotFoundError:
            return None

    def put(self, digest: str, data: bytes) -> None:
        """Keep it, whole or not at all. A full disk is no reason to fail: it is then made each time."""
        path = self._path(digest)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        try:
            make_private_folder(path.parent)
            with os.fdopen(create_private(draft), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError:
            with suppress(OSError):
                draft.unlink()

    def sweep(self, in_use: Callable[[], Container[str]]) -> int:
        """Remove those of pictures that are not `in_use()`, so that what was deleted for good is; how many.

        Drafts go too: one of a process that still works on it is made again when it is next looked at.
        """
        kept = list(self._folder.glob(f"??/{64 * '?'}.webp*"))
        used = in_use() if kept else ()
        forgotten = [path for path in kept if path.suffix != ".webp" or path.stem not in used]
        for path in forgotten:
            path.unlink(missing_ok=True)  # another process sweeps too
        return len(forgotten)

    @contextmanager
    def turn(self, digest: str) -> Iterator[None]:
        """Passed by one thread of one process at a time, for each of 256 parts of all digests.

        Where there can be no lock everybody passes: two then make the same thumbnail, and both make the same bytes.
        """
        path = self._path(digest)
        place: int | None = None
        try:
            make_private_folder(path.parent)
            place = os.open(path.parent / "turn.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(place, fcntl.LOCK_EX)
        except OSError:
            pass
        try:
            yield
        finally:
            if place is not None:
                os.close(place)

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise FileNotFoundError("no picture has such a digest")
        return self._folder / digest[:2] / f"{digest}.webp"
