"""Taking in an archive of another studio: looked through to its last byte first, then added as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from app.domain.exchange import Imported
from app.services.archive_reader import opened
from app.services.exchange_ports import ImportStore
from app.services.ports import BlobStore


@dataclass(frozen=True, slots=True)
class Imports:
    """Adds what an archive has and this studio has not. Taking one in twice is the same as once."""

    store: ImportStore
    blobs: BlobStore

    def read(self, file: BinaryIO) -> Imported:
        """Take the archive in. Raises `BadArchive` before anything is added, and `StudioError` `storage_full`.

        Files come first, those that are here kept for another day: should the rows fail, or the machine, they are
        orphans and go with those.
        """
        with opened(file, self.store.revision()) as archive:
            new = [digest for digest in archive.digests if not self.blobs.renew(digest)]
            self.blobs.check_room(sum(archive.byte_size(digest) for digest in new))
            for digest in new:
                self.blobs.put(archive.blob(digest))
            counts = self.store.take_in(archive.rows)
            return Imported(counts["jobs"], counts["pictures"], archive.lost)
