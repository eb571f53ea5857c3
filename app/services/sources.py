"""The pictures that a draft names or brings, as pictures that may be sent: safe, and in the blob store."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.drafts import Source
from app.domain.errors import NotFound
from app.domain.ids import is_id
from app.domain.pictures import Upload
from app.domain.requests import InputPicture
from app.domain.sentences import say, shortened
from app.imaging.errors import BadPicture
from app.services.jobs import Jobs
from app.services.library import Library
from app.services.ports import BlobStore
from app.services.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Sources:
    """Finds what belongs to one owner; what belongs to others is as good as absent."""

    uploads: Uploads
    library: Library
    jobs: Jobs
    blobs: BlobStore

    def picture(self, owner: str, source: Source) -> InputPicture:
        """The picture, made safe. Raises `BadPicture`, `StudioError` `storage_full` or `not_ready`."""
        if source.data is not None:
            return self.uploads.keep(source.data)
        kind, name = _parts(source)
        try:
            match kind:
                case "upload":
                    return self._young(_input_of(self.uploads.find(owner, name)))
                case "input":
                    return self._young(self._job_input(owner, name))
                case "picture":
                    kept = self.library.find(owner, name)
                    # As a provider sent it, so with all its metadata, and perhaps a kind that is not worked on.
                    return replace(self.uploads.keep(self.library.read(kept)), picture_id=kept.id)
        except NotFound:
            pass
        raise _unknown(source)

    def mask_file(self, owner: str, source: Source) -> bytes:
        """The bytes of what is to be read as a mask. Raises `BadPicture`."""
        if source.data is not None:
            return source.data
        kind, name = _parts(source)
        try:
            match kind:
                case "upload":
                    return self.uploads.read(self.uploads.find(owner, name))
                case "input":
                    return self.jobs.read_input(self._job_input(owner, name))
                case "picture":
                    return self.library.read(self.library.find(owner, name))
        except NotFound:
            pass
        raise _unknown(source)

    def is_gone(self, owner: str, source: Source) -> bool:
        """Whether it names an upload or a picture that is not here, and may have been."""
        kind, name = _parts(source)
        try:
            match kind:
                case "upload":
                    self.uploads.find(owner, name)
                case "picture":
                    self.library.find(owner, name)
        except NotFound:
            return is_id(name)
        return False

    def _job_input(self, owner: str, name: str) -> InputPicture:
        job_id, _, which = name.partition("/")
        return self.jobs.find_input(owner, job_id, which)

    def _young(self, picture: InputPicture) -> InputPicture:
        """The same, once its bytes are sure to outlive its admission. Raises `NotFound`."""
        if not self.blobs.renew(picture.digest):
            raise NotFound(say("There is no such picture."))
        return picture


def _parts(source: Source) -> tuple[str, str]:
    kind, _, name = (source.reference or "").partition(":")
    return kind, name


def _input_of(upload: Upload) -> InputPicture:
    return InputPicture(
        digest=upload.digest,
        mime_type=upload.mime_type,
        width=upload.width,
        height=upload.height,
        byte_size=upload.byte_size,
        has_alpha=upload.has_alpha,
    )


def _unknown(source: Source) -> BadPicture:
    return BadPicture(
        "invalid_image",
        say(
            "The picture '{name}' is not here, or no longer. Choose it again, or send it.",
            name=shortened(source.reference or ""),
        ),
    )
