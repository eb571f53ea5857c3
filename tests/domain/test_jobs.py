from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.jobs import MOVES, State, may_move, state_of_job

Q, S, W, D, R, F, U, C = (
    State.QUEUED, State.SUBMITTED, State.WAITING, State.DONE, State.REJECTED, State.FAILED, State.UNKNOWN,
    State.CANCELLED,
)  # fmt: skip

LEGAL = {
    (Q, S), (Q, C), (Q, R),
    (W, S), (W, C), (W, R),
    (S, D), (S, R), (S, F), (S, U), (S, W),
    (U, D), (U, F),
}  # fmt: skip


@pytest.mark.parametrize(("start", "end"), list(product(State, State)))
def test_an_attempt_moves_only_as_the_rules_say(start: State, end: State) -> None:
    assert may_move(start, end) is ((start, end) in LEGAL)


def test_every_state_has_its_moves_written_down() -> None:
    assert set(MOVES) == set(State)


def test_an_unknown_outcome_is_never_sent_again() -> None:
    reached, frontier = set(), {U}
    while frontier:
        state = frontier.pop()
        reached.add(state)
        frontier |= MOVES[state] - reached
    assert reached & {Q, S, W} == set()


def test_only_queued_and_waiting_are_sent_by_the_machine() -> None:
    assert {state for state in State if state.is_sendable} == {Q, W}
    assert {state for state in State if may_move(state, S)} == {Q, W}


def test_open_states_are_those_that_still_await_something() -> None:
    assert {state for state in State if not state.is_final} == {Q, S, W}


@pytest.mark.parametrize(
    ("attempts", "job"),
    [
        ([Q], Q),
        ([Q, Q], Q),
        ([S], S),
        ([W], W),
        ([W, W], W),
        ([D], D),
        ([R], R),
        ([F], F),
        ([U], U),
        ([C], C),
        ([Q, S], S),
        ([Q, D], S),
        ([Q, F], S),
        ([Q, W], S),
        ([W, S], S),
        ([W, D], W),
        ([D, S], S),
        ([D, F], D),
        ([D, U], D),
        ([D, R, C], D),
        ([U, F], U),
        ([F, R], F),
        ([R, C], R),
    ],
)
def test_a_job_stands_where_its_attempts_lead_it(attempts: list[State], job: State) -> None:
    assert state_of_job(attempts) is job
    assert state_of_job(reversed(attempts)) is job


@given(st.lists(st.sampled_from(State), min_size=1))
def test_a_job_is_open_exactly_while_an_attempt_is(attempts: list[State]) -> None:
    assert state_of_job(attempts).is_final is all(state.is_final for state in attempts)


@given(st.lists(st.sampled_from([D, R, F, U, C]), min_size=1))
def test_a_job_that_brought_any_picture_is_done(attempts: list[State]) -> None:
    assert (state_of_job(attempts) is D) is (D in attempts)
