"""From a query of the library to SQL that walks an index newest first and stops after a page.

What is walked depends on the query. On SQLite words and most filters are looked up together in the index of
`grams`; the bin, the favourites, a tag and an album have indexes of their own; PostgreSQL decides for itself.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.operators import custom_op

from app.domain.ids import first_id
from app.domain.library_query import SHAPES, LibraryQuery
from app.domain.search import fold
from app.storage import grams
from app.storage.library_text import FAVOURITE, SHAPE_FACETS, owner_facet, tag_facet
from app.storage.schema import (
    ALBUM_PICTURES,
    ALBUMS,
    IS_FAVOURITE,
    IS_IN_BIN,
    IS_THERE,
    PICTURE_TAGS,
    PICTURE_TEXTS,
    PICTURES,
)

_CLOCKS_APART_SECONDS = 86_400.0
"""How far an id's time may be from the picture's, which is the database's: two clocks, set badly."""

_GRAMS = sa.table(grams.TABLE, sa.column("rowid", sa.BigInteger))
_SHAPE_OF = dict(zip(SHAPES, (SHAPE_FACETS[-1], SHAPE_FACETS[1], SHAPE_FACETS[0]), strict=True))


def find_pictures(
    connection: Connection, owner: str, query: LibraryQuery, *, beyond: str | None = None, newer: bool = False
) -> sa.Select[Any]:
    """Rows of `PICTURES`, newest first, older than the id `beyond`; or `newer`, the oldest of those first."""
    edge: str | int | None = beyond
    low, high = _id_range(query)
    if connection.dialect.name == "sqlite" and _is_for_grams(query) and grams.is_there(connection):
        found, key = _by_grams(owner, query)
        edge = None if beyond is None else _position(connection, beyond)
    else:
        found, key = _by_rows(owner, query)
    if edge is not None:
        found = found.where(key > edge if newer else key < edge)
    if low is not None:
        found = found.where(key >= (grams.position_of(low) if key is _GRAMS.c.rowid else low))
    if high is not None:
        found = found.where(key <= (grams.position_of(high) if key is _GRAMS.c.rowid else high))
    return found.where(*_conditions(connection, query)).order_by(key.asc() if newer else key.desc())


def _is_for_grams(query: LibraryQuery) -> bool:
    if query.in_bin or query.album:  # few, and not known to that index
        return False
    facets = (query.model, query.kind, query.size in SHAPES, query.favourite, *query.tags)
    # One favourite's or tag's own index is as good, and smaller.
    return bool(query.terms or query.model or query.kind or query.size in SHAPES or sum(map(bool, facets)) > 1)


def _by_grams(owner: str, query: LibraryQuery) -> tuple[sa.Select[Any], sa.ColumnElement[Any]]:
    facets = [owner_facet(owner), *(tag_facet(fold(tag)) for tag in query.tags)]
    facets += [grams.facet("m", query.model)] if query.model else []
    facets += [grams.facet("k", query.kind)] if query.kind else []
    facets += [_SHAPE_OF[query.size]] if query.size in _SHAPE_OF else []
    facets += [FAVOURITE] if query.favourite else []
    joined = _GRAMS.join(PICTURE_TEXTS, PICTURE_TEXTS.c.position == _GRAMS.c.rowid).join(
        PICTURES, PICTURES.c.id == PICTURE_TEXTS.c.picture_id
    )
    words = sa.bindparam("words", grams.question(query.terms, facets), sa.Text)
    found = sa.select(PICTURES).select_from(joined).where(sa.literal_column(grams.TABLE).op("MATCH")(words))
    # The plus sign keeps SQLite, which thinks every search to be rare and sorting cheap, from walking all pictures.
    return found.where(sa.UnaryExpression(PICTURES.c.owner, operator=custom_op("+")) == owner), _GRAMS.c.rowid


