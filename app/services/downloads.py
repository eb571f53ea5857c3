"""Pictures on their way out of the studio: as they came or as another kind, telling how they came to be or not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from io import SEEK_END, BytesIO
from typing import BinaryIO

from app.domain.errors import Fault, InvalidRequest, Problem, StudioError
from app.domain.jobs import Job
from app.domain.pictures import EXTENSIONS, Picture, PictureFile
from app.domain.provenance import Provenance, provenance_of
from app.domain.sentences import one_of, say, shortened
from app.imaging.convert import converted
from app.imaging.inspect import NotAPicture
from app.imaging.metadata.files import provenance_in, with_provenance
from app.imaging.workbench import Crowded, Workbench
from app.services.jobs import Jobs
from app.services.library import Library

KINDS = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
"""What a picture can be taken along as, beside what it is."""

_REVISION = 1
"""Raised whenever the same picture would be written differently, so that no browser keeps the old file."""


@dataclass(frozen=True, slots=True)
class Download:
    """An open file, from its beginning; whoever takes it closes it. `tag` stands for exactly these bytes."""

    file: BinaryIO
    byte_size: int
    mime_type: str
    name: str
    tag: str


@dataclass(frozen=True, slots=True)
class Downloads:
    """`embeds`: whether files may tell how they came to be (`ATELIER_EMBED_METADATA`)."""

    library: Library
    jobs: Jobs
    workbench: Workbench
    embeds: bool = True

    def prepare(self, owner: str, picture_id: str, *, kind: str | None = None, tells: bool = True) -> Download:
        """The picture as its owner takes it along: `kind` is a key of `KINDS`, `None` for as it came.

        Raises `NotFound`, `InvalidRequest` (another kind, or a picture that cannot become it), and `StudioError`
        `not_ready` while too many pictures are being converted.
        """
        if kind is not None and kind not in KINDS:
            raise _invalid(
                say(
                    "A picture cannot be downloaded as '{kind}'. Choose {kinds}.",
                    kind=shortened(kind, 20),
                    kinds=one_of(KINDS),
                )
            )
        picture = self.library.find(owner, picture_id)
        told = provenance_of(picture, self.jobs.find(owner, picture.job_id)) if tells and self.embeds else None
        if kind is None or KINDS[kind] == picture.mime_type:
            return self._download(picture, self.library.open(picture), picture.byte_size, told)
        data = self._converted(picture, KINDS[kind])
        return self._download(replace(picture, mime_type=KINDS[kind]), BytesIO(data), len(data), told)

    def open(self, picture: Picture, job: Job, *, tells: bool) -> BinaryIO:
        """The file of a picture that its owner was found to have. Raises `NotFound` when it is gone."""
        told = provenance_of(picture, job) if tells and self.embeds else None
        return self._download(picture, self.library.open(picture), picture.byte_size, told).file

    def _download(self, picture: Picture, file: BinaryIO, byte_size: int, told: Provenance | None) -> Download:
        mark = f"{picture.digest}-{EXTENSIONS[picture.mime_type]}-{_REVISION}"
        spliced = with_provenance(file, told) if told is not None else None
        if told is None or spliced is None:
            file.seek(0)
            return Download(file, byte_size, picture.mime_type, picture.file_name, mark)
        byte_size = spliced.seek(0, SEEK_END)
        spliced.seek(0)
        mark = f"{mark}-{hashlib.sha256(told.as_text().encode()).hexdigest()[:16]}"
        return Download(spliced, byte_size, picture.mime_type, picture.file_name, mark)

    def _converted(self, picture: PictureFile, mime_type: str) -> bytes:
        try:
            with self.workbench.room_for(picture.width * picture.height):
                return converted(self.library.read(picture), mime_type)
        except NotAPicture as error:
            sentence = say("The picture cannot be converted: {reason}. Download it as it is.", reason=error.reason)
            raise _invalid(sentence) from error
        except Crowded as error:
            sentence = say("Too many large pictures are being worked on. Try again in a moment.")
            raise StudioError(Fault("not_ready", sentence, retryable=True)) from error


def settings_of(file: BinaryIO) -> Provenance | None:
    """What a file that was once downloaded tells of how it came to be; `None` when it tells nothing of the kind."""
    return provenance_in(file)


def _invalid(message: str) -> InvalidRequest:
    return InvalidRequest((Problem("as", "invalid_value", message),))
