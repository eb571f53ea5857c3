"""The library: the rows of pictures that were kept."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.pictures import Picture
from app.storage.engine import reading
from app.storage.loading import IS_RESULT
from app.storage.rows import picture_of
from app.storage.schema import PICTURES


class SqlPictures:
    """The `PictureStore` port over a database."""

    def __init__(self, engine: Engine):
        self._engine = engine

    def find(self, picture_id: str, owner: str) -> Picture | None:
        """The picture, or `None` when there is none or it belongs to somebody else."""
        query = sa.select(PICTURES).where(PICTURES.c.id == picture_id, PICTURES.c.owner == owner)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else picture_of(row)

    def newest(self, owner: str, *, before: str | None = None, limit: int = 60) -> Sequence[Picture]:
        """Newest first, older than the id `before`: pages stay stable while pictures arrive."""
        query = sa.select(PICTURES).where(PICTURES.c.owner == owner, IS_RESULT)
        query = query.order_by(PICTURES.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(PICTURES.c.id < before)
        with reading(self._engine) as connection:
            return [picture_of(row) for row in connection.execute(query).mappings()]
