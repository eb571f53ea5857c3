"""A whole studio as one archive: every ended job with everything of it, and every file, each under its digest.

The archive is a zip: `tables/<name>.jsonl`, `blobs/<sha256>`, and last `atelier.json`, which has the digest of
every table, so that an archive that was cut short or changed is noticed before anything is taken in.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.exchange import FORMAT, Exported
from app.services.exchange_ports import ExportStore, Snapshot
from app.services.ports import BlobStore
from app.services.zips import Member, zipped

INDEX = "atelier.json"
TABLES, BLOBS = "tables/", "blobs/"
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Exports:
    """Writes archives of a studio that goes on working. `workspace`: a folder with room for the tables."""

    store: ExportStore
    blobs: BlobStore
    workspace: Path

    def write(self, target: BinaryIO) -> Exported:
        """Write the archive, in constant memory; `target` need not be able to seek."""
        with ExitStack() as stack:
            writing = _Writing(self, lambda: stack.enter_context(tempfile.TemporaryFile(dir=self.workspace)))
            for piece in zipped(writing.members()):
                target.write(piece)
        counts = {name: table["rows"] for name, table in writing.tables.items()}
        return Exported(counts["jobs"], counts["pictures"], writing.files, tuple(writing.lost))


class _Writing:
    """One archive while it is written."""

    def __init__(self, exports: Exports, new_file: Callable[[], BinaryIO]):
        self._exports = exports
        self._new_file = new_file
        self._digests: set[str] = set()
        self.tables: dict[str, dict[str, Any]] = {}
        self.files = 0
        self.lost: list[str] = []

    def members(self) -> Iterator[Member]:
        now = time.time()
        with self._exports.store.snapshot() as snapshot:
            revision = snapshot.revision
            spooled = [(name, self._spooled(snapshot, name)) for name in snapshot.tables()]
        for name, file in spooled:
            yield Member(f"{TABLES}{name}.jsonl", now, file)
        yield from self._blobs(now)
        index = {
            "format": FORMAT,
            "revision": revision,
            "made_at": now,
            "tables": self.tables,
            "files": self.files,
            "lost": self.lost,
        }
        yield Member(INDEX, now, BytesIO(json.dumps(index, indent=1).encode("ascii")))

    def _spooled(self, snapshot: Snapshot, name: str) -> BinaryIO:
        """The table as JSON lines, in a nameless file: the snapshot is not held while the archive is sent."""
        file = self._new_file()
        digest, count = hashlib.sha256(), 0
        for row in snapshot.rows(name):
            line = json.dumps(row, separators=(",", ":")).encode("ascii") + b"\n"
            digest.update(line)
            file.write(line)
            count += 1
            self._digests.update(row[column] for column in row if _is_digest(column) and row[column] is not None)
        self.tables[name] = {"rows": count, "sha256": digest.hexdigest()}
        return file

    def _blobs(self, now: float) -> Iterator[Member]:
        for digest in sorted(self._digests):
            file = self._intact(digest)
            if file is None:
                self.lost.append(digest)
            else:
                self.files += 1
                yield Member(f"{BLOBS}{digest}", now, file)

    def _intact(self, digest: str) -> BinaryIO | None:
        """The open file, read through once before it is sent: an archive with a damaged file would be refused whole."""
        try:
            file = self._exports.blobs.open(digest)
        except FileNotFoundError:
            return None
        found = hashlib.sha256()
        while block := file.read(_BLOCK):
            found.update(block)
        if found.hexdigest() == digest:
            return file
        file.close()
        return None


def _is_digest(column: str) -> bool:
    return column == "digest" or column.endswith("_digest")
