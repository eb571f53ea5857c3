"""The benchmark still finds what it measures: nobody runs it when code moves."""

from __future__ import annotations

from tests.bench.steps import _STEPS


def test_every_step_of_the_profile_is_a_function_that_exists() -> None:
    places = [place for places in _STEPS.values() for place in places]
    assert places
    assert all(callable(getattr(owner, name, None)) for owner, name in places)
