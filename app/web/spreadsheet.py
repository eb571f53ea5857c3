"""The ledger as CSV (RFC 4180, UTF-8) that is safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO
from itertools import chain, islice

from app.domain.costs import dollars
from app.domain.statement import LedgerLine

COLUMNS = ("date_time", "job", "model", "kind", "pictures", "amount_usd", "basis", "tokens")

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Spreadsheet programs run what begins so (https://owasp.org/www-community/attacks/CSV_Injection)."""

_ROWS_AT_ONCE = 200


def ledger_as_csv(lines: Iterable[LedgerLine]) -> Iterator[bytes]:
    """The file in pieces: a row of names, then a row for each line.

    Times are UTC in ISO 8601, amounts exact US dollars, `pictures` how many the call asked for;
    `tokens` is empty where the provider reported none.
    """
    rows = chain([COLUMNS], map(_row, lines))
    while piece := list(islice(rows, _ROWS_AT_ONCE)):
        yield _encoded(piece)


def _row(line: LedgerLine) -> tuple[str, ...]:
    return (
        datetime.fromtimestamp(line.at, UTC).isoformat(timespec="seconds"),
        line.job_id,
        line.model,
        line.kind,
        str(line.pictures),
        dollars(line.amount),
        line.basis,
        "" if line.usage is None else str(line.usage.total_tokens),
    )


def _encoded(rows: Iterable[Iterable[str]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text).writerows([_defused(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8", "backslashreplace")  # a gateway's model name can hold anything


def _defused(cell: str) -> str:
    """A leading apostrophe makes it text."""
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell
