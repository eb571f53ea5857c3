"""The SQLite at hand, and whether it is new enough. Apart from the engine, because the server asks before it
loads anything.

Python brings the SQLite of its machine, which is often years old. `pysqlite3` is the same driver with a current
SQLite inside; where it is installed (requirements.txt: Linux on x86-64, for which it is published), its SQLite has a
write-ahead log that is safe for several writing processes: one wait for the disk per commit instead of four.
"""

from __future__ import annotations

from types import ModuleType


def _driver() -> ModuleType:
    try:
        import pysqlite3.dbapi2
    except ImportError:
        import sqlite3

        return sqlite3
    return pysqlite3.dbapi2  # type: ignore[no-any-return]  # it comes without types


DRIVER = _driver()
"""The DB-API module of every SQLite connection: `sqlite3`, or one that is made like it."""

VERSION: tuple[int, ...] = DRIVER.sqlite_version_info

_OLDEST = (3, 35, 0)
"""The first with RETURNING, which is how the keys of new rows are learned; 3.24 brought ON CONFLICT."""


def require_sqlite(version: tuple[int, ...] = VERSION) -> None:
    """Raises `ValueError`, with a sentence, when this version of SQLite is too old."""
    if version < _OLDEST:
        needed, found = (".".join(map(str, numbers)) for numbers in (_OLDEST, version))
        raise ValueError(f"SQLite {needed} or newer is needed, and this one is {found}.")
