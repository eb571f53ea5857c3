"""Many pictures taken along at once: the files as they were kept, and a manifest of everything known about them."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, cast

from app.domain.errors import NotFound
from app.domain.jobs import Job
from app.domain.library import LibraryItem
from app.domain.manifest import TakenFile, files_of_request, manifest_line
from app.domain.pictures import Picture
from app.services.downloads import Downloads
from app.services.jobs import Jobs
from app.services.library import Library
from app.services.zips import Member, zipped

MANIFEST = "manifest.jsonl"
_IN_MEMORY = 4 * 1024 * 1024
"""Bytes of the manifest that are not put on the disk while the archive is written."""


@dataclass(frozen=True, slots=True)
class Archives:
    """Writes archives while they are sent: how many pictures they hold costs next to no memory."""

    library: Library
    jobs: Jobs
    downloads: Downloads

    def write(self, owner: str, items: Iterable[LibraryItem], *, tells: bool = False) -> Generator[bytes, None, None]:
        """The zip in pieces: `pictures/`, `model-pictures/` (what a model drew before the rest was put back),
        `inputs/` (what pictures were made from), and last the manifest, one JSON object a line for each picture.

        `tells`: the pictures hold their settings, as single downloads do; else they are the very bytes whose
        digests the manifest has. A file that is gone from the store is left out, and the manifest says so.
        """
        with cast(BinaryIO, tempfile.SpooledTemporaryFile(_IN_MEMORY)) as manifest:
            yield from zipped(self._members(owner, items, manifest, tells))

    def _members(self, owner: str, items: Iterable[LibraryItem], manifest: BinaryIO, tells: bool) -> Iterator[Member]:
        written: set[str] = set()
        job: Job | None = None
        for item in items:
            picture = item.picture
            if job is None or job.id != picture.job_id:  # pictures of one job mostly lie beside each other
                job = self.jobs.find(owner, picture.job_id)
            told = []
            for taken in self._files(owner, picture, job):
                name = taken.name
                if name is not None and name not in written:
                    try:
                        file = self._open(taken, picture, job, tells)
                    except NotFound:
                        taken = taken.without_file()
                    else:
                        yield Member(name, picture.created_at, file)
                        written.add(name)
                told.append(taken)
            manifest.write(json.dumps(manifest_line(item, job, told), separators=(",", ":")).encode("ascii") + b"\n")
        manifest.seek(0)
        yield Member(MANIFEST, time.time(), manifest)

    def _files(self, owner: str, picture: Picture, job: Job) -> Iterator[TakenFile]:
        yield TakenFile("picture", f"pictures/{picture.file_name}", picture, picture.id)
        if picture.model_picture_id is not None:
            with suppress(NotFound):  # it was deleted for good this moment, together with its composite
                drawn = self.library.find(owner, picture.model_picture_id)
                yield TakenFile("model_picture", f"model-pictures/{drawn.file_name}", drawn, drawn.id)
        yield from files_of_request(job.request)

    def _open(self, taken: TakenFile, picture: Picture, job: Job, tells: bool) -> BinaryIO:
        if taken.facts is picture:
            return self.downloads.open(picture, job, tells=tells)
        return self.library.open(taken.facts)
