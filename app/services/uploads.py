"""Uploads: pictures that were brought here to be worked on. Made safe at once, kept for a day."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from app.domain.errors import InvalidRequest, NotFound, Problem
from app.domain.ids import is_id
from app.domain.pictures import PictureFile, Upload
from app.domain.requests import InputPicture
from app.domain.sentences import say
from app.imaging.decode import MAX_BYTES, decode_upload, measure_upload
from app.imaging.errors import BadPicture
from app.services.pixel_room import pixel_room
from app.services.ports import BlobStore
from app.services.recent import Made
from app.services.sending import Sending
from app.services.store_ports import UploadStore

MOST_BYTES = MAX_BYTES
"""The most bytes of a picture; whoever reads one need not read much more."""


@dataclass(frozen=True, slots=True)
class Uploads:
    """Uploads as their owner sees them; somebody else's do not exist.

    How many there may be is bounded by the disk alone: `add` refuses when the next one would not fit.
    """

    store: UploadStore
    blobs: BlobStore
    sending: Sending

    def add(self, owner: str, data: bytes) -> Upload:
        """Keep a picture for a day, whatever its name or claimed type.

        Raises `InvalidRequest` about `image`, `StudioError` `storage_full` or `not_ready`.
        """
        try:
            picture = self.keep(data)
        except BadPicture as error:
            raise InvalidRequest((Problem("image", error.code, error.message),)) from error
        file = PictureFile(
            digest=picture.digest,
            mime_type=picture.mime_type,
            width=picture.width,
            height=picture.height,
            byte_size=picture.byte_size,
        )
        return self.store.add(owner, file, has_alpha=picture.has_alpha)

    def keep(self, data: bytes) -> InputPicture:
        """A picture made safe, its bytes in the blob store, where they stay a day unless something refers to them.

        Raises `BadPicture`, `StudioError` `storage_full` or `not_ready`.
        """

        def make() -> Made:
            size = measure_upload(data)
            self.blobs.check_room(len(data) + 3 * size.pixels)
            with pixel_room(self.sending.bench, size.pixels):
                safe = decode_upload(data)
            return Made(self.sending.store(safe))

        return self.sending.recent.get(("safe", hashlib.sha256(data).digest()), make).picture

    def find(self, owner: str, upload_id: str) -> Upload:
        """Raises `NotFound`."""
        upload = self.store.find(upload_id, owner) if is_id(upload_id) else None
        if upload is None:
            raise NotFound(say("There is no such upload."))
        return upload

    def read(self, upload: Upload) -> bytes:
        """The picture's bytes. Raises `NotFound` when its day ended just now."""
        try:
            return self.blobs.get(upload.digest)
        except FileNotFoundError:
            raise NotFound(say("There is no such upload.")) from None

    def open(self, upload: Upload) -> BinaryIO:
        """The same bytes as an open file, for serving them without holding them in memory."""
        try:
            return self.blobs.open(upload.digest)
        except FileNotFoundError:
            raise NotFound(say("There is no such upload.")) from None
