"""Pictures as files, named by what they hold."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from pathlib import Path
from typing import BinaryIO

from app.domain.errors import Fault, StudioError
from app.storage.files import create_private, is_full, make_private_folder, sync_folder, write_all
from app.storage.reserve import Reserve, free_bytes, storage_full

MARGIN_BYTES = 32 * 1024 * 1024
"""What must stay free beside the pictures: the database, its journal and the logs grow too."""

_ABANDONED_SECONDS = 24 * 3600.0
_DIGEST = re.compile(r"[0-9a-f]{64}")


class FileBlobs:
    """Blobs at `<folder>/ab/cd/<sha256>`, each written once: tmp → fsync → rename → fsync of the folder.

    Drafts lie in `<folder>/incoming`, on the same filesystem, where those of a process that died are
    easy to find. Satisfies the `BlobStore` port; safe for any number of processes and threads.
    """

    def __init__(self, folder: Path, reserve: Reserve):
        self._folder = folder
        self._incoming = folder / "incoming"
        self._reserve = reserve
        make_private_folder(self._incoming)

    def put(self, data: bytes) -> str:
        """Keep the bytes and return their SHA-256 (hex). Durable when it returns.

        The reserve is given up before a full disk is admitted. Raises `StudioError` `storage_full`.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        try:
            if path.stat().st_size == len(data):
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

    def get(self, digest: str) -> bytes:
        """The bytes. Raises `FileNotFoundError`."""
        return self._path(digest).read_bytes()

    def open(self, digest: str) -> BinaryIO:
        """The same as an open file. Raises `FileNotFoundError`."""
        return self._path(digest).open("rb")

    def exists(self, digest: str) -> bool:
        try:
            return self._path(digest).is_file()
        except FileNotFoundError:
            return False

    def is_intact(self, digest: str) -> bool:
        """Whether the blob is there and still holds what its name says."""
        try:
            with self._path(digest).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == digest
        except FileNotFoundError:
            return False

    def check_room(self, byte_count: int) -> None:
        """Raises `StudioError` `storage_full` when that much more would not fit beside margin and reserve."""
        if free_bytes(self._folder) < byte_count + MARGIN_BYTES + self._reserve.missing_bytes():
            raise storage_full()

    def check_ready(self) -> None:
        """Raises `StudioError` `not_ready` with the reason when nothing can be written."""
        probe = self._incoming / f"probe.{secrets.token_hex(8)}"
        try:
            os.close(create_private(probe))
            probe.unlink()
        except OSError as error:
            raise StudioError(
                Fault("not_ready", f"The picture folder cannot be written: {error.strerror}.", retryable=True)
            ) from error

    def sweep(self) -> int:
        """Remove the drafts of processes that died over a day ago; how many there were."""
        oldest = time.time() - _ABANDONED_SECONDS
        removed = 0
        for draft in self._incoming.iterdir():
            try:
                if draft.stat().st_mtime < oldest:
                    draft.unlink()
                    removed += 1
            except FileNotFoundError:  # another process sweeps too, or its draft was just renamed
                continue
        return removed

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise FileNotFoundError("no blob has such a name")
        return self._folder / digest[:2] / digest[2:4] / digest

    def _write(self, path: Path, data: bytes) -> None:
        make_private_folder(path.parent)
        draft = self._incoming / f"{path.name}.{secrets.token_hex(8)}"
        descriptor = create_private(draft)
        try:
            try:
                write_all(descriptor, data, self._reserve.release)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
