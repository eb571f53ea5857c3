"""The library: the rows of pictures that were kept, and what people made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from app.domain.library import Album, Change, Family, Label, LibraryItem, Shelf
from app.domain.library_query import LibraryQuery
from app.domain.pictures import Picture
from app.storage import library_albums, library_bin, library_changes
from app.storage.engine import reading, writing
from app.storage.library_search import find_pictures
from app.storage.rows import Row, picture_of
from app.storage.schema import IS_IN_BIN, IS_RESULT, IS_THERE, JOB_INPUTS, PICTURE_TAGS, PICTURES

_STRIDE = 500
"""Pictures that are read at once when all are walked."""

_MOST_RELATIVES = 100


class SqlPictures:
    """The `PictureStore` port over a database."""

    def __init__(self, engine: Engine):
        self._engine = engine

    def find(self, picture_id: str, owner: str) -> Picture | None:
        """The picture, or `None` when there is none, it was deleted, or it belongs to somebody else."""
        with reading(self._engine) as connection:
            row = connection.execute(_FIND, {"of_picture": picture_id, "of_owner": owner}).mappings().first()
        return None if row is None else picture_of(row)

    def find_item(self, picture_id: str, owner: str, *, in_bin: bool = False) -> LibraryItem | None:
        """The picture with its tags. A model's picture is found too, unless `in_bin`."""
        query = PICTURES.select().where(PICTURES.c.id == picture_id, PICTURES.c.owner == owner)
        with reading(self._engine) as connection:
            found = query.where(IS_IN_BIN if in_bin else PICTURES.c.deleted_at.is_(None))
            return next(iter(_items(connection, connection.execute(found).mappings().all())), None)

    def select(self, owner: str, ids: Sequence[str]) -> Sequence[LibraryItem]:
        """Those of these pictures that are there, in the order of the ids."""
        query = PICTURES.select().where(PICTURES.c.id.in_(ids), PICTURES.c.owner == owner)
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(IS_THERE)).mappings().all()
            found = {item.picture.id: item for item in _items(connection, rows)}
        return [found[one] for one in ids if one in found]

    def newest(self, owner: str, *, limit: int) -> Sequence[Picture]:
        """Newest first, without their tags."""
        with reading(self._engine) as connection:
            query = find_pictures(connection, owner, LibraryQuery()).limit(limit)
            return [picture_of(row) for row in connection.execute(query).mappings()]

    def page(self, owner: str, query: LibraryQuery, *, before: str | None = None, limit: int = 60) -> Shelf:
        """What the query finds, newest first, older than the id `before`."""
        with reading(self._engine) as connection:
            # One more than is shown tells whether there are older ones.
            found = find_pictures(connection, owner, query, beyond=before).limit(limit + 1)
            rows = connection.execute(found).mappings().all()
            items = tuple(_items(connection, rows[:limit]))
        return Shelf(items, items[-1].picture.id if len(rows) > limit else None)

    def neighbours(self, owner: str, query: LibraryQuery, picture_id: str) -> tuple[str | None, str | None]:
        """The ids just newer and just older than a picture among what the query finds."""
        with reading(self._engine) as connection:
            newer, older = (
                connection.execute(
                    find_pictures(connection, owner, query, beyond=picture_id, newer=newer)
                    .with_only_columns(PICTURES.c.id)
                    .limit(1)
                ).scalar()
                for newer in (True, False)
            )
        return newer, older

    def walk(self, owner: str, query: LibraryQuery) -> Iterator[LibraryItem]:
        """All that the query finds, newest first, in constant memory; no transaction stays open between pages."""
        before: str | None = None
        while True:
            shelf = self.page(owner, query, before=before, limit=_STRIDE)
            yield from shelf.items
            if shelf.next is None:
                return
            before = shelf.next

    def count(self, owner: str, query: LibraryQuery, *, at_most: int) -> int:
        """How many the query finds, counted no further than `at_most`."""
        with reading(self._engine) as connection:
            found = find_pictures(connection, owner, query).with_only_columns(PICTURES.c.id).limit(at_most)
            return connection.execute(sa.select(sa.func.count()).select_from(found.subquery())).scalar_one()

    def family(self, owner: str, picture: Picture) -> Family:
        """The library's pictures that it was made from, and the first hundred that were made from it."""
        with reading(self._engine) as connection:
            made_from, led_to = (
                connection.execute(query, {"of_owner": owner, "of_value": value}).mappings().all()
                for query, value in ((_MADE_FROM, picture.job_id), (_LED_TO, picture.id))
            )
        return Family(tuple(map(picture_of, made_from)), tuple(map(picture_of, led_to)))

    def change(self, owner: str, which: Sequence[str] | LibraryQuery, change: Change) -> tuple[str, ...]:
        """Change these pictures in one transaction; the ids of those it was about, newest first."""
        with writing(self._engine) as connection:
            return library_changes.change(connection, owner, which, change)

    def undelete(self, owner: str, deleted_at: float) -> int:
        """Bring back what was moved to that owner's bin at exactly that moment; how many."""
        with writing(self._engine) as connection:
            return library_bin.undelete(connection, owner, deleted_at)

    def empty_bin(self, owner: str) -> int:
        """Forget everything that lies in that owner's bin; how many."""
        return library_bin.empty(self._engine, PICTURES.c.owner == owner)

    def purge(self, older_than_seconds: float) -> int:
        """Forget what lies in anybody's bin for longer than that; how many."""
        return library_bin.empty(self._engine, library_bin.deleted_before(older_than_seconds))

    def tags(self, owner: str) -> Sequence[Label]:
        """The tags in use, in alphabetical order."""
        with reading(self._engine) as connection:
            return library_albums.tags(connection, owner)

    def models(self, owner: str) -> Sequence[Label]:
        """The models that made what is there, the most used first."""
        with reading(self._engine) as connection:
            return library_albums.models(connection, owner)

    def albums(self, owner: str) -> Sequence[Album]:
        """In alphabetical order."""
        with reading(self._engine) as connection:
            return library_albums.albums(connection, owner)

    def albums_of(self, owner: str, picture_id: str) -> Sequence[Album]:
        """Those that the picture is in, in alphabetical order."""
        with reading(self._engine) as connection:
            return library_albums.albums_of(connection, owner, picture_id)

    def add_album(self, owner: str, name: str) -> Album:
        """Raises `InvalidRequest` (field `name`) when there is one of that name, whatever its case."""
        with writing(self._engine) as connection:
            return library_albums.add(connection, owner, name)

    def rename_album(self, owner: str, album_id: str, name: str) -> Album | None:
        """`None` when there is no such album. Raises as `add_album` does."""
        with writing(self._engine) as connection:
            return library_albums.rename(connection, owner, album_id, name)

    def remove_album(self, owner: str, album_id: str) -> bool:
        """Forget the album, not its pictures; whether there was one."""
        with writing(self._engine) as connection:
            return library_albums.remove(connection, owner, album_id)


