"""One gate for all processes: cool-downs add up to the longer one, a pause ends by exactly one trial."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from app.domain.errors import Fault
from app.domain.gates import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, PATIENCE_SECONDS, Passage, next_pause
from app.storage.gates import SqlGate
from app.storage.schema import PROVIDER_GATES as GATES
from tests.storage.making import Child, execute, race

QUOTA = Fault(
    "upstream_quota", "There is no credit left.", upstream_request_id="req_1", details={"upstream_status": 429}
)
AUTH = Fault("upstream_auth", "The key is not accepted.")
TRIAL_SECONDS = 100.0


@pytest.fixture
def gate(engine: Engine) -> SqlGate:
    return SqlGate(engine, "an account", TRIAL_SECONDS)


@pytest.fixture
def pass_time(engine: Engine) -> Callable[[float], None]:
    """Moves everything that the gate remembers into the past."""

    def later(seconds: float) -> None:
        times = (GATES.c.cool_until, GATES.c.limited_since, GATES.c.paused_at, GATES.c.paused_until)
        execute(engine, GATES.update().values({column: column - seconds for column in times}))

    return later


def test_a_gate_that_nobody_closed_is_open(gate: SqlGate) -> None:
    assert gate.enter() == Passage()
    assert gate.notice() is None


def test_a_cool_down_holds_everybody_back_and_the_longer_one_counts(gate: SqlGate, engine: Engine) -> None:
    gate.cool(30.0)
    gate.cool(5.0)
    elsewhere = SqlGate(engine, "an account", TRIAL_SECONDS)
    assert 25.0 < elsewhere.enter().seconds <= 30.0
    gate.cool(90.0)
    assert 85.0 < elsewhere.enter().seconds <= 90.0
    assert gate.notice() is None  # nobody has to be told, and nothing is refused


def test_a_cool_down_ends_by_itself_and_lets_all_through(gate: SqlGate, pass_time: Callable[[float], None]) -> None:
    gate.cool(30.0)
    pass_time(31.0)
    assert [gate.enter().seconds for _ in range(3)] == [0.0] * 3
    assert not gate.enter().trial


def test_how_long_nothing_was_let_through_is_counted_until_a_call_passes(
    gate: SqlGate, pass_time: Callable[[float], None]
) -> None:
    for _ in range(7):
        gate.cool(100.0)
        pass_time(100.0)
    assert gate.enter().limited_for == pytest.approx(700.0, abs=5.0)
    assert gate.enter().limited_for > PATIENCE_SECONDS
    gate.passed(after_trial=False)
    assert gate.enter().limited_for == 0.0


def test_a_rate_limit_of_long_ago_is_not_counted(gate: SqlGate, pass_time: Callable[[float], None]) -> None:
    gate.cool(10.0)
    pass_time(PATIENCE_SECONDS + 20.0)
    gate.cool(10.0)
    assert gate.enter().limited_for < 5.0


def test_another_account_has_a_gate_of_its_own(gate: SqlGate, engine: Engine) -> None:
    gate.pause(QUOTA, after_trial=False)
    gate.cool(60.0)
    assert SqlGate(engine, "another key", TRIAL_SECONDS).enter() == Passage()


def test_a_pause_holds_everybody_back_and_says_why(gate: SqlGate, engine: Engine) -> None:
    gate.pause(QUOTA, after_trial=False)
    elsewhere = SqlGate(engine, "an account", TRIAL_SECONDS)
    passage, notice = elsewhere.enter(), elsewhere.notice()
    assert FIRST_PAUSE_SECONDS - 5.0 < passage.seconds <= FIRST_PAUSE_SECONDS
    assert not passage.trial
    assert notice is not None
    assert (notice.code, notice.message, notice.details) == (QUOTA.code, QUOTA.message, QUOTA.details)
    assert notice.retry_after is not None
    assert FIRST_PAUSE_SECONDS - 5.0 < notice.retry_after <= FIRST_PAUSE_SECONDS


def test_calls_that_were_under_way_neither_prolong_a_pause_nor_change_its_reason(
    gate: SqlGate, pass_time: Callable[[float], None]
) -> None:
    gate.pause(QUOTA, after_trial=False)
    pass_time(30.0)
    gate.pause(AUTH, after_trial=False)
    notice = gate.notice()
    assert notice is not None
    assert notice.code == "upstream_quota"
    assert gate.enter().seconds <= FIRST_PAUSE_SECONDS - 30.0


def test_at_the_end_of_a_pause_one_call_is_the_trial_and_the_others_wait(
    gate: SqlGate, pass_time: Callable[[float], None]
) -> None:
    gate.pause(QUOTA, after_trial=False)
    pass_time(FIRST_PAUSE_SECONDS)
    assert gate.notice() is None  # the next request may come in, and try
    assert gate.enter() == Passage(trial=True)
    waiting = gate.enter()
    assert not waiting.trial
    assert TRIAL_SECONDS - 5.0 < waiting.seconds <= TRIAL_SECONDS


def test_of_many_threads_and_processes_exactly_one_is_the_trial(
    gate: SqlGate, pass_time: Callable[[float], None], url: str, data_dir: Path
) -> None:
    gate.pause(QUOTA, after_trial=False)
    pass_time(FIRST_PAUSE_SECONDS)
    told = race(*(Child("enter", url, data_dir, name="an account", threads=20) for _ in range(2)))
    assert sum(map(sum, told)) == 1


def test_a_trial_that_succeeds_opens_the_gate(gate: SqlGate, pass_time: Callable[[float], None]) -> None:
    gate.pause(QUOTA, after_trial=False)
    pass_time(FIRST_PAUSE_SECONDS)
    gate.enter()
    gate.passed(after_trial=True)
    assert gate.enter() == gate.enter() == Passage()
    gate.pause(AUTH, after_trial=False)
    assert gate.enter().seconds <= FIRST_PAUSE_SECONDS  # a new pause begins short again


def test_success_of_a_call_that_began_before_the_pause_does_not_end_it(gate: SqlGate) -> None:
    gate.pause(QUOTA, after_trial=False)
    gate.passed(after_trial=False)
    assert gate.notice() is not None


def test_each_failed_trial_doubles_the_pause_up_to_a_quarter_of_an_hour(
    gate: SqlGate, pass_time: Callable[[float], None]
) -> None:
    gate.pause(QUOTA, after_trial=False)
    lengths = []
    for _ in range(6):
        pass_time(LONGEST_PAUSE_SECONDS + TRIAL_SECONDS)
        assert gate.enter().trial
        gate.pause(QUOTA, after_trial=True)
        lengths.append(round(gate.enter().seconds, -1))
    assert lengths == [120, 240, 480, 900, 900, 900]
    assert next_pause(60.0) == 120.0


def test_a_trial_whose_process_died_is_followed_by_another(gate: SqlGate, pass_time: Callable[[float], None]) -> None:
    gate.pause(QUOTA, after_trial=False)
    pass_time(FIRST_PAUSE_SECONDS)
    assert gate.enter().trial
    pass_time(TRIAL_SECONDS)
    assert gate.enter().trial


def test_somebody_may_have_it_tried_at_once(gate: SqlGate) -> None:
    gate.pause(QUOTA, after_trial=False)
    gate.retry()
    assert gate.notice() is None
    assert gate.enter().trial
    gate.retry(40.0)
    assert 35.0 < gate.enter().seconds <= 40.0


def test_trying_at_once_changes_nothing_while_there_is_no_pause(gate: SqlGate) -> None:
    gate.cool(30.0)
    gate.retry()
    assert gate.enter().seconds > 25.0
    assert not gate.enter().trial


def test_a_cool_down_within_a_pause_delays_the_trial(gate: SqlGate, pass_time: Callable[[float], None]) -> None:
    gate.pause(QUOTA, after_trial=False)
    gate.cool(90.0)
    pass_time(FIRST_PAUSE_SECONDS)
    assert 25.0 < gate.enter().seconds <= 30.0


def test_threads_that_close_a_new_gate_at_once_do_not_trip_over_each_other(gate: SqlGate) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: gate.cool(float(number)), range(32)))
    assert 25.0 < gate.enter().seconds <= 31.0
