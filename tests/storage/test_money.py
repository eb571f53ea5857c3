"""Whatever happens in whatever order: the sums are those of an account kept by hand, and no cap is passed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from app.domain.costs import Caps, Spending
from app.domain.errors import StudioError
from app.domain.jobs import Settlement
from app.storage.costs import SqlCosts
from app.storage.engine import writing
from app.storage.jobs import SqlJobs
from app.storage.schema import INSTALLATION, METADATA
from tests.storage.making import ALICE, BUSY, a_new_job, done, failed, rejected, unknown

CAP = 100


@dataclass
class Call:
    """One paid call as the account knows it."""

    id: str
    job_id: str
    practice: bool
    held: int
    state: str = "queued"
    charged: int = 0
    token: str = ""


@dataclass
class Account:
    """Does things to the store and writes down, apart from it, what each must have meant for the money."""

    jobs: SqlJobs
    costs: SqlCosts
    calls: list[Call] = field(default_factory=list)

    def sums(self, practice: bool) -> Spending:
        mine = [call for call in self.calls if call.practice == practice]
        return Spending(
            settled=sum(call.charged for call in mine),
            held=sum(call.held for call in mine if call.state in ("queued", "submitted")),
            unknown=sum(call.held for call in mine if call.state == "unknown"),
        )

    def admit(self, number: int) -> None:
        count, price, practice = 1 + number % 3, 1 + number % 23, number % 5 == 0
        caps = Caps(daily=CAP) if number % 2 else Caps(monthly=CAP)
        fits = self.sums(practice).committed + count * price <= CAP
        try:
            job = self.jobs.admit(a_new_job(calls=count, at_most=price, practice=practice), caps).job
        except StudioError as refusal:
            assert (fits, refusal.fault.code) == (False, "budget_exceeded")  # noqa: PT017 - either end is right
            return
        assert fits
        self.calls += [Call(attempt.id, job.id, practice, price) for attempt in job.attempts]

    def claim(self, number: int) -> None:
        call = self._pick(number, "queued")
        if call is None:
            return
        found = self.jobs.claim(call.id, "a runner", 60.0)
        assert found is not None
        attempt, _ = found
        assert attempt.token is not None
        call.state, call.token = "submitted", attempt.token

    def finish(self, number: int) -> None:
        cost = number % 17
        self._settle(number, done(cost=cost), ("submitted", "unknown"), state="done", charged=cost)

    def fail(self, number: int) -> None:
        cost = number % 19
        self._settle(number, replace(failed(), cost=cost), ("submitted", "unknown"), state="failed", charged=cost)

    def reject(self, number: int) -> None:
        self._settle(number, rejected(), ("submitted",), state="rejected", charged=0)

    def lose(self, number: int) -> None:
        call = self._pick(number, "submitted")
        if call is not None:
            assert self.jobs.settle(call.id, call.token, unknown()) is not None
            call.state = "unknown"

    def postpone(self, number: int) -> None:
        call = self._pick(number, "submitted")
        if call is not None:
            assert self.jobs.postpone(call.id, call.token, 0.0, BUSY)
            call.state = "queued"

    def cancel(self, number: int) -> None:
        for call in self._job(number):
            if call.state == "queued":
                call.state, call.held = "cancelled", 0

    def release(self, number: int) -> None:
        for call in self._job(number, release=True):
            if call.state == "unknown":
                call.held = 0

    def _settle(self, number: int, settlement: Settlement, froms: tuple[str, ...], *, state: str, charged: int) -> None:
        call = self._pick(number, *froms)
        if call is not None:
            assert self.jobs.settle(call.id, call.token, settlement) is not None
            assert self.jobs.settle(call.id, call.token, settlement) is None
            call.state, call.held, call.charged = state, 0, charged

    def _job(self, number: int, *, release: bool = False) -> list[Call]:
        if not self.calls:
            return []
        job_id = self.calls[number % len(self.calls)].job_id
        (self.jobs.release_hold if release else self.jobs.cancel)(job_id, ALICE)
        return [call for call in self.calls if call.job_id == job_id]

    def _pick(self, number: int, *states: str) -> Call | None:
        fit = [call for call in self.calls if call.state in states]
        return fit[number % len(fit)] if fit else None


STEPS: tuple[Callable[[Account, int], None], ...] = (
    Account.admit,
    Account.claim,
    Account.finish,
    Account.fail,
    Account.reject,
    Account.lose,
    Account.postpone,
    Account.cancel,
    Account.release,
)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from((Account.admit, Account.claim, *STEPS)), st.integers(0, 500)), min_size=8, max_size=40
    )
)
def test_after_every_step_the_sums_are_those_kept_by_hand(
    engine: Engine, steps: list[tuple[Callable[[Account, int], None], int]]
) -> None:
    with writing(engine) as connection:
        for table in reversed(METADATA.sorted_tables):
            if table is not INSTALLATION:
                connection.execute(table.delete())
    account = Account(SqlJobs(engine), SqlCosts(engine))
    for step, number in steps:
        step(account, number)
        for practice in (False, True):
            assert account.costs.spending(since=0.0, practice=practice) == account.sums(practice), step.__name__
    _compare_every_view(account)


def _compare_every_view(account: Account) -> None:
    """The statement, the list of unknown outcomes, the lines and the jobs all tell the same sums."""
    for practice in (False, True):
        sums = account.sums(practice)
        statement = account.costs.statement(practice=practice, days=30)
        assert statement.today == statement.month == statement.ever == sums
        assert sum(day.amount for day in statement.by_day) == sums.settled
        assert sum(model.amount for model in statement.by_model) == sums.settled
        lines = account.costs.lines(since=0.0, until=float("inf"), practice=practice)
        assert sum(line.amount for line in lines) == sums.settled
        assert sum(one.held for one in account.costs.unknown(ALICE, practice=practice, limit=1_000)) == sums.unknown
    for job_id in {call.job_id for call in account.calls}:
        job = account.jobs.find(job_id)
        assert job is not None
        calls = [call for call in account.calls if call.job_id == job_id]
        assert job.held == sum(call.held for call in calls)
        assert (job.cost or 0) == sum(call.charged for call in calls)
