"""Pictures: facts about kept bytes. The bytes themselves lie in the blob store, named by digest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.costs import MicroUSD

EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}
"""The MIME types that Atelier keeps and serves, with the file extension of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFile:
    """Facts about bytes that are in the blob store.

    `digest` is the SHA-256 (hex) of the bytes; `width` and `height` in pixels, as the file's own
    header says; `mime_type` by content, never as claimed.
    """

    digest: str
    mime_type: str
    width: int
    height: int
    byte_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPicture(PictureFile):
    """A picture about to be recorded.

    When an edit kept what was outside its mask, this is the composite and `model_picture` what the model
    drew; `drift` is then the mean absolute difference (0 to 255) of the two outside the mask.
    """

    revised_prompt: str | None = None
    drift: float | None = None
    model_picture: PictureFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload(PictureFile):
    """A picture that was brought here to be worked on: made safe, kept for a day. `created_at` in Unix seconds."""

    id: str
    owner: str
    has_alpha: bool
    created_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture(PictureFile):
    """A kept picture. `ordinal` counts from 0 within its job; `created_at` is Unix time in seconds.

    `model_picture_id` and `drift`: see `NewPicture`. A model's picture is a picture of its own, found by
    its id, but not among the job's pictures nor in the library's lists.

    `kind` is what was wished (`library_query.KINDS`); `cost` its share of what its call cost, in micro-dollars.
    `deleted_at`: since when it lies in the bin (Unix seconds); `None` for a picture that is there.
    """

    id: str
    job_id: str
    owner: str
    ordinal: int
    created_at: float
    prompt: str
    model: str
    revised_prompt: str | None = None
    drift: float | None = None
    model_picture_id: str | None = None
    kind: str = "generate"
    practice: bool = False
    cost: MicroUSD = 0
    favourite: bool = False
    note: str = ""
    deleted_at: float | None = None

    @property
    def file_name(self) -> str:
        """The name a download gets: ours, never derived from anything a person typed."""
        return f"atelier-{self.id}.{EXTENSIONS[self.mime_type]}"


@dataclass(frozen=True, slots=True)
class Partial:
    """A preview of a picture still being drawn; `index` counts from 0."""

    index: int
    data: bytes
    mime_type: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture as it came out of a provider's answer, not yet checked for being a picture.

    Exactly one of `read` and `url` (where it waits to be fetched) is set. `read()` decodes the picture, each
    time anew, and raises `Undecodable`, or `OSError` when the answer cannot be read.
    """

    read: Callable[[], bytes] | None = None
    url: str | None = None
    revised_prompt: str | None = None


class Undecodable(ValueError):
    """What should be a picture cannot be decoded; `reason` is a clause about it."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason
