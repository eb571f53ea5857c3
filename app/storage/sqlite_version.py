"""Which SQLite is new enough. Apart from the engine, because the server asks before it loads anything."""

from __future__ import annotations

_OLDEST = (3, 35, 0)
"""The first with RETURNING, which is how the keys of new rows are learned; 3.24 brought ON CONFLICT."""


def require_sqlite(version: tuple[int, ...]) -> None:
    """Raises `ValueError`, with a sentence, when this version of SQLite is too old."""
    if version < _OLDEST:
        needed, found = (".".join(map(str, numbers)) for numbers in (_OLDEST, version))
        raise ValueError(f"SQLite {needed} or newer is needed, and Python was built with {found}.")
