"""What pictures are found by: kept in step with prompts, tags, notes and favourites here, and nowhere else.

Whoever changes one of those calls `refresh` in the same transaction. SQLite finds text by `grams`, PostgreSQL by
`pg_trgm`; without them every picture is looked at, which finds the same and takes longer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from app.domain.search import searchable
from app.storage import grams
from app.storage.engine import is_sqlite, reading, writing
from app.storage.rows import Row
from app.storage.schema import IS_RESULT, PICTURE_TAGS, PICTURE_TEXTS, PICTURES

PG_INDEX = "ix_picture_texts_text_trgm"
_BATCH = 500
_MOST_MERGES = 32


def add_texts(connection: Connection, pictures: Sequence[Row]) -> None:
    """Make new pictures findable, from rows just written; they have no tags yet."""
    ids = [picture["id"] for picture in pictures]
    indexes = connection.dialect.name == "sqlite"
    positions = grams.free_positions(connection, ids) if indexes else [grams.position_of(one) for one in ids]
    rows = [_text_row(picture, position, []) for picture, position in zip(pictures, positions, strict=True)]
    if indexes:
        _index(connection, rows)
    connection.execute(_INSERT, rows)


def refresh(connection: Connection, ids: Sequence[str]) -> None:
    """Bring what these pictures are found by in line with what they now are."""
    for start in range(0, len(ids), _BATCH):
        _refresh(connection, ids[start : start + _BATCH])


def forget_texts(connection: Connection, ids: Sequence[str]) -> None:
    """Take these pictures out of the index; their rows of texts go too."""
    if connection.dialect.name == "sqlite" and grams.is_there(connection):
        grams.remove(connection, _documents(connection.execute(_EARLIER, {"ids": ids}).mappings()))
    connection.execute(sa.delete(PICTURE_TEXTS).where(PICTURE_TEXTS.c.picture_id.in_(ids)))


def create_index(connection: Connection) -> None:
    """Make the index of this kind of database, if it can have one; part of every migration."""
    if connection.dialect.name == "sqlite":
        if grams.create(connection):
            connection.execute(sa.update(PICTURE_TEXTS).values(indexed=False))
        return
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            connection.exec_driver_sql(
                f"CREATE INDEX IF NOT EXISTS {PG_INDEX} ON picture_texts USING gin (text gin_trgm_ops)"
            )
    except sa.exc.DBAPIError:
        return  # not installed, or not ours to install; `describe_search` says so in the log


def fill_index(engine: Engine) -> None:
    """Index what is not yet: pictures of an earlier release, or of a time without FTS5."""
    while True:
        with writing(engine) as connection:
            query = _WAITING if _can_index(connection) else _WAITING.where(PICTURE_TEXTS.c.position == 0)
            ids = connection.execute(query).scalars().all()
            if not ids:
                return
            _refresh(connection, ids)


def merge_index(engine: Engine) -> int:
    """Keep the index in few pieces; how many steps that took. Nothing to do on PostgreSQL."""
    for step in range(_MOST_MERGES if is_sqlite(engine) else 0):
        with writing(engine) as connection:
            if not grams.is_there(connection) or not grams.merge(connection):
                return step
    return _MOST_MERGES if is_sqlite(engine) else 0


def describe_search(engine: Engine) -> str:
    """By what text is found here, for the log: "fts5", "pg_trgm", or "scan" for looking at every picture."""
    with reading(engine) as connection:
        if is_sqlite(engine):
            return "fts5" if grams.is_there(connection) else "scan"
        found = connection.execute(sa.text("SELECT to_regclass(:name)"), {"name": PG_INDEX}).scalar()
        return "scan" if found is None else "pg_trgm"


def _refresh(connection: Connection, ids: Sequence[str]) -> None:
    pictures = connection.execute(_PICTURES, {"ids": ids}).mappings().all()
    tags: dict[str, list[Row]] = defaultdict(list)
    for tag in connection.execute(_TAGS, {"ids": ids}).mappings():
        tags[tag["picture_id"]].append(tag)
    earlier = {row["picture_id"]: row for row in connection.execute(_EARLIER, {"ids": ids}).mappings()}
    unplaced = [one for one, row in earlier.items() if not row["position"]]
    free = grams.free_positions if connection.dialect.name == "sqlite" else _any_positions
    places = dict(zip(unplaced, free(connection, unplaced), strict=True)) if unplaced else {}
    rows = [
        _text_row(picture, places.get(picture["id"]) or earlier[picture["id"]]["position"], tags[picture["id"]])
        for picture in pictures
    ]
    rows = [row for row in rows if any(row[name] != earlier[row["picture_id"]][name] for name in row)]
    if connection.dialect.name == "sqlite":
        _index(connection, rows, _documents(earlier[row["picture_id"]] for row in rows))
    if rows:
        connection.execute(_CHANGE, [{**row, "of_picture": row["picture_id"]} for row in rows])


def _text_row(picture: Row, position: int, tags: Sequence[Row]) -> dict[str, Any]:
    shape = (picture["width"] > picture["height"]) - (picture["width"] < picture["height"])
    facets = [
        owner_facet(picture["owner"]),
        grams.facet("m", picture["model"]),
        grams.facet("k", picture["kind"]),
        SHAPE_FACETS[shape],
        *([FAVOURITE] if picture["favourite"] else []),
        *(tag_facet(tag["key"]) for tag in tags),
    ]
    return {
        "picture_id": picture["id"],
        "position": position,
        "text": searchable(
            [picture["prompt"], picture["revised_prompt"], *(tag["name"] for tag in tags), picture["note"]]
        ),
        "facets": " ".join(facets),
        "indexed": True,
    }


def _index(
    connection: Connection, rows: Sequence[dict[str, Any]], earlier: Iterable[tuple[int, str, str]] = ()
) -> None:
    """Index the rows, or mark them as waiting where that cannot be done."""
    if grams.is_there(connection):
        grams.remove(connection, earlier)
        grams.put(connection, [(row["position"], row["text"], row["facets"]) for row in rows])
    else:
        for row in rows:
            row["indexed"] = False


def _documents(rows: Iterable[Row]) -> list[tuple[int, str, str]]:
    return [(row["position"], row["text"], row["facets"]) for row in rows if row["indexed"]]


def _can_index(connection: Connection) -> bool:
    return connection.dialect.name != "sqlite" or grams.is_there(connection)


def _any_positions(_connection: Connection, ids: Sequence[str]) -> list[int]:
    return [grams.position_of(one) for one in ids]


def owner_facet(owner: str) -> str:
    """The word that keeps the pictures of several people apart in one index."""
    return grams.facet("o", owner)


def tag_facet(key: str) -> str:
    return grams.facet("t", key)


FAVOURITE = "z"
SHAPE_FACETS = {-1: "sp", 0: "ss", 1: "sl"}
"""Portrait, square, landscape: by the sign of width minus height."""

_OF_IDS: sa.BindParameter[str] = sa.bindparam("ids", expanding=True)
_PICTURES = sa.select(PICTURES).where(PICTURES.c.id.in_(_OF_IDS), IS_RESULT)
_TAGS = sa.select(PICTURE_TAGS).where(PICTURE_TAGS.c.picture_id.in_(_OF_IDS)).order_by(PICTURE_TAGS.c.key)
_EARLIER = sa.select(PICTURE_TEXTS).where(PICTURE_TEXTS.c.picture_id.in_(_OF_IDS)).with_for_update()
_WAITING = (
    sa.select(PICTURE_TEXTS.c.picture_id)
    .where(PICTURE_TEXTS.c.indexed.is_(sa.false()))
    .order_by(PICTURE_TEXTS.c.picture_id)
    .limit(_BATCH)
)
_INSERT = sa.insert(PICTURE_TEXTS)
_CHANGE = sa.update(PICTURE_TEXTS).where(PICTURE_TEXTS.c.picture_id == sa.bindparam("of_picture"))
