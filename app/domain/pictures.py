"""Pictures: facts about kept bytes. The bytes themselves lie in the blob store, named by digest."""

from __future__ import annotations

from dataclasses import dataclass

EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}
"""The MIME types that Atelier keeps and serves, with the file extension of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPicture:
    """A picture about to be recorded: its bytes are in the blob store already.

    `digest` is the SHA-256 (hex) of the bytes; `width` and `height` in pixels, as the file's own
    header says; `mime_type` by content, never as claimed.
    """

    digest: str
    mime_type: str
    width: int
    height: int
    byte_size: int
    revised_prompt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture(NewPicture):
    """A kept picture. `ordinal` counts from 0 within its job; `created_at` is Unix time in seconds."""

    id: str
    job_id: str
    owner: str
    ordinal: int
    created_at: float
    prompt: str
    model: str

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

    Exactly one of `data` (decoded bytes) and `url` (where it waits to be fetched) is set.
    """

    data: bytes | None = None
    url: str | None = None
    revised_prompt: str | None = None
