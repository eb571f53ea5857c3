"""Uploads: pictures that were brought here to be worked on, for a day."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.ids import new_id
from app.domain.pictures import PictureFile, Upload
from app.storage.clock import DatabaseNow
from app.storage.engine import reading, writing
from app.storage.rows import upload_of
from app.storage.schema import UPLOADS

KEPT_SECONDS = 24 * 3600.0


class SqlUploads:
    """The `UploadStore` port over a database."""

    def __init__(self, engine: Engine):
        self._engine = engine

    def add(self, owner: str, file: PictureFile, *, has_alpha: bool) -> Upload:
        """Record a picture whose bytes are in the blob store already."""
        row: dict[str, Any] = {
            "id": new_id(),
            "owner": owner,
            "digest": file.digest,
            "mime_type": file.mime_type,
            "width": file.width,
            "height": file.height,
            "byte_size": file.byte_size,
            "has_alpha": has_alpha,
        }
        with writing(self._engine) as connection:
            row["created_at"] = connection.execute(_NOW).scalar_one()
            connection.execute(_INSERT, row)
        return upload_of(row)

    def find(self, upload_id: str, owner: str) -> Upload | None:
        """The upload, or `None` when there is none, it belongs to somebody else, or its day is over."""
        with reading(self._engine) as connection:
            row = connection.execute(_FIND, {"of_upload": upload_id, "of_owner": owner}).mappings().first()
        return None if row is None else upload_of(row)

    def sweep(self) -> int:
        """Forget those whose day is over; how many. Their bytes go with the orphaned blobs."""
        with writing(self._engine) as connection:
            return connection.execute(_SWEEP).rowcount


_NOW = sa.select(DatabaseNow())
_IS_LIVE = UPLOADS.c.created_at > DatabaseNow() - KEPT_SECONDS
_INSERT = sa.insert(UPLOADS)
_FIND = sa.select(UPLOADS).where(
    UPLOADS.c.id == sa.bindparam("of_upload"), UPLOADS.c.owner == sa.bindparam("of_owner"), _IS_LIVE
)
_SWEEP = sa.delete(UPLOADS).where(sa.not_(_IS_LIVE))
