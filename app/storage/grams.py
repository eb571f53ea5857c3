"""An index of text by its characters, for SQLite: which pictures may contain a term, newest first, without a scan.

FTS5 keeps it, but what it keeps are words of our own making: every single character of a text, every two and
every three in a row, written in hexadecimal. So a term of one or two characters is found as fast as a longer
one, in any language (FTS5's own trigrams need three), and what can be filtered by stands beside the text as
further words. A term's words may all be there without the term: whoever asks looks at the text itself too.

Rows are numbered by a picture's position (`position_of`), so that FTS5 walks them newest first and stops after
a page, however many there are. Nothing but the lists is stored (`content=''`, `detail=none`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from weakref import WeakSet

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from app.domain.ids import number_of

TABLE = "picture_grams"
"""A table of SQLite's FTS5, and, with a few more that begin like it, the only one that the schema does not list."""

_MOST_WORDS = 48
"""Words of a query: enough to leave little to look at, few enough to be walked side by side."""

_PAGES_MERGED = 1_000
"""Of 4 KB, at a time."""

_LARGEST = 2**63 - 1

_FOUND: WeakSet[Engine] = WeakSet()
"""Databases that are known to have the index: nothing takes it away again."""


def position_of(picture_id: str) -> int:
    """The first 63 bits of an id: its place among all pictures, as the whole number that FTS5 sorts by."""
    return min(number_of(picture_id) >> 65, _LARGEST)


def create(connection: Connection) -> bool:
    """Make the index, where SQLite was built with FTS5; whether it was made now, and is empty."""
    if connection.execute(_IS_THERE).scalar_one() or not connection.execute(_HAS_FTS5).scalar_one():
        return False
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE picture_grams USING fts5(words, content='', detail=none, columnsize=0, tokenize='ascii')"
    )
    return True


def is_there(connection: Connection) -> bool:
    """Whether the index can be used. (A Python without FTS5 may open a database that has it.)"""
    if connection.engine not in _FOUND and connection.execute(_IS_THERE).scalar_one():
        _FOUND.add(connection.engine)
    return connection.engine in _FOUND


def facet(kind: str, value: str) -> str:
    """The word for something that pictures are filtered by. `kind` is one letter beyond f, unlike any digit."""
    return kind + value.encode("utf-8", "surrogatepass").hex()


def put(connection: Connection, documents: Iterable[tuple[int, str, str]]) -> None:
    """Index these: position, text and facets of each."""
    rows = [{"position": position, "words": _words(text, facets)} for position, text, facets in documents]
    if rows:
        connection.execute(_PUT, rows)


def remove(connection: Connection, documents: Iterable[tuple[int, str, str]]) -> None:
    """The inverse of `put`, to be given exactly what was put."""
    rows = [{"position": position, "words": _words(text, facets)} for position, text, facets in documents]
    if rows:
        connection.execute(_REMOVE, rows)


def question(terms: Iterable[str], facets: Iterable[str]) -> str:
    """What to match for pictures that may contain all these terms and have all these facets."""
    wanted: list[str] = []
    for term in terms:
        length = min(3, len(term))
        wanted += [term[start : start + length] for start in range(len(term) - length + 1)]
    different = list(dict.fromkeys(wanted))
    step = -(-len(different) // _MOST_WORDS) or 1
    return " ".join([*facets, *(gram.encode("utf-8").hex() for gram in different[::step])])


def _words(text: str, facets: str) -> str:
    grams = {text[start : start + length] for length in (1, 2, 3) for start in range(len(text) - length + 1)}
    return " ".join([facets, *sorted(gram.encode("utf-8").hex() for gram in grams if "\n" not in gram)])


def merge(connection: Connection) -> bool:
    """Put together some of the pieces that writing left, for a fraction of a second; whether there were any.

    The fewer there are, the faster is every search: half as long among 100,000 pictures.
    """
    connection.execute(_MERGE_PAIRS)
    before = connection.execute(_CHANGES).scalar_one()
    connection.execute(_MERGE, {"pages": _PAGES_MERGED})
    return bool(connection.execute(_CHANGES).scalar_one() - before >= 2)  # as FTS5's manual tells


def free_positions(connection: Connection, ids: Sequence[str]) -> list[int]:
    """A place for each new picture, which no other has: two ids of one millisecond may begin alike."""
    wanted = [position_of(picture_id) for picture_id in ids]
    taken = set(connection.execute(_TAKEN, {"positions": wanted}).scalars())
    places: list[int] = []
    for position in wanted:
        while position in taken:
            position -= 1
            if connection.execute(_TAKEN, {"positions": [position]}).first() is not None:
                taken.add(position)
        taken.add(position)
        places.append(position)
    return places


_HAS_FTS5 = sa.text("SELECT count(*) FROM pragma_module_list WHERE name = 'fts5'")
_IS_THERE = sa.text(
    "SELECT count(*) FROM sqlite_master, pragma_module_list AS modules "
    "WHERE sqlite_master.name = 'picture_grams' AND modules.name = 'fts5'"
)
_PUT = sa.text("INSERT INTO picture_grams (rowid, words) VALUES (:position, :words)")
_REMOVE = sa.text("INSERT INTO picture_grams (picture_grams, rowid, words) VALUES ('delete', :position, :words)")
_CHANGES = sa.text("SELECT total_changes()")
_MERGE_PAIRS = sa.text("INSERT INTO picture_grams (picture_grams, rank) VALUES ('usermerge', 2)")
_MERGE = sa.text("INSERT INTO picture_grams (picture_grams, rank) VALUES ('merge', :pages)")
_TAKEN = sa.text("SELECT position FROM picture_texts WHERE position IN :positions").bindparams(
    sa.bindparam("positions", expanding=True)
)
