"""Looking through every file that the studio keeps, and taking away for good what nobody wants any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.exchange import Findings, NamedFile
from app.services.exchange_ports import Census, CheckedBlobs

_OLD_SECONDS = 24 * 3600.0
"""Younger files may belong to work under way."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """The callables do as they say, at once and for everybody, and tell how many there were."""

    census: Census
    blobs: CheckedBlobs
    empty_bins: Callable[[], int]
    sweep_orphans: Callable[[], int]
    sweep_thumbnails: Callable[[], int]

    def check(self) -> Findings:
        """Read every file that a row names to its end, and compare it with its digest. Changes nothing."""
        # Looked at before the rows are read, so that a file which is being written now is not taken for an orphan.
        old = [kept for kept in self.blobs.kept() if kept.seconds > _OLD_SECONDS]
        named = {file.digest: file for file in self.census.named()}
        missing: list[NamedFile] = []
        damaged: list[NamedFile] = []
        for digest in sorted(named):
            if not self.blobs.is_intact(digest):
                (damaged if self.blobs.exists(digest) else missing).append(named[digest])
        in_use = self.census.in_use()
        orphans = [kept.byte_size for kept in old if kept.digest not in in_use]
        return Findings(len(named), tuple(missing), tuple(damaged), len(orphans), sum(orphans))

    def prune(self) -> tuple[int, int]:
        """Empty every bin, then remove the thumbnails of what is gone, and orphaned files over a day old.

        How many pictures and files. Raises `RuntimeError` when the files belong to another database.
        """
        pictures = self.empty_bins()
        self.sweep_thumbnails()
        return pictures, self.sweep_orphans()
