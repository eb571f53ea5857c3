"""Albums, and the tags and models in use: the shelves that pictures of one owner are sorted into."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.errors import InvalidRequest, Problem
from app.domain.ids import new_id
from app.domain.library import Album, Label
from app.domain.search import fold
from app.domain.sentences import say
from app.storage.clock import DatabaseNow
from app.storage.rows import Row
from app.storage.schema import ALBUM_PICTURES, ALBUMS, IS_THERE, PICTURE_TAGS, PICTURES


def tags(connection: Connection, owner: str) -> Sequence[Label]:
    """The tags of pictures that are there, in alphabetical order."""
    query = (
        sa.select(sa.func.min(PICTURE_TAGS.c.name), sa.func.count())
        .join(PICTURES, PICTURES.c.id == PICTURE_TAGS.c.picture_id)
        .where(PICTURE_TAGS.c.owner == owner, IS_THERE)
        .group_by(PICTURE_TAGS.c.key)
        .order_by(PICTURE_TAGS.c.key)
    )
    return [Label(name, count) for name, count in connection.execute(query).all()]


def models(connection: Connection, owner: str) -> Sequence[Label]:
    """The models that made what is there, the most used first."""
    count = sa.func.count()
    query = (
        sa.select(PICTURES.c.model, count)
        .where(PICTURES.c.owner == owner, IS_THERE)
        .group_by(PICTURES.c.model)
        .order_by(count.desc(), PICTURES.c.model)
    )
    return [Label(name, count) for name, count in connection.execute(query).all()]


def albums(connection: Connection, owner: str) -> Sequence[Album]:
    """That owner's albums, in alphabetical order."""
    return [_album_of(row) for row in connection.execute(_ALBUMS.where(ALBUMS.c.owner == owner)).mappings()]


def albums_of(connection: Connection, owner: str, picture_id: str) -> Sequence[Album]:
    """Those of that owner's albums that the picture is in, in alphabetical order."""
    inside = sa.select(ALBUM_PICTURES.c.album_id).where(ALBUM_PICTURES.c.picture_id == picture_id)
    query = _ALBUMS.where(ALBUMS.c.owner == owner, ALBUMS.c.id.in_(inside))
    return [_album_of(row) for row in connection.execute(query).mappings()]


def add(connection: Connection, owner: str, name: str) -> Album:
    """A new, empty album. Raises `InvalidRequest` when its name is taken."""
    row = {"id": new_id(), "owner": owner, "key": fold(name), "name": name}
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(ALBUMS).values(**row, created_at=DatabaseNow()))
    except sa.exc.IntegrityError:
        raise _taken(name) from None
    found = connection.execute(_ALBUMS.where(ALBUMS.c.id == row["id"])).mappings().one()
    return _album_of(found)


def rename(connection: Connection, owner: str, album_id: str, name: str) -> Album | None:
    """The album under its new name; `None` when there is none. Raises `InvalidRequest` when the name is taken."""
    is_it = sa.and_(ALBUMS.c.id == album_id, ALBUMS.c.owner == owner)
    try:
        with connection.begin_nested():
            connection.execute(sa.update(ALBUMS).where(is_it).values(key=fold(name), name=name))
    except sa.exc.IntegrityError:
        raise _taken(name) from None
    found = connection.execute(_ALBUMS.where(is_it)).mappings().first()
    return None if found is None else _album_of(found)


def remove(connection: Connection, owner: str, album_id: str) -> bool:
    """Forget the album; whether there was one."""
    if not exists(connection, owner, album_id):
        return False
    connection.execute(sa.delete(ALBUM_PICTURES).where(ALBUM_PICTURES.c.album_id == album_id))
    connection.execute(sa.delete(ALBUMS).where(ALBUMS.c.id == album_id))
    return True


def exists(connection: Connection, owner: str, album_id: str) -> bool:
    """Whether that owner has this album; it stays until the transaction ends."""
    query = sa.select(ALBUMS.c.id).where(ALBUMS.c.id == album_id, ALBUMS.c.owner == owner).with_for_update()
    return connection.execute(query).first() is not None


def _taken(name: str) -> InvalidRequest:
    sentence = say("There is an album called '{name}' already. Choose another name.", name=name)
    return InvalidRequest((Problem("name", "invalid_value", sentence),))


def _album_of(row: Row) -> Album:
    return Album(row["id"], row["name"], row["created_at"], row["count"], row["cover"])


_INSIDE = (
    sa.select(
        ALBUM_PICTURES.c.album_id,
        sa.func.count().label("count"),
        sa.func.max(PICTURES.c.id).label("cover"),
    )
    .join(PICTURES, PICTURES.c.id == ALBUM_PICTURES.c.picture_id)
    .where(IS_THERE)
    .group_by(ALBUM_PICTURES.c.album_id)
    .subquery()
)
_ALBUMS = (
    sa.select(ALBUMS, sa.func.coalesce(_INSIDE.c.count, 0).label("count"), _INSIDE.c.cover)
    .outerjoin(_INSIDE, _INSIDE.c.album_id == ALBUMS.c.id)
    .order_by(ALBUMS.c.key)
)
