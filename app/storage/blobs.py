"""Pictures as files, named by what they hold."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from app.domain.exchange import KeptFile
from app.domain.sentences import say
from app.storage.files import (
    check_writable,
    create_private,
    is_full,
    make_private_folder,
    not_writable,
    sync_folder,
    write_all,
)
from app.storage.reserve import Reserve, free_bytes, storage_full

MARGIN_BYTES = 32 * 1024 * 1024
"""What must stay free beside the pictures: the database, its journal and the logs grow too."""

_FOLDER = say("The picture folder")

_ABANDONED_SECONDS = 24 * 3600.0
_PLACES = f"??/{64 * '?'}"
_FORMER_FOLDERS = "??/??/"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class FileBlobs:
    """Blobs at `<folder>/ab/<sha256>`, each written once: tmp → fsync → rename → fsync of the folder.

    Drafts lie in `<folder>/incoming`, on the same filesystem, where those of a process that died are
    easy to find. Previews lie in `<folder>/previews`: they are not brought to the disk, so nothing that
    must last may ever be taken for one of them. Satisfies the `BlobStore` port; safe for any number of
    processes and threads.
    """

    def __init__(self, folder: Path, reserve: Reserve):
        self._folder = folder
        self._incoming = folder / "incoming"
        self._previews = folder / "previews"
        self._reserve = reserve
        make_private_folder(self._incoming)
        make_private_folder(self._previews)
        self._bring_up()

    def put(self, data: bytes) -> str:
        """Keep the bytes and return their SHA-256 (hex). Durable when it returns.

        The reserve is given up before a full disk is admitted. Raises `StudioError` `storage_full`.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        try:
            if path.stat().st_size == len(data):
                os.utime(path)  # young again: `sweep_orphans` leaves it alone until it is referred to
                sync_folder(path.parent)  # whoever renamed it may not have come this far yet
                return digest
        except FileNotFoundError:
            pass
        try:
            try:
                self._write(path, data)
            except OSError as error:
                if not is_full(error) or not self._reserve.release():
                    raise
                self._write(path, data)
        except OSError as error:
            if is_full(error):
                raise storage_full() from error
            raise
        return digest

    def put_preview(self, data: bytes) -> str:
        """Keep the bytes for about a day and return their SHA-256 (hex). A crash of the machine may lose them."""
        digest = hashlib.sha256(data).hexdigest()
        self._draft(data, self._previews / digest, lasting=False)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes, a preview's too. Raises `FileNotFoundError`."""
        path = self._path(digest)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return (self._previews / digest).read_bytes()

    def open(self, digest: str) -> BinaryIO:
        """The same as an open file. Raises `FileNotFoundError`."""
        return self._path(digest).open("rb")

    def exists(self, digest: str) -> bool:
        try:
            return self._path(digest).is_file()
        except FileNotFoundError:
            return False

    def renew(self, digest: str) -> bool:
        """Keep the blob for another day at least, referred to or not; `False` when it is not there."""
        try:
            os.utime(self._path(digest))
        except FileNotFoundError:
            return False
        return True

    def is_intact(self, digest: str) -> bool:
        """Whether the blob is there and still holds what its name says."""
        try:
            with self._path(digest).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == digest
        except FileNotFoundError:
            return False

    def kept(self) -> Iterator[KeptFile]:
        """Every blob there is, previews and drafts aside."""
        now = time.time()
        for path in self._folder.glob(_PLACES):
            with suppress(FileNotFoundError):  # swept this moment
                found = path.stat()
                yield KeptFile(path.name, found.st_size, now - found.st_mtime)

    def check_room(self, byte_count: int) -> None:
        """Raises `StudioError`: `storage_full` when that much more would not fit beside margin and reserve,
        `not_ready` when the folder is gone or cannot be written."""
        # No probe: a file made and removed for each call makes all other new files dearer, on ext4 for seconds.
        if not os.access(self._incoming, os.W_OK | os.X_OK):
            raise not_writable(_FOLDER, say("it is gone, or nothing can be made in it"))
        if free_bytes(self._folder) < byte_count + MARGIN_BYTES + self._reserve.missing_bytes():
            raise storage_full()

    def check_ready(self) -> None:
        """Raises `StudioError` `not_ready` with the reason when nothing can be written."""
        check_writable(self._incoming, _FOLDER)

    def sweep(self) -> int:
        """Remove previews, and drafts of processes that died, that are over a day old; how many there were."""
        oldest = time.time() - _ABANDONED_SECONDS
        removed = 0
        for draft in (*self._incoming.iterdir(), *self._previews.iterdir()):
            try:
                if draft.stat().st_mtime < oldest:
                    draft.unlink()
                    removed += 1
            except FileNotFoundError:  # another process sweeps too, or its draft was just renamed
                continue
        return removed

    def sweep_orphans(self, in_use: Callable[[], Container[str]]) -> int:
        """Remove blobs that are over a day old and not `in_use()`; how many there were.

        `in_use` is asked after the old ones were listed. A blob that is put again at this moment stays:
        `put` makes it young, and it is looked at once more when it is out of everybody's reach.
        """
        oldest = time.time() - _ABANDONED_SECONDS
        old = [path for path in self._folder.glob(_PLACES) if _is_older(path, oldest)]
        if not old:
            return 0
        used = in_use()
        return sum(self._discard(path, oldest) for path in old if path.name not in used)

    def _discard(self, path: Path, oldest: float) -> bool:
        grave = self._incoming / f"{path.name}.{secrets.token_hex(8)}"
        try:
            path.replace(grave)
        except FileNotFoundError:
            return False
        if not _is_older(grave, oldest):
            grave.replace(path)
            return False
        grave.unlink()
        return True

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise FileNotFoundError("no blob has such a name")
        return self._folder / digest[:2] / digest

    def _bring_up(self) -> None:
        """Blobs lay one folder deeper at first, as `ab/cd/<sha256>`: bring them to where they are looked for."""
        for folder in self._folder.glob(_FORMER_FOLDERS):
            for path in folder.iterdir():
                with suppress(FileNotFoundError):  # another process does the same
                    path.replace(folder.parent / path.name)
            sync_folder(folder.parent)
            with suppress(OSError):
                folder.rmdir()

    def _write(self, path: Path, data: bytes) -> None:
        make_private_folder(path.parent)
        self._draft(data, path, lasting=True)
        sync_folder(path.parent)

    def _draft(self, data: bytes, path: Path, *, lasting: bool) -> None:
        draft = self._incoming / f"{path.name}.{secrets.token_hex(8)}"
        descriptor = create_private(draft)
        try:
            try:
                # The reserve is for what is paid for, not for a preview of it.
                write_all(descriptor, data, self._reserve.release if lasting else lambda: False)
                if lasting:
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def _is_older(path: Path, oldest: float) -> bool:
    try:
        return path.stat().st_mtime < oldest
    except FileNotFoundError:
        return False
