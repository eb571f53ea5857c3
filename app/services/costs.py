"""Looking at money: what was spent, what is held, what the caps leave, and the ledger itself.

Caps hold for the whole studio, so the sums are the whole studio's too. What somebody asked for is
their own: outcomes nobody knows are told to their owner only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from app.domain.costs import Caps, MicroUSD, Spending
from app.domain.statement import DayTotal, LedgerLine, ModelTotal, UnknownOutcome
from app.services.store_ports import CostStore

DAYS = 30
"""How many UTC days the chart and the table of models look back, today included."""

_FOREVER = float("inf")


@dataclass(frozen=True, slots=True)
class Budget:
    """A cap and how far it is used. `window` is `daily` or `monthly`; `left` may still be held."""

    window: str
    limit: MicroUSD
    spending: Spending

    @property
    def left(self) -> MicroUSD:
        return max(0, self.limit - self.spending.committed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All money of the studio's present mode at one moment, `now` (Unix seconds).

    `practice`: no amount in here was charged to anybody. `ever.held` and `ever.unknown` are all that
    is held and unknown, whatever its age. `by_day` has every one of the last `DAYS` days, oldest
    first; `by_model` covers the same days, dearest first. `months` are the first days of all months
    since the first charge, newest first.
    """

    practice: bool
    now: float
    today: Spending
    month: Spending
    ever: Spending
    budgets: tuple[Budget, ...]
    unknown: tuple[UnknownOutcome, ...]
    by_model: tuple[ModelTotal, ...]
    by_day: tuple[DayTotal, ...]
    months: tuple[date, ...]

    @property
    def is_empty(self) -> bool:
        """Nothing was ever charged or held."""
        return not self.months and not self.ever.committed


@dataclass(frozen=True, slots=True)
class Costs:
    """The use case behind the spending page. `practice`: the present mode, whose money is shown."""

    store: CostStore
    caps: Caps
    practice: bool

    def overview(self, owner: str) -> Overview:
        """Everything the page shows; `owner` is whose unknown outcomes are listed."""
        statement = self.store.statement(practice=self.practice, days=DAYS)
        today = _day(statement.now)
        return Overview(
            practice=self.practice,
            now=statement.now,
            today=statement.today,
            month=statement.month,
            ever=statement.ever,
            budgets=tuple(
                Budget(window, limit, spending)
                for window, limit, spending in (
                    ("daily", self.caps.daily, statement.today),
                    ("monthly", self.caps.monthly, statement.month),
                )
                if limit is not None
            ),
            unknown=tuple(self.store.unknown(owner, practice=self.practice)),
            by_model=statement.by_model,
            by_day=_every_day(statement.by_day, today),
            months=_months_back(today, _day(statement.first)) if statement.first is not None else (),
        )

    def lines(self, month: date | None = None) -> Iterator[LedgerLine]:
        """Every charge of the UTC month that begins on `month`, or of all time; oldest first."""
        since = 0.0 if month is None else _midnight(month)
        until = _FOREVER if month is None else _midnight(_next_month(month))
        return self.store.lines(since=since, until=until, practice=self.practice)


def _every_day(totals: Sequence[DayTotal], today: date) -> tuple[DayTotal, ...]:
    known = {total.day: total for total in totals}
    days = (today - timedelta(days=back) for back in reversed(range(DAYS)))
    return tuple(known.get(day, DayTotal(day, 0, 0)) for day in days)


def _months_back(today: date, first: date) -> tuple[date, ...]:
    months = [today.replace(day=1)]
    while months[-1] > first:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return tuple(months)


def _next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _day(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
