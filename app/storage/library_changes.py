"""What is done to pictures of the library, one or thousands, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.errors import InvalidRequest, NotFound, Problem
from app.domain.library import MOST_AT_ONCE, MOST_TAGS, Change, tidy
from app.domain.library_query import LibraryQuery
from app.domain.search import fold
from app.domain.sentences import say
from app.storage import library_albums, library_bin
from app.storage.clock import DatabaseNow
from app.storage.library_search import find_pictures
from app.storage.library_text import refresh
from app.storage.schema import ALBUM_PICTURES, IS_IN_BIN, IS_THERE, PICTURE_TAGS, PICTURES

_BATCH = 500


def change(connection: Connection, owner: str, which: Sequence[str] | LibraryQuery, change: Change) -> tuple[str, ...]:
    """Do it to all of them; their ids, newest first. Raises `InvalidRequest` and `NotFound`."""
    for album_id in (change.add_to_album, change.remove_from_album):
        if album_id is not None and not library_albums.exists(connection, owner, album_id):
            raise NotFound(say("There is no such album."))
    ids = _found(connection, owner, which, in_bin=change.restore)
    now = connection.execute(sa.select(DatabaseNow())).scalar_one()  # one for all, by which they are brought back
    for start in range(0, len(ids), _BATCH):
        _apply(connection, owner, ids[start : start + _BATCH], change, now)
    return tuple(ids)


def _found(connection: Connection, owner: str, which: Sequence[str] | LibraryQuery, *, in_bin: bool) -> Sequence[str]:
    """The ids of those that are there (or in the bin), locked until the transaction ends."""
    if isinstance(which, LibraryQuery):
        query = find_pictures(connection, owner, which).with_only_columns(PICTURES.c.id).limit(MOST_AT_ONCE + 1)
        found = connection.execute(query).scalars().all()
        if len(found) > MOST_AT_ONCE:
            sentence = say(
                "More than {most} pictures are meant. Narrow the search and do it in parts.", most=f"{MOST_AT_ONCE:,}"
            )
            raise InvalidRequest((Problem("query", "invalid_value", sentence),))
        which = found
    which = sorted(which)  # everybody locks in one order, so that nobody waits for each other
    ids: list[str] = []
    for start in range(0, len(which), _BATCH):
        query = sa.select(PICTURES.c.id).where(
            PICTURES.c.id.in_(which[start : start + _BATCH]), PICTURES.c.owner == owner
        )
        query = query.where(IS_IN_BIN if in_bin else IS_THERE).order_by(PICTURES.c.id).with_for_update()
        ids += connection.execute(query).scalars()
    return sorted(ids, reverse=True)


def _apply(connection: Connection, owner: str, ids: Sequence[str], change: Change, now: float) -> None:
    values: dict[str, Any] = {}
    if change.favourite is not None:
        values["favourite"] = change.favourite
    if change.note is not None:
        values["note"] = change.note
    if values:
        connection.execute(sa.update(PICTURES).where(PICTURES.c.id.in_(ids)).values(values))
    changes_tags = change.tags is not None or change.add_tags or change.remove_tags
    if changes_tags:
        _change_tags(connection, owner, ids, change)
    if values or changes_tags:
        refresh(connection, ids)
    if change.add_to_album is not None:
        _add_to_album(connection, change.add_to_album, ids, now)
    if change.remove_from_album is not None:
        inside = ALBUM_PICTURES.c.album_id == change.remove_from_album
        connection.execute(sa.delete(ALBUM_PICTURES).where(inside, ALBUM_PICTURES.c.picture_id.in_(ids)))
    if change.delete or change.restore:
        library_bin.mark(connection, ids, now if change.delete else None)


def _change_tags(connection: Connection, owner: str, ids: Sequence[str], change: Change) -> None:
    of_these = PICTURE_TAGS.c.picture_id.in_(ids)
    if change.tags is not None:
        connection.execute(sa.delete(PICTURE_TAGS).where(of_these))
    if change.remove_tags:
        keys = [fold(tag) for tag in change.remove_tags]
        connection.execute(sa.delete(PICTURE_TAGS).where(of_these, PICTURE_TAGS.c.key.in_(keys)))
    added = {fold(tag): tidy(tag) for tag in reversed((*(change.tags or ()), *change.add_tags))}
    if not added:
        return
    query = sa.select(PICTURE_TAGS.c.picture_id, PICTURE_TAGS.c.key).where(of_these)
    there = {(picture_id, key) for picture_id, key in connection.execute(query)}
    rows = [
        {"picture_id": picture_id, "key": key, "owner": owner, "name": name}
        for picture_id in ids
        for key, name in added.items()
        if (picture_id, key) not in there
    ]
    if rows:
        connection.execute(sa.insert(PICTURE_TAGS), rows)
    _require_few_tags(connection, ids)


def _require_few_tags(connection: Connection, ids: Sequence[str]) -> None:
    many = sa.select(PICTURE_TAGS.c.picture_id).where(PICTURE_TAGS.c.picture_id.in_(ids))
    many = many.group_by(PICTURE_TAGS.c.picture_id).having(sa.func.count() > MOST_TAGS)
    if connection.execute(many.limit(1)).first() is not None:
        sentence = say("A picture would have more than {most} tags. Nothing was changed.", most=MOST_TAGS)
        raise InvalidRequest((Problem("tags", "invalid_value", sentence),))


def _add_to_album(connection: Connection, album_id: str, ids: Sequence[str], now: float) -> None:
    inside = sa.select(ALBUM_PICTURES.c.picture_id).where(
        ALBUM_PICTURES.c.album_id == album_id, ALBUM_PICTURES.c.picture_id.in_(ids)
    )
    there = set(connection.execute(inside).scalars())
    rows = [{"album_id": album_id, "picture_id": one, "added_at": now} for one in ids if one not in there]
    if rows:
        connection.execute(sa.insert(ALBUM_PICTURES), rows)
