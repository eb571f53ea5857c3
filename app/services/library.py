"""The library: every picture that was kept, and its bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from app.domain.errors import NotFound
from app.domain.ids import is_id
from app.domain.pictures import Picture, PictureFile
from app.services.ports import BlobStore
from app.services.store_ports import PictureStore


@dataclass(frozen=True, slots=True)
class Library:
    """Pictures as their owner sees them; somebody else's do not exist."""

    pictures: PictureStore
    blobs: BlobStore

    def find(self, owner: str, picture_id: str) -> Picture:
        """Raises `NotFound`."""
        picture = self.pictures.find(picture_id, owner) if is_id(picture_id) else None
        if picture is None:
            raise NotFound("picture")
        return picture

    def newest(self, owner: str, *, before: str | None = None, limit: int = 60) -> Sequence[Picture]:
        """Newest first; `before` is the id to continue after."""
        return self.pictures.newest(owner, before=before if before and is_id(before) else None, limit=limit)

    def read(self, picture: PictureFile) -> bytes:
        """The picture's bytes exactly as they were kept. Raises `NotFound` when the file is gone."""
        try:
            return self.blobs.get(picture.digest)
        except FileNotFoundError:
            raise NotFound("picture") from None

    def open(self, picture: PictureFile) -> BinaryIO:
        """The same bytes as an open file, for serving them without holding them in memory."""
        try:
            return self.blobs.open(picture.digest)
        except FileNotFoundError:
            raise NotFound("picture") from None
