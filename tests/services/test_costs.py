"""What the studio says about its money, over a store that answers as it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from app.domain.costs import Caps, Spending
from app.domain.statement import DayTotal, LedgerLine, ModelTotal, Statement, UnknownOutcome
from app.services.costs import DAYS, Costs

NOON = datetime(2028, 3, 1, 12, tzinfo=UTC).timestamp()
NOTHING = Spending(0, 0, 0)
LOST = UnknownOutcome(job_id="j", prompt="a cat", model="gpt-image-2", created_at=NOON, held=7)


def a_statement(
    *,
    today: Spending = NOTHING,
    month: Spending = NOTHING,
    ever: Spending = NOTHING,
    first: float | None = None,
    by_model: tuple[ModelTotal, ...] = (),
    by_day: tuple[DayTotal, ...] = (),
) -> Statement:
    return Statement(now=NOON, today=today, month=month, ever=ever, first=first, by_model=by_model, by_day=by_day)


@dataclass
class Ledger:
    """A cost store that says what it was told to say, and remembers what it was asked."""

    told: Statement = field(default_factory=a_statement)
    asked: list[dict[str, object]] = field(default_factory=list)

    def spending(self, *, since: float, practice: bool, owner: str | None = None) -> Spending:
        raise AssertionError("sums of different moments must not stand side by side")

    def statement(self, *, practice: bool, days: int) -> Statement:
        self.asked.append({"practice": practice, "days": days})
        return self.told

    def unknown(self, owner: str, *, practice: bool, limit: int = 100) -> Sequence[UnknownOutcome]:
        self.asked.append({"practice": practice, "owner": owner})
        return [LOST]

    def lines(self, *, since: float, until: float, practice: bool) -> Iterator[LedgerLine]:
        self.asked.append({"practice": practice, "since": since, "until": until})
        return iter(())


def costs(told: Statement | None = None, caps: Caps | None = None, *, practice: bool = False) -> tuple[Costs, Ledger]:
    ledger = Ledger(told or a_statement())
    return Costs(store=ledger, caps=caps or Caps(), practice=practice), ledger


@pytest.mark.parametrize("practice", [True, False])
def test_only_money_of_the_present_mode_is_asked_for(practice: bool) -> None:
    use_case, ledger = costs(practice=practice)
    assert use_case.overview("alice").practice is practice
    list(use_case.lines())
    assert [asked["practice"] for asked in ledger.asked] == [practice] * 3


def test_unknown_outcomes_are_those_of_whoever_looks() -> None:
    use_case, ledger = costs()
    assert use_case.overview("alice").unknown == (LOST,)
    assert {"practice": False, "owner": "alice"} in ledger.asked


def test_each_cap_tells_what_is_left_of_its_own_window() -> None:
    statement = a_statement(today=Spending(1, 20, 300), month=Spending(4_000, 20, 300))
    use_case, _ = costs(statement, Caps(daily=1_000, monthly=5_000))
    daily, monthly = use_case.overview("alice").budgets
    assert (daily.window, daily.limit, daily.left) == ("daily", 1_000, 679)
    assert (monthly.window, monthly.limit, monthly.left) == ("monthly", 5_000, 680)


def test_a_cap_that_was_passed_leaves_nothing_rather_than_less() -> None:
    use_case, _ = costs(a_statement(today=Spending(900, 101, 0)), Caps(daily=1_000))
    assert [budget.left for budget in use_case.overview("alice").budgets] == [0]


def test_a_cap_of_nothing_is_a_cap() -> None:
    use_case, _ = costs(caps=Caps(daily=0))
    assert [budget.left for budget in use_case.overview("alice").budgets] == [0]
    assert costs()[0].overview("alice").budgets == ()


def test_every_one_of_the_last_days_is_there_once_also_across_a_leap_day() -> None:
    known = DayTotal(date(2028, 2, 29), 42, 2)
    use_case, ledger = costs(a_statement(by_day=(known,)))
    days = use_case.overview("alice").by_day
    assert {"practice": False, "days": DAYS} in ledger.asked
    assert len(days) == DAYS
    assert (days[0].day, days[-1].day) == (date(2028, 2, 1), date(2028, 3, 1))
    assert [day for day in days if day.calls] == [known]
    assert days[-2] == known


def test_the_months_reach_back_to_the_first_charge() -> None:
    first = datetime(2027, 12, 31, 23, 59, tzinfo=UTC).timestamp()
    use_case, _ = costs(a_statement(first=first))
    assert use_case.overview("alice").months == (
        date(2028, 3, 1),
        date(2028, 2, 1),
        date(2028, 1, 1),
        date(2027, 12, 1),
    )


def test_a_first_charge_on_the_first_day_of_a_month_begins_no_earlier_month() -> None:
    first = datetime(2028, 3, 1, tzinfo=UTC).timestamp()
    use_case, _ = costs(a_statement(first=first))
    assert use_case.overview("alice").months == (date(2028, 3, 1),)


def test_nothing_charged_and_nothing_held_is_empty() -> None:
    assert costs()[0].overview("alice").is_empty
    assert not costs(a_statement(ever=Spending(0, 1, 0)))[0].overview("alice").is_empty
    assert not costs(a_statement(ever=Spending(0, 0, 1)))[0].overview("alice").is_empty
    assert not costs(a_statement(first=NOON))[0].overview("alice").is_empty


@pytest.mark.parametrize(
    ("month", "since", "until"),
    [
        (date(2028, 2, 1), datetime(2028, 2, 1, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)),
        (date(2027, 12, 1), datetime(2027, 12, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)),
    ],
)
def test_lines_of_a_month_are_those_of_its_utc_window(month: date, since: datetime, until: datetime) -> None:
    use_case, ledger = costs()
    list(use_case.lines(month))
    assert ledger.asked == [{"practice": False, "since": since.timestamp(), "until": until.timestamp()}]


def test_lines_without_a_month_are_all_lines() -> None:
    use_case, ledger = costs()
    list(use_case.lines())
    assert ledger.asked == [{"practice": False, "since": 0.0, "until": float("inf")}]
