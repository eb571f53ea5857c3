"""The ledger told to people: sums by window, model and day, single lines, outcomes nobody knows.

Money is micro-dollars, times are Unix seconds, days are UTC. Practice money and real money are never
in one statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.costs import MicroUSD, Spending, Usage


@dataclass(frozen=True, slots=True)
class ModelTotal:
    """What one model was charged for: so many calls, which asked for so many pictures."""

    model: str
    amount: MicroUSD
    calls: int
    pictures: int


@dataclass(frozen=True, slots=True)
class DayTotal:
    """What was charged on one UTC day."""

    day: date
    amount: MicroUSD
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Everything the studio spent, as of `now` by the database's clock; all figures are of one moment.

    `ever` has no beginning, so its `unknown` is every outcome that nobody has resolved yet.
    `first` is when the first charge was made. `by_model` (dearest first) and `by_day` (oldest first,
    only days with a charge) cover the same last days, which are given by whoever asks.
    """

    now: float
    today: Spending
    month: Spending
    ever: Spending
    first: float | None
    by_model: tuple[ModelTotal, ...]
    by_day: tuple[DayTotal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownOutcome:
    """A job with calls that were sent and never answered; `held` is what they may have cost."""

    job_id: str
    prompt: str
    model: str
    created_at: float
    held: MicroUSD


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One charge. `pictures` is how many the call asked for; `basis` is as in `Settlement`."""

    at: float
    job_id: str
    model: str
    kind: str
    pictures: int
    amount: MicroUSD
    basis: str
    usage: Usage | None
