"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

_ESCAPE = "\U0010ffff"
_UNSTORABLE = re.compile(f"[\x00\ud800-\udfff{_ESCAPE}]")
_ESCAPED = re.compile(f"{_ESCAPE}([0-9a-f]{{6}})")


class AnyText(sa.types.TypeDecorator[str]):
    """Text that comes back exactly as it was given, whatever it holds.

    PostgreSQL refuses NUL, and neither database can encode a lone surrogate; both can arrive in
    JSON, from a script or in a provider's `revised_prompt`, and a paid picture must not be lost to
    them. Such code points are kept as U+10FFFF (a noncharacter) and six hex digits; all else stays
    readable and searchable as it is.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        if value is None:
            return None
        value = str(value)  # drivers disagree about what to make of an enum's member
        if not _UNSTORABLE.search(value):
            return value
        return _UNSTORABLE.sub(lambda found: f"{_ESCAPE}{ord(found[0]):06x}", value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str | None:
        if value is None or _ESCAPE not in value:
            return value
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)


def identifier() -> sa.types.TypeEngine[str]:
    """An id of `domain.ids`. Compared byte by byte: pages are cut by id, whatever the locale."""
    return sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")


def folded() -> sa.types.TypeEngine[str]:
    """Text as `domain.search.fold` leaves it, which every database can keep. Compared byte by byte."""
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def json() -> sa.types.TypeEngine[Any]:
    """Plain JSON values as text; `None` is SQL NULL."""
    return sa.JSON(none_as_null=True)


def sequence() -> sa.types.TypeEngine[int]:
    """A number that the database counts up. SQLite counts only columns of exactly INTEGER."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
