"""What was spent and what is held: sums over the ledger and the open holds, never a counter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from app.domain.costs import Spending, Usage
from app.domain.jobs import State
from app.domain.statement import DayTotal, LedgerLine, ModelTotal, Statement, UnknownOutcome
from app.storage.clock import DatabaseNow, start_of_day, start_of_month
from app.storage.engine import reading
from app.storage.schema import ATTEMPTS, CHARGES, JOBS

_DAY_SECONDS = 86_400.0
_LINES_AT_ONCE = 500


class SqlCosts:
    """The `CostStore` port over a database."""

    def __init__(self, engine: Engine, lines_at_once: int = _LINES_AT_ONCE):
        self._engine = engine
        self._lines_at_once = lines_at_once

    def spending(self, *, since: float, practice: bool, owner: str | None = None) -> Spending:
        """What was settled, is held, and may have been billed since a time (Unix seconds).

        Open holds count whatever their age: they will be settled in this window. Outcomes that stay
        unknown count where they were created. Practice money and real money are never added up.
        """
        with reading(self._engine) as connection:
            return read_spending(connection, since=since, practice=practice, owner=owner)

    def statement(self, *, practice: bool, days: int) -> Statement:
        """All sums of one moment; those by model and by day cover the last `days` UTC days, today included."""
        with reading(self._engine) as connection:
            now = connection.execute(_NOW).scalar_one()
            today = start_of_day(now)
            values = {"practice": practice, "since": today - (days - 1) * _DAY_SECONDS}
            return Statement(
                now=now,
                today=read_spending(connection, since=today, practice=practice),
                month=read_spending(connection, since=start_of_month(now), practice=practice),
                ever=read_spending(connection, since=0.0, practice=practice),
                first=connection.execute(_FIRST, {"practice": practice}).scalar_one(),
                by_model=tuple(
                    ModelTotal(row.model, int(row.amount), row.calls, int(row.pictures))
                    for row in connection.execute(_BY_MODEL, values)
                ),
                by_day=tuple(
                    DayTotal(date.fromisoformat(row.day), int(row.amount), row.calls)
                    for row in connection.execute(_BY_DAY, values)
                ),
            )

    def unknown(self, owner: str, *, practice: bool, limit: int = 100) -> Sequence[UnknownOutcome]:
        """That owner's jobs whose unknown outcomes still hold money, newest first."""
        values = {"owner": owner, "practice": practice, "at_most": limit}
        with reading(self._engine) as connection:
            return [
                UnknownOutcome(
                    job_id=row.id, prompt=row.prompt, model=row.model, created_at=row.created_at, held=int(row.held)
                )
                for row in connection.execute(_UNKNOWN, values)
            ]

    def lines(self, *, since: float, until: float, practice: bool) -> Iterator[LedgerLine]:
        """Every charge from `since` to before `until`, oldest first, in constant memory.

        Each page is a transaction of its own: whoever reads slowly must not keep writers waiting.
        """
        at, last = since, ""
        while True:
            values = {"practice": practice, "at": at, "last": last, "until": until, "at_most": self._lines_at_once}
            with reading(self._engine) as connection:
                rows = connection.execute(_LINES, values).all()
            for row in rows:
                yield LedgerLine(
                    at=row.at,
                    job_id=row.job_id,
                    model=row.model,
                    kind=row.kind,
                    pictures=row.n,
                    amount=row.amount_micro,
                    basis=row.basis,
                    usage=None if row.usage is None else Usage(**row.usage),
                )
            if len(rows) < self._lines_at_once:
                return
            at, last = rows[-1].at, rows[-1].id


def read_spending(connection: Connection, *, since: float, practice: bool, owner: str | None = None) -> Spending:
    """The same within a transaction; one statement, so that a settlement is never seen by half."""
    values = {"since": since, "practice": practice}
    if owner is None:
        row = connection.execute(_OF_ALL, values).one()
    else:
        row = connection.execute(_OF_ONE, values | {"owner": owner}).one()
    return Spending(settled=int(row.settled), held=int(row.held), unknown=int(row.unknown))


def _statement(*, of_one: bool) -> sa.Select[int, int, int]:
    def total(column: sa.Column[int], *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        table = column.table
        query = sa.select(sa.func.coalesce(sa.func.sum(column), 0))
        query = query.where(table.c.practice == sa.bindparam("practice"), *conditions)
        if of_one:
            query = query.where(table.c.owner == sa.bindparam("owner"))
        return query.scalar_subquery()

    held = ATTEMPTS.c.held_micro
    return sa.select(
        total(CHARGES.c.amount_micro, CHARGES.c.at >= sa.bindparam("since")).label("settled"),
        total(held, _IS_HELD, ATTEMPTS.c.state.in_([State.QUEUED, State.WAITING, State.SUBMITTED])).label("held"),
        total(held, _IS_HELD, ATTEMPTS.c.state == State.UNKNOWN, ATTEMPTS.c.created_at >= sa.bindparam("since")).label(
            "unknown"
        ),
    )


# The literal lets the database see that the index of holds alone answers this.
_IS_HELD = ATTEMPTS.c.held_micro > sa.literal_column("0")
_OF_ALL = _statement(of_one=False)
_OF_ONE = _statement(of_one=True)
_NOW = sa.select(DatabaseNow())

_IN_MODE = CHARGES.c.practice == sa.bindparam("practice")
_AMOUNT = sa.func.sum(CHARGES.c.amount_micro).label("amount")
_CALLS = sa.func.count().label("calls")
_FIRST = sa.select(sa.func.min(CHARGES.c.at)).where(_IN_MODE)
_BY_MODEL = (
    sa.select(CHARGES.c.model, _AMOUNT, _CALLS, sa.func.sum(ATTEMPTS.c.n).label("pictures"))
    .join(ATTEMPTS, ATTEMPTS.c.id == CHARGES.c.attempt_id)
    .where(_IN_MODE, CHARGES.c.at >= sa.bindparam("since"))
    .group_by(CHARGES.c.model)
    .order_by(_AMOUNT.desc(), CHARGES.c.model)
)
_BY_DAY = (
    sa.select(CHARGES.c.day, _AMOUNT, _CALLS)
    .where(_IN_MODE, CHARGES.c.at >= sa.bindparam("since"))
    .group_by(CHARGES.c.day)
    .order_by(CHARGES.c.day)
)
_UNKNOWN = (
    sa.select(
        JOBS.c.id, JOBS.c.prompt, JOBS.c.model, JOBS.c.created_at, sa.func.sum(ATTEMPTS.c.held_micro).label("held")
    )
    .join(ATTEMPTS, ATTEMPTS.c.job_id == JOBS.c.id)
    .where(
        ATTEMPTS.c.practice == sa.bindparam("practice"),
        ATTEMPTS.c.state == State.UNKNOWN,
        _IS_HELD,
        JOBS.c.owner == sa.bindparam("owner"),
    )
    .group_by(JOBS.c.id)
    .order_by(JOBS.c.id.desc())
    .limit(sa.bindparam("at_most"))
)
_LINES = (
    sa.select(CHARGES, ATTEMPTS.c.n)
    .join(ATTEMPTS, ATTEMPTS.c.id == CHARGES.c.attempt_id)
    .where(
        _IN_MODE,
        CHARGES.c.at >= sa.bindparam("at"),
        CHARGES.c.at < sa.bindparam("until"),
        sa.tuple_(CHARGES.c.at, CHARGES.c.id) > sa.tuple_(sa.bindparam("at"), sa.bindparam("last")),
    )
    .order_by(CHARGES.c.at, CHARGES.c.id)
    .limit(sa.bindparam("at_most"))
)
