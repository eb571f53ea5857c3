"""Rows of another studio, taken in: all of them or none, and each job only once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from app.domain.exchange import BadArchive
from app.storage.engine import reading, writing
from app.storage.exchange import NOT_TAKEN_IN, parents_of, tables
from app.storage.import_rows import Values, checked
from app.storage.library_text import fill_index
from app.storage.schema import ALBUMS, IS_RESULT, JOBS, PICTURE_TEXTS, PICTURES
from app.storage.schema_conversations import CONVERSATIONS, TURNS

_AT_ONCE = 500


class SqlImports:
    """Satisfies the `ImportStore` port."""

    def __init__(self, engine: Engine):
        self._engine = engine

    def revision(self) -> str:
        """The layout of the tables here: the last migration."""
        with reading(self._engine) as connection:
            return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())

    def take_in(self, read: Callable[[str], Iterator[Values]]) -> dict[str, int]:
        """Add what is new of the tables that `read` gives; how many rows of each.

        A job that is here already stays as it is, with everything of it: whoever deleted or tagged a picture here
        is not overruled. An album becomes one with ours of the same name; a conversation gets the turns that are
        new. Raises `BadArchive`; then nothing was added.
        """
        with writing(self._engine) as connection:
            try:
                counts = _Arrival(connection).take_in(read)
            except (sa.exc.StatementError, OverflowError) as error:
                raise BadArchive("its rows do not fit together") from error
        fill_index(self._engine)
        return counts


class _Arrival:
    """One import, within its transaction."""

    def __init__(self, connection: Connection):
        self._connection = connection
        self._arrived: dict[str, dict[str, str]] = defaultdict(dict)
        """By table: the ids whose rows are taken in, or stand for ours; each with the id that it has here."""

    def take_in(self, read: Callable[[str], Iterator[Values]]) -> dict[str, int]:
        counts = {}
        for table in tables():
            if table.name not in NOT_TAKEN_IN:
                counts[table.name] = self._fill(table, read(table.name))
        self._connection.execute(_LOOK_FOR_TEXTS)
        counts[CONVERSATIONS.name] -= self._connection.execute(_FORGET_EMPTY_CONVERSATIONS).rowcount
        self._connection.execute(_FIND_NEWEST_TURNS)
        return counts

    def _fill(self, table: sa.Table, rows: Iterator[Values]) -> int:
        new = self._new_rows(table, rows)
        count = 0
        while batch := list(islice(new, _AT_ONCE)):
            self._connection.execute(sa.insert(table), batch)
            count += len(batch)
        return count

    def _new_rows(self, table: sa.Table, rows: Iterator[Values]) -> Iterator[Values]:
        key = table.primary_key.columns[0].name if len(table.primary_key.columns) == 1 else None
        is_root = not parents_of(table)
        here = self._ids(table) if is_root else frozenset()
        ours = self._albums() if table is ALBUMS else {}
        for values in rows:
            row = self._placed(table, checked(table, values))
            if row is None:
                continue
            if key is None or key not in row:
                yield row
                continue
            own = row[key]
            same = ours.get((row["owner"], row["key"])) if table is ALBUMS else None
            if table is ALBUMS and (same or own in here):
                self._arrived[table.name][own] = same or own
            elif own not in here:
                self._arrived[table.name][own] = own
                yield row
            elif table is CONVERSATIONS:  # it may have gone on elsewhere
                self._arrived[table.name][own] = own

    def _placed(self, table: sa.Table, row: Values) -> Values | None:
        """The row with the ids that its parents have here; `None` when one of them is not taken in."""
        for column, parent in parents_of(table):
            if row[column.name] is not None:
                found = self._arrived[parent.table.name].get(row[column.name])
                if found is None:
                    return None
                row = {**row, column.name: found}
        return row

    def _ids(self, table: sa.Table) -> frozenset[str]:
        return frozenset(self._connection.execute(sa.select(table.primary_key.columns[0])).scalars())

    def _albums(self) -> dict[tuple[str, str], str]:
        found = self._connection.execute(sa.select(ALBUMS.c.owner, ALBUMS.c.key, ALBUMS.c.id))
        return {(owner, key): album_id for owner, key, album_id in found}


_LOOK_FOR_TEXTS = sa.insert(PICTURE_TEXTS).from_select(
    ["picture_id", "position", "text", "facets", "indexed"],
    sa.select(PICTURES.c.id, sa.literal(0), sa.literal(""), sa.literal(""), sa.false()).where(
        IS_RESULT, PICTURES.c.id.not_in(sa.select(PICTURE_TEXTS.c.picture_id))
    ),
)
"""What pictures are found by is made here, from what arrived."""

_TURNS_OF_IT = TURNS.c.conversation_id == CONVERSATIONS.c.id
_FORGET_EMPTY_CONVERSATIONS = sa.delete(CONVERSATIONS).where(~sa.exists().where(_TURNS_OF_IT))
"""One that was deleted here, of which all jobs are here, or whose only turn was still under way where it came from."""
_NEWEST_TURN = sa.select(sa.func.max(TURNS.c.id)).where(_TURNS_OF_IT).scalar_subquery()
_FIND_NEWEST_TURNS = (
    sa.update(CONVERSATIONS)
    .where(CONVERSATIONS.c.newest_turn_id != _NEWEST_TURN)
    .values(
        newest_turn_id=_NEWEST_TURN,
        updated_at=sa.select(sa.func.max(JOBS.c.created_at))
        .join(TURNS, TURNS.c.job_id == JOBS.c.id)
        .where(_TURNS_OF_IT)
        .scalar_subquery(),
    )
)
