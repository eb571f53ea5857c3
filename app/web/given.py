"""Pictures and masks that a form brings: files become uploads at once, so that nothing that was sent is lost.

From then on a form names them by references, which come back as hidden fields whenever it is shown again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask import request
from werkzeug.datastructures import FileStorage

from app.domain.errors import InvalidRequest, NotFound, Problem, StudioError
from app.domain.pictures import PictureFile
from app.domain.sentences import Sentence, say
from app.services.jobs import Jobs
from app.services.library import Library
from app.services.thumbnails import size_of
from app.services.uploads import Uploads
from app.web.inputs import file_of
from app.web.thumbs import Thumb, thumbs_of
from app.web.wording import excerpt

MOST_PICTURES = 16
"""The most that any model takes at once."""

_LONGEST_NAME = 40
_ON_OFFER = 12
_MOST_BYTES = 50_000_000
"""Of one file; whether a byte more came is all that there is to know of a larger one."""


@dataclass(frozen=True, slots=True)
class Given:
    """References in their order, what was wrong with the rest, and what kept a file from being taken in at all."""

    images: tuple[str, ...] = ()
    mask: str | None = None
    problems: tuple[Problem, ...] = ()
    refusal: StudioError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPicture:
    """A picture as a form shows it. `file` and `thumbnail` are addresses, `width` and `height` the thumbnail's size."""

    reference: str
    file: str
    thumbnail: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Tray:
    """Where given pictures lie between two visits."""

    uploads: Uploads
    library: Library
    jobs: Jobs

    def take_in(self, owner: str) -> Given:
        """What the posted form holds: its references first, then its files. A new mask takes the place of the old."""
        images = [name for name in request.form.getlist("image") if name]
        given = Given(mask=next((name for name in request.form.getlist("mask") if name), None))
        for file in _files("image"):
            if len(images) >= MOST_PICTURES:
                sentence = say(
                    "{file} was left out: {most} pictures are the most.", file=_name(file), most=MOST_PICTURES
                )
                given = replace(given, problems=(*given.problems, Problem("image", "invalid_image", sentence)))
                continue
            given, reference = self._keep(owner, file, "image", given)
            images += [reference] if reference else []
        for file in _files("mask"):
            given, reference = self._keep(owner, file, "mask", given)
            given = replace(given, mask=reference or given.mask)
        return replace(given, images=tuple(images))

    def look_at(self, owner: str, references: Sequence[str]) -> tuple[GivenPicture, ...]:
        """Those of the pictures that are there, as a form shows them."""
        found = ((reference, self._find(owner, reference)) for reference in references)
        return tuple(_shown(reference, picture) for reference, picture in found if picture is not None)

    def _keep(self, owner: str, file: FileStorage, field: str, given: Given) -> tuple[Given, str | None]:
        try:
            return given, f"upload:{self.uploads.add(owner, file.read(_MOST_BYTES + 1)).id}"
        except InvalidRequest as error:
            told = tuple(Problem(field, p.code, _about(file, p.message)) for p in error.problems)
            return replace(given, problems=(*given.problems, *told)), None
        except StudioError as error:  # no room, say; a smaller file may still find some
            return replace(given, refusal=error), None

    def _find(self, owner: str, reference: str) -> PictureFile | None:
        kind, _, name = reference.partition(":")
        try:
            match kind:
                case "upload":
                    return self.uploads.find(owner, name)
                case "picture":
                    return self.library.find(owner, name)
                case "input":
                    job_id, _, which = name.partition("/")
                    return file_of(self.jobs.find_input(owner, job_id, which))
        except NotFound:
            pass
        return None


def asked_for(tray: Tray, owner: str) -> Given:
    """The pictures that the address names: `from` or `picture` (a picture's id), `upload` (an upload's id), `image`
    (references).

    Raises `NotFound` for a picture that never was here; an upload may have been here for its day.
    """
    args = request.args
    images = [
        *(f"picture:{tray.library.find(owner, name).id}" for name in (*args.getlist("from"), *args.getlist("picture"))),
        *(f"upload:{name}" for name in args.getlist("upload")),
        *args.getlist("image"),
    ][:MOST_PICTURES]
    found = tuple(picture.reference for picture in tray.look_at(owner, images))
    gone = Problem(
        "image", "invalid_image", say("A picture is no longer here: uploads are kept for a day. Add it again.")
    )
    return Given(images=found, problems=() if len(found) == len(images) else (gone,))


def newest_of(tray: Tray, owner: str) -> tuple[Thumb, ...]:
    """The newest kept pictures, to begin with one of them."""
    return thumbs_of(tray.library.newest(owner, limit=_ON_OFFER))


def _files(name: str) -> Iterator[FileStorage]:
    """The files of a field; browsers send an empty one without a name where nothing was chosen."""
    for file in request.files.getlist(name):
        if file.filename or file.stream.read(1):
            file.stream.seek(0)
            yield file


def _shown(reference: str, picture: PictureFile) -> GivenPicture:
    kind, _, name = reference.partition(":")
    job_id, _, which = name.partition("/")
    place = {"upload": f"/uploads/{name}", "picture": f"/pictures/{name}"}.get(kind, f"/jobs/{job_id}/inputs/{which}")
    width, height = size_of(picture)
    return GivenPicture(
        reference=reference,
        file=place if kind == "input" else f"{place}/file",
        thumbnail=f"{place}/thumbnail",
        width=width,
        height=height,
    )


def _about(file: FileStorage, problem: str) -> Sentence:
    return say("{file}: {problem}", file=_name(file), problem=problem)


def _name(file: FileStorage) -> str:
    """What the person calls the file: shown to them, and used for nothing else."""
    return excerpt(file.filename or "", _LONGEST_NAME) or say("The file")
