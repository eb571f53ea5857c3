"""What the emulator remembers between requests, in memory: uploads and pictures served by URL.

Both stores are thread-safe, bounded (oldest out first) and forget what has expired. Source of the lives:
fact sheet sections 2.1 (a result's URL lives 60 minutes) and 2.5 (``expires_after`` of an upload).
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass

_MOST_UPLOADED_BYTES = 1024 * 1024 * 1024
_RESULT_LIFE_SECONDS = 3_600
_MOST_RESULTS = 200


@dataclass(frozen=True)
class StoredFile:
    """One upload; times are Unix seconds."""

    id: str
    data: bytes
    filename: str
    mimetype: str
    purpose: str
    created_at: int
    expires_at: int | None

    def body(self) -> dict[str, object]:
        return {
            "id": self.id,
            "object": "file",
            "bytes": len(self.data),
            "created_at": self.created_at,
            "filename": self.filename,
            "purpose": self.purpose,
            "status": "processed",
            "expires_at": self.expires_at,
        }


class FileStore:
    """Thread-safe; a file past its ``expires_at`` is gone."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}
        self._lock = threading.Lock()

    def add(self, data: bytes, filename: str, mimetype: str, purpose: str, life: int | None) -> StoredFile:
        now = int(time.time())
        name = f"file-{secrets.token_hex(12)}"
        stored = StoredFile(name, data, filename, mimetype, purpose, now, now + life if life else None)
        with self._lock:
            self._files[stored.id] = stored
            while sum(len(file.data) for file in self._files.values()) > _MOST_UPLOADED_BYTES:
                del self._files[next(iter(self._files))]
        return stored

    def get(self, file_id: str) -> StoredFile | None:
        with self._lock:
            return self._fresh().get(file_id)

    def remove(self, file_id: str) -> bool:
        with self._lock:
            return self._fresh().pop(file_id, None) is not None

    def all(self) -> list[StoredFile]:
        """Newest first."""
        with self._lock:
            return list(self._fresh().values())[::-1]

    def _fresh(self) -> dict[str, StoredFile]:
        now = time.time()
        for file in list(self._files.values()):
            if file.expires_at is not None and file.expires_at <= now:
                del self._files[file.id]
        return self._files


@dataclass(frozen=True)
class Result:
    """One served picture; ``expires`` is on the monotonic clock."""

    data: bytes
    mime: str
    expires: float


class ResultStore:
    """Thread-safe; holds the newest pictures only."""

    def __init__(self) -> None:
        self._results: dict[str, Result] = {}
        self._lock = threading.Lock()

    def add(self, data: bytes, mime: str) -> str:
        """Keeps the picture and returns the name under which it is served."""
        name = f"img-{secrets.token_hex(12)}.{mime.removeprefix('image/').removesuffix('+xml')}"
        with self._lock:
            self._results[name] = Result(data, mime, time.monotonic() + _RESULT_LIFE_SECONDS)
            while len(self._results) > _MOST_RESULTS:
                del self._results[next(iter(self._results))]
        return name

    def get(self, name: str) -> Result | None:
        with self._lock:
            result = self._results.get(name)
        return result if result and result.expires > time.monotonic() else None