def _by_rows(owner: str, query: LibraryQuery) -> tuple[sa.Select[Any], sa.ColumnElement[Any]]:
    source: sa.FromClause = PICTURES
    key: sa.ColumnElement[Any] = PICTURES.c.id
    wanted = [PICTURES.c.owner == owner]
    if query.album and not query.in_bin:
        source = ALBUM_PICTURES.join(ALBUMS, ALBUMS.c.id == ALBUM_PICTURES.c.album_id)
        source = source.join(PICTURES, PICTURES.c.id == ALBUM_PICTURES.c.picture_id)
        key = ALBUM_PICTURES.c.picture_id
        wanted += [ALBUM_PICTURES.c.album_id == query.album, ALBUMS.c.owner == owner]
    elif query.tags and not query.in_bin:
        source = PICTURE_TAGS.join(PICTURES, PICTURES.c.id == PICTURE_TAGS.c.picture_id)
        key = PICTURE_TAGS.c.picture_id
        wanted += [PICTURE_TAGS.c.owner == owner, PICTURE_TAGS.c.key == fold(query.tags[0])]
    if query.terms:
        source = source.join(PICTURE_TEXTS, PICTURE_TEXTS.c.picture_id == PICTURES.c.id)
    return sa.select(PICTURES).select_from(source).where(*wanted), key


def _conditions(connection: Connection, query: LibraryQuery) -> list[sa.ColumnElement[bool]]:
    """Everything that a picture must be, whatever was walked to find it."""
    pictures = PICTURES.c
    wanted = [IS_IN_BIN if query.in_bin else IS_THERE]
    words = PICTURE_TEXTS.c.text
    if connection.dialect.name == "sqlite":
        wanted += [sa.func.instr(words, term) > 0 for term in query.terms]
    else:
        wanted += [words.contains(term, autoescape=True) for term in query.terms]
    wanted += [] if query.model is None else [pictures.model == query.model]
    wanted += [] if query.kind is None else [pictures.kind == query.kind]
    wanted += [] if query.practice is None else [pictures.practice.is_(query.practice)]
    if query.favourite is not None:
        wanted.append(IS_FAVOURITE if query.favourite else pictures.favourite.is_(sa.false()))
    for tag in query.tags:
        has = sa.select(sa.literal(1)).where(PICTURE_TAGS.c.picture_id == pictures.id, PICTURE_TAGS.c.key == fold(tag))
        wanted.append(has.correlate(PICTURES).exists())
    if query.album and query.in_bin:
        inside = sa.select(sa.literal(1)).where(
            ALBUM_PICTURES.c.picture_id == pictures.id, ALBUM_PICTURES.c.album_id == query.album
        )
        wanted.append(inside.correlate(PICTURES).exists())
    for least, most, column in (
        (query.begins_at, None, pictures.created_at),
        (query.min_cost, query.max_cost, pictures.cost_micro),
    ):
        wanted += [] if least is None else [column >= least]
        wanted += [] if most is None else [column <= most]
    wanted += [] if query.ends_before is None else [pictures.created_at < query.ends_before]
    return wanted + _size_conditions(query)


def _size_conditions(query: LibraryQuery) -> list[sa.ColumnElement[bool]]:
    width, height = PICTURES.c.width, PICTURES.c.height
    if query.exact_size is not None:
        return [width == query.exact_size[0], height == query.exact_size[1]]
    shapes = {"portrait": width < height, "landscape": width > height, "square": width == height}
    return [shapes[query.size]] if query.size in shapes else []


def _id_range(query: LibraryQuery) -> tuple[str | None, str | None]:
    """The ids that pictures of these days can have, so that other times are not walked."""
    begin, end = query.begins_at, query.ends_before
    return (
        None if begin is None else first_id(begin - _CLOCKS_APART_SECONDS),
        None if end is None else first_id(end + _CLOCKS_APART_SECONDS),
    )


def _position(connection: Connection, picture_id: str) -> int:
    """Where a picture stands; where it would, when it is gone."""
    query = sa.select(PICTURE_TEXTS.c.position).where(PICTURE_TEXTS.c.picture_id == picture_id)
    found = connection.execute(query).scalar()
    return grams.position_of(picture_id) if found is None else found
