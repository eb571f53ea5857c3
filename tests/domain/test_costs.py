from decimal import InvalidOperation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.costs import Quote, Spending, Usage, dollars, from_dollars

amounts = st.integers(-(10**15), 10**15)
counts = st.integers(0, 10**9)
usages = st.builds(Usage, counts, counts, counts, counts)


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "0.000000"), (1, "0.000001"), (5880, "0.005880"), (1_000_000, "1.000000"), (12_345_678, "12.345678"),
     (-5880, "-0.005880")],
)  # fmt: skip
def test_an_amount_is_written_with_six_places(amount: int, text: str) -> None:
    assert dollars(amount) == text


@given(amounts)
def test_an_amount_survives_being_written_and_read(amount: int) -> None:
    assert from_dollars(dollars(amount)) == amount


@pytest.mark.parametrize(("text", "amount"), [("0.0000001", 1), ("0.0059", 5900), ("10", 10_000_000), ("1e-7", 1)])
def test_dollars_are_read_rounded_up(text: str, amount: int) -> None:
    assert from_dollars(text) == amount


@pytest.mark.parametrize("text", ["", "a lot", "1,50", "$5"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidOperation):
        from_dollars(text)


@given(usages, usages)
def test_usage_adds_up_kind_by_kind(one: Usage, other: Usage) -> None:
    both = one + other
    assert both.input_tokens == one.input_tokens + other.input_tokens
    assert both.output_tokens == one.output_tokens + other.output_tokens
    assert both.total_tokens == one.total_tokens + other.total_tokens
    assert Usage(**both.as_record()) == both


def test_usage_counts_each_kind_once() -> None:
    usage = Usage(input_text_tokens=1, input_image_tokens=20, output_image_tokens=300, output_text_tokens=4000)
    assert (usage.input_tokens, usage.output_tokens, usage.total_tokens) == (21, 4300, 4321)


def test_a_quote_is_told_in_dollars() -> None:
    quote = Quote(estimate=5935, at_most=6005, exact=True, tokens={"output_image_tokens": 196}, note="why")
    assert quote.as_record() == {
        "estimate_usd": "0.005935",
        "at_most_usd": "0.006005",
        "tokens": {"output_image_tokens": 196},
        "exact": True,
        "note": "why",
    }


def test_what_may_have_been_billed_counts_against_a_cap() -> None:
    assert Spending(settled=1, held=20, unknown=300).committed == 321
