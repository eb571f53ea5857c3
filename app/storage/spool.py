"""Raw answers on their way from the wire to the library, one file per attempt."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.domain.errors import Fault
from app.domain.ids import is_id
from app.domain.jobs import Outcome, ProviderFault, Receipt
from app.domain.sentences import say
from app.storage.files import check_writable, create_private, is_full, make_private_folder, sync_folder, write_all
from app.storage.reserve import Reserve, storage_full

_PART = ".part"
_ANSWER = ".answer"
_KEPT = ".kept"

_LONGEST_HEAD = 8192
"""More than any receipt, whose texts the provider's room keeps short, can take as JSON."""

_RAW_KEPT_SECONDS = 30 * 24 * 3600.0
"""How long a person has to look at what came back for a call that failed or whose outcome is unknown."""

_NOTHING_KEPT_SECONDS = 24 * 3600.0
"""After this an empty file cannot belong to a call under way: none may take longer than an hour."""


class FileSpool:
    """Answers as `<folder>/<attempt id>.answer`, as `.part` while they are not whole, as `.kept` when they
    are of no use to anybody but a person who wants to know.

    A file is one line of JSON (the receipt), then the body as it came. Satisfies the `Spool` port.
    """

    def __init__(self, folder: Path, reserve: Reserve):
        self._folder = folder
        self._reserve = reserve
        make_private_folder(folder)

    def open(self, attempt_id: str, max_bytes: int) -> FileSpoolFile:
        """A file for one answer whose body may have `max_bytes` bytes.

        Raises `ValueError` when `attempt_id` is not an identifier.
        """
        return FileSpoolFile(self._path(attempt_id, _PART), self._path(attempt_id, _ANSWER), max_bytes, self._reserve)

    def read(self, attempt_id: str) -> tuple[Receipt, FileBody] | None:
        """A committed answer, or `None` when there is none.

        Raises `ProviderFault` (unusable) when the file's head is damaged.
        """
        path = self._path(attempt_id, _ANSWER)
        try:
            file = FileBody(path, 0, path.stat().st_size)
            head = file.read(0, _LONGEST_HEAD).partition(b"\n")[0]
            return Receipt(**json.loads(head)), FileBody(path, len(head) + 1, file.size - len(head) - 1)
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            sentence = say("The provider's answer was damaged on this machine's disk.")
            raise ProviderFault(
                Outcome.UNUSABLE, Fault("upstream_bad_response", sentence, may_have_cost=True)
            ) from None

    def remove(self, attempt_id: str) -> None:
        """Forget the answer. No error if absent."""
        self._path(attempt_id, _ANSWER).unlink(missing_ok=True)

    def set_aside(self, attempt_id: str) -> None:
        """Keep the answer for a person; it no longer counts as committed. No error if absent."""
        with contextlib.suppress(FileNotFoundError):
            self._path(attempt_id, _ANSWER).replace(self._path(attempt_id, _KEPT))

    def sweep(self) -> int:
        """Remove raw answers of calls that ended a month ago, and empty ones of a day ago; how many.

        A committed answer is never removed for its age: it is finished or set aside first.
        """
        now, removed = time.time(), 0
        for path in self._folder.iterdir():
            if path.suffix not in (_PART, _KEPT):
                continue
            try:
                state = path.stat()
                if state.st_mtime < now - (_RAW_KEPT_SECONDS if state.st_size else _NOTHING_KEPT_SECONDS):
                    path.unlink()
                    removed += 1
            except FileNotFoundError:  # another process sweeps too
                continue
        return removed

    def check_ready(self) -> None:
        """Raises `StudioError` `not_ready` with the reason when no answer could be written."""
        check_writable(self._folder, say("The folder for the provider's answers"))

    def committed(self) -> Sequence[str]:
        """Ids of the attempts whose answers wait here, oldest attempt first."""
        names = (path.stem for path in self._folder.iterdir() if path.suffix == _ANSWER)
        return sorted(name for name in names if is_id(name))

    def _path(self, attempt_id: str, suffix: str) -> Path:
        if not is_id(attempt_id):
            raise ValueError("not the id of an attempt")
        return self._folder / f"{attempt_id}{suffix}"


@dataclass(frozen=True, slots=True)
class FileBody:
    """The `size` bytes of a file that begin at `start`. It is open only while it is read."""

    path: Path
    start: int
    size: int

    def read(self, start: int, count: int) -> bytes:
        """At most `count` bytes from `start`; fewer only at the end. Raises `OSError`."""
        descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return os.pread(descriptor, min(count, self.size - start), self.start + start)
        finally:
            os.close(descriptor)


class FileSpoolFile:
    """One answer while it arrives. Unbuffered: what was written is with the operating system at once."""

    def __init__(self, part: Path, answer: Path, max_bytes: int, reserve: Reserve):
        self._part = part
        self._answer = answer
        self._left = max_bytes
        self._reserve = reserve
        self._descriptor: int | None = create_private(part)
        self._has_receipt = False

    def begin(self, receipt: Receipt) -> None:
        """Write the head. Called once, before the first chunk."""
        assert not self._has_receipt, "an answer has one head"
        self._write(json.dumps(asdict(receipt)).encode("ascii") + b"\n")
        self._has_receipt = True

    def write(self, chunk: bytes) -> None:
        """Append a piece of the body.

        Raises `ProviderFault` (unusable) past the cap, once that much is kept, and `StudioError`
        `storage_full` when there is no room, reserve and all.
        """
        assert self._has_receipt, "the head comes first"
        fitting = memoryview(chunk)[: self._left]
        self._write(fitting)
        self._left -= len(fitting)
        if len(fitting) < len(chunk):
            raise ProviderFault(
                Outcome.UNUSABLE,
                Fault(
                    "upstream_bad_response",
                    say("The provider's answer is larger than any picture can be; its beginning was kept."),
                    may_have_cost=True,
                ),
            )

    def commit(self) -> None:
        """Durable and whole from here on; when it raises, the part stays.

        Raises `StudioError` `storage_full` when there is no room, reserve and all.
        """
        assert self._has_receipt, "an answer has a head"
        assert self._descriptor is not None, "an answer is committed once"
        try:
            self._sync(self._descriptor)
        finally:
            self._close()
        self._part.replace(self._answer)
        sync_folder(self._answer.parent)

    def discard(self) -> None:
        """Close and remove what was written."""
        self._close()
        self._part.unlink(missing_ok=True)

    def keep_part(self) -> None:
        """Close and keep the unfinished file for a person to look at, unless nothing arrived."""
        self._close()
        if not self._has_receipt:
            self._part.unlink(missing_ok=True)

    def _write(self, data: bytes | memoryview) -> None:
        assert self._descriptor is not None, "the file is still open"
        try:
            write_all(self._descriptor, data, self._reserve.release)
        except OSError as error:
            # Not an OSError any more: among those a provider looks for broken connections.
            if is_full(error):
                raise storage_full(paid=True) from error
            raise

    def _sync(self, descriptor: int) -> None:
        try:
            os.fsync(descriptor)
        except OSError as error:
            # Some filesystems find out only now that there is no room.
            if not is_full(error):
                raise
            if not self._reserve.release():
                raise storage_full(paid=True) from error
            os.fsync(descriptor)

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
