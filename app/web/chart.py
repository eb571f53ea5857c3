"""Drawings of money as plain numbers for SVG: a bar for each day, a bar for each budget.

Both are drawn in a box of fixed units that the page stretches to its width, so they hold no text and
no round corners, which would be stretched with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.costs import MicroUSD
from app.domain.statement import DayTotal
from app.services.costs import Budget
from app.web.wording import short_day

CHART_HEIGHT = 100
_PITCH = 10
_BAR = 8
_LEAST = 2
"""The height of the lowest bar: a day with any charge differs from one without."""

METER_WIDTH = 1_000


@dataclass(frozen=True, slots=True)
class Bar:
    """One day's bar in the chart's units; `height` is 0 for a day without a charge."""

    label: str
    amount: MicroUSD
    calls: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars from the oldest day to the newest; the highest reaches the top and stands for `highest`."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    highest: MicroUSD
    total: MicroUSD


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a budget: `settled`, `held` or `unknown`."""

    kind: str
    amount: MicroUSD
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Meter:
    """A budget and what fills it; the parts never reach beyond the end, even when the sum does."""

    budget: Budget
    parts: tuple[Part, ...]

    @property
    def is_near(self) -> bool:
        """Whether less than a tenth of it is left."""
        return self.budget.left * 10 < self.budget.limit or not self.budget.limit


def bar_chart(days: Sequence[DayTotal]) -> Chart:
    """A chart of at least one day."""
    highest = max(day.amount for day in days)
    bars = []
    for index, day in enumerate(days):
        height = max(_LEAST, day.amount * CHART_HEIGHT // highest) if day.amount else 0
        x = index * _PITCH + (_PITCH - _BAR) // 2
        label = short_day(day.day)
        bars.append(Bar(label, day.amount, day.calls, x, CHART_HEIGHT - height, _BAR, height))
    return Chart(len(days) * _PITCH, CHART_HEIGHT, tuple(bars), highest, sum(day.amount for day in days))


def meter(budget: Budget) -> Meter:
    """What fills a budget, in the order in which it is certain to be owed."""
    spending = budget.spending
    parts: list[Part] = []
    filled, end = 0, 0
    for kind, amount in (("settled", spending.settled), ("held", spending.held), ("unknown", spending.unknown)):
        start, filled = end, filled + amount
        # A cap of nothing is full from the start.
        end = min(METER_WIDTH, filled * METER_WIDTH // budget.limit) if budget.limit else METER_WIDTH
        parts.append(Part(kind, amount, start, end - start))
    return Meter(budget, tuple(parts))
