import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import is_id, new_id

moments = st.floats(min_value=0, max_value=2**38, allow_nan=False)


@given(moments, moments)
def test_identifiers_sort_by_the_time_they_were_made(one: float, other: float) -> None:
    if int(one * 1000) < int(other * 1000):
        assert new_id(one) < new_id(other)


def test_an_identifier_begins_with_its_moment_in_milliseconds() -> None:
    assert new_id(0.0).startswith("0000000000")
    assert new_id(1.0).startswith("00000000z8")  # 31·32 + 8 = 1000
    before, made, after = new_id(time.time())[:10], new_id()[:10], new_id(time.time())[:10]
    assert before <= made <= after


def test_identifiers_of_one_moment_differ() -> None:
    assert len({new_id(1_700_000_000.0) for _ in range(1000)}) == 1000


def test_an_identifier_made_now_sorts_after_one_of_an_hour_ago_and_before_the_end_of_time() -> None:
    assert new_id(1_700_000_000.0) < new_id() < "7zzzzzzzzzzzzzzzzzzzzzzzzz"


@given(moments)
def test_an_identifier_is_26_characters_fit_for_a_url(moment: float) -> None:
    made = new_id(moment)
    assert is_id(made)
    assert len(made) == 26
    assert set(made) <= set(string.ascii_lowercase + string.digits)


@pytest.mark.parametrize(
    "text", ["", "a" * 25, "a" * 27, "A" * 26, "i" * 26, "../" + "a" * 23, "é" * 26, "a" * 25 + "\n"]
)
def test_what_has_another_shape_is_no_identifier(text: str) -> None:
    assert not is_id(text)