def _items(connection: Connection, rows: Sequence[Row]) -> list[LibraryItem]:
    tags: dict[str, list[str]] = defaultdict(list)
    if rows:
        for tag in connection.execute(_TAGS, {"ids": [row["id"] for row in rows]}).mappings():
            tags[tag["picture_id"]].append(tag["name"])
    return [LibraryItem(picture_of(row), tuple(tags[row["id"]])) for row in rows]


_FIND = sa.select(PICTURES).where(
    PICTURES.c.id == sa.bindparam("of_picture"),
    PICTURES.c.owner == sa.bindparam("of_owner"),
    PICTURES.c.deleted_at.is_(None),
)
_TAGS = (
    sa.select(PICTURE_TAGS)
    .where(PICTURE_TAGS.c.picture_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(PICTURE_TAGS.c.key)
)
_RELATIVES = sa.select(PICTURES).where(PICTURES.c.owner == sa.bindparam("of_owner"), PICTURES.c.deleted_at.is_(None))
_MADE_FROM = _RELATIVES.where(
    PICTURES.c.id.in_(sa.select(JOB_INPUTS.c.picture_id).where(JOB_INPUTS.c.job_id == sa.bindparam("of_value")))
).order_by(PICTURES.c.id)
_LED_TO = (
    _RELATIVES.where(
        IS_RESULT,
        PICTURES.c.job_id.in_(
            sa.select(JOB_INPUTS.c.job_id).where(JOB_INPUTS.c.picture_id == sa.bindparam("of_value"))
        ),
    )
    .order_by(PICTURES.c.id)
    .limit(_MOST_RELATIVES)
)
