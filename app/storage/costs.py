"""What was spent and what is held: sums over the ledger and the open holds, never a counter."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from app.domain.costs import Spending
from app.domain.jobs import State
from app.storage.engine import reading
from app.storage.schema import ATTEMPTS, CHARGES


class SqlCosts:
    """The `CostStore` port over a database."""

    def __init__(self, engine: Engine):
        self._engine = engine

    def spending(self, *, since: float, practice: bool, owner: str | None = None) -> Spending:
        """What was settled, is held, and may have been billed since a time (Unix seconds).

        Open holds count whatever their age: they will be settled in this window. Outcomes that stay
        unknown count where they were created. Practice money and real money are never added up.
        """
        with reading(self._engine) as connection:
            return read_spending(connection, since=since, practice=practice, owner=owner)


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
    # The literal lets the database see that the index of holds alone answers this.
    is_held = held > sa.literal_column("0")
    return sa.select(
        total(CHARGES.c.amount_micro, CHARGES.c.at >= sa.bindparam("since")).label("settled"),
        total(held, is_held, ATTEMPTS.c.state.in_([State.QUEUED, State.WAITING, State.SUBMITTED])).label("held"),
        total(held, is_held, ATTEMPTS.c.state == State.UNKNOWN, ATTEMPTS.c.created_at >= sa.bindparam("since")).label(
            "unknown"
        ),
    )


_OF_ALL = _statement(of_one=False)
_OF_ONE = _statement(of_one=True)
