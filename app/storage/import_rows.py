"""What a row of another studio's archive must be, so that no page here fails over it and nothing of it is ever paid.

SQLite would keep anything anywhere, and an archive may have been written by anybody.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from app.domain.exchange import BadArchive
from app.domain.ids import is_id
from app.domain.library_query import KINDS
from app.domain.pictures import EXTENSIONS
from app.storage.exchange import LEFT_BEHIND, columns_of
from app.storage.rows import Row, attempt_of, job_of, picture_of
from app.storage.schema import ATTEMPTS, JOBS, PICTURES

Values = dict[str, Any]

_ID_LENGTH = 26
_DIGEST_LENGTH = 64
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LARGEST = 253_402_300_799.0
"""The last second of the year 9999: later ones are no dates. Whatever else is a fraction here is smaller."""


def checked(table: sa.Table, values: Values) -> Values:
    """The row as it can be kept here. Raises `BadArchive`."""
    columns = columns_of(table)
    if values.keys() != {column.name for column in columns}:
        raise BadArchive(f"a row of '{table.name}' has other columns than here")
    for column in columns:
        if not _fits(column, values[column.name]):
            raise BadArchive(f"'{column.name}' in a row of '{table.name}' is not what it should be")
    row = {**values, **LEFT_BEHIND.get(table.name, {})}
    require = _REQUIRED.get(table.name)
    try:
        is_whole = require is None or require(row)
    except (KeyError, TypeError, ValueError, AttributeError):
        is_whole = False
    if not is_whole:
        raise BadArchive(f"a row of '{table.name}' says what cannot be")
    return row


def _fits(column: sa.Column[Any], value: Any) -> bool:
    kind = getattr(column.type, "impl_instance", column.type)
    if value is None:
        return bool(column.nullable)
    if isinstance(kind, sa.JSON):
        return True
    if isinstance(kind, sa.Double):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and math.isfinite(value) and 0 <= value <= _LARGEST
    if type(value) is not kind.python_type:
        return False
    if isinstance(kind, sa.Integer):
        return bool(value >= 0)
    if isinstance(kind, sa.String) and kind.length == _ID_LENGTH:
        return is_id(value)
    if isinstance(kind, sa.String) and kind.length == _DIGEST_LENGTH:
        return _DIGEST.fullmatch(value) is not None
    return True


def _is_ended_job(row: Row) -> bool:
    job = job_of(row, (), ())
    return job.state.is_final and job.request.wish == row["kind"] and job.request.model == row["model"]


def _is_ended_attempt(row: Row) -> bool:
    return attempt_of(row).state.is_final


def _is_picture(row: Row) -> bool:
    picture = picture_of(row)
    return picture.mime_type in EXTENSIONS and picture.kind in KINDS and min(picture.width, picture.height) > 0


_REQUIRED: Mapping[str, Callable[[Row], bool]] = {
    JOBS.name: _is_ended_job,
    ATTEMPTS.name: _is_ended_attempt,
    PICTURES.name: _is_picture,
}
