"""`Prefer` and `Idempotency-Key`, as request headers are really written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from app.api.preferences import read_idempotency_key, read_preferences
from app.domain.errors import InvalidRequest


@pytest.mark.parametrize(
    ("values", "wait"),
    [
        ([], None),
        (["wait=20"], 20.0),
        (["WAIT = 20"], 20.0),
        (['wait="20"'], 20.0),
        (["wait=0"], 0.0),
        (["respond-async"], 0.0),
        (["Respond-Async; note=1"], 0.0),
        (["respond-async, wait=20"], 0.0),
        (["handling=lenient, wait=5"], 5.0),
        (["handling=lenient", "wait=5"], 5.0),
        (["wait=-1"], None),
        (["wait=soon"], None),
        (["wait=1e3"], None),
        (["wait"], None),
        (["wait=99999999"], None),
        (["return=minimal"], None),
        ([",;=,"], None),
    ],
)
def test_the_first_preference_that_is_understood_decides(values: list[str], wait: float | None) -> None:
    headers = Headers([("Prefer", value) for value in values])
    assert read_preferences(headers).wait == wait


@given(st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"])))
def test_no_preference_is_an_error(value: str) -> None:
    wait = read_preferences(Headers([("Prefer", value)])).wait
    assert wait is None or wait >= 0


def test_a_request_without_a_key_has_none() -> None:
    assert read_idempotency_key(Headers()) is None


@pytest.mark.parametrize("key", ["a", "!~", "k" * 255])
def test_visible_ascii_is_a_key(key: str) -> None:
    assert read_idempotency_key(Headers([("Idempotency-Key", key)])) == key


@pytest.mark.parametrize("key", ["", " ", "a b", "k" * 256, "é", "\x7f"])
def test_anything_else_is_refused_by_the_name_of_its_header(key: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_idempotency_key(Headers([("Idempotency-Key", key)]))
    assert caught.value.fault.param == "Idempotency-Key"
