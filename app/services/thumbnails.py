"""Thumbnails: made when first looked at, then kept. Losing them loses nothing."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.pictures import PictureFile
from app.imaging.inspect import NotAPicture
from app.imaging.thumbnail import make_thumbnail, thumbnail_size
from app.services.library import Library
from app.services.store_ports import ThumbnailCache

THUMBNAIL_MIME_TYPE = "image/webp"


class NoThumbnail(Exception):
    """The picture's pixels cannot be decoded."""


@dataclass(frozen=True, slots=True)
class Thumbnails:
    """Small versions of kept pictures, each made once however many ask for it at the same time."""

    library: Library
    cache: ThumbnailCache

    def of(self, picture: PictureFile) -> bytes:
        """The thumbnail as WebP. Raises `NotFound` when the picture's file is gone, `NoThumbnail`."""
        kept = self.cache.get(picture.digest)
        if kept is not None:
            return kept
        with self.cache.turn(picture.digest):
            kept = self.cache.get(picture.digest)
            return self._made(picture) if kept is None else kept

    def _made(self, picture: PictureFile) -> bytes:
        try:
            made = make_thumbnail(self.library.read(picture))
        except NotAPicture as error:
            raise NoThumbnail from error
        self.cache.put(picture.digest, made)
        return made


def size_of(picture: PictureFile) -> tuple[int, int]:
    """The size in pixels that the thumbnail has, without making it."""
    return thumbnail_size(picture.width, picture.height)
