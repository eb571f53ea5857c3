"""The price of a turn: the picture as the Image API has it, and the text model's words beside it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.domain.catalogue import Catalogue
from app.domain.costs import Usage
from app.domain.requests import Generate, Turn
from app.domain.text_models import TextRates
from tests.domain.conftest import PictureMaker

FIRST = Turn(prompt="a cat", text_model="gpt-5.6-sol", model="gpt-image-2", size="1024x1024", quality="low")
DRAWN = Usage(input_text_tokens=20, output_image_tokens=196)
TALKED = Usage(text_model_input_tokens=1000, text_model_output_tokens=100)


def test_what_is_charged_is_the_sum_of_both_models(catalogue: Catalogue) -> None:
    picture = catalogue.cost_of(Generate(prompt="a cat", model="gpt-image-2"), DRAWN)
    assert catalogue.cost_of(FIRST, DRAWN + TALKED) == picture + 1000 * 4 + 100 * 20


def test_cached_input_is_cheaper_and_written_input_dearer(catalogue: Catalogue) -> None:
    cached = replace(TALKED, text_model_cached_tokens=500)
    written = replace(TALKED, text_model_written_tokens=500)
    plain = catalogue.cost_of(FIRST, TALKED)
    assert catalogue.cost_of(FIRST, cached) == plain - 500 * 4 + 200
    assert catalogue.cost_of(FIRST, written) == plain + 500


def test_a_long_input_makes_the_whole_turn_dearer() -> None:
    rates = TextRates(input=Decimal(1), cached=Decimal(1), written=Decimal(1), output=Decimal(2), long_after=1000)
    assert rates.cost(TALKED) == 1000 + 200
    assert rates.cost(replace(TALKED, text_model_input_tokens=1001)) == 2 * 1001 + 300
    assert replace(rates, long_after=None).cost(replace(TALKED, text_model_input_tokens=1001)) == 1001 + 200


def test_an_unknown_text_model_is_held_at_the_dearest_known_prices(catalogue: Catalogue, today: date) -> None:
    unknown = replace(FIRST, text_model="a-model-of-some-gateway")
    held = catalogue.quote(unknown).at_most
    assert held >= max(catalogue.quote(replace(FIRST, text_model=m.id)).at_most for m in catalogue.text_models)
    assert catalogue.cost_of(unknown, TALKED) == 1000 * 10 + 100 * 50
    assert "text model a-model-of-some-gateway" in " ".join(catalogue.warnings(unknown, today=today))
    assert catalogue.warnings(FIRST, today=today) == ()


def test_the_models_offered_have_prices_and_one_is_the_default(catalogue: Catalogue) -> None:
    assert catalogue.text_model(catalogue.default_text_model).known
    assert catalogue.text_model("gpt-5.6").id == "gpt-5.6-sol"
    for model in catalogue.text_models:
        rates = model.rates
        assert 0 < rates.cached < rates.input <= rates.written < rates.output
        assert model.as_record()["prices_verified_on"] == "2026-11-21"


def test_a_quote_is_no_promise_but_its_most_is_a_bound(catalogue: Catalogue, picture: PictureMaker) -> None:
    quote = catalogue.quote(FIRST)
    image = catalogue.quote(Generate(prompt="a cat", model="gpt-image-2", size="1024x1024", quality="low"))
    assert not quote.exact
    assert image.estimate < quote.estimate < quote.at_most
    assert quote.tokens["text_model_output_tokens"] > 0
    assert quote.note is not None
    turns = [
        FIRST,
        replace(FIRST, previous="resp_1"),
        replace(FIRST, previous="resp_1", history_tokens=50_000),
        replace(FIRST, previous="resp_1", history_tokens=50_000, images=(picture(),)),
    ]
    held = [catalogue.quote(turn).at_most for turn in turns]
    assert held == sorted(held)
    (call,) = catalogue.plan(FIRST)
    assert (call.n, call.stream, call.at_most) == (1, False, quote.at_most)
    assert catalogue.plan(replace(FIRST, partial_images=2))[0].stream


@pytest.mark.parametrize(
    ("usage", "plausible"),
    [
        (DRAWN + TALKED, True),
        (TALKED, True),  # an answer in words alone
        (DRAWN, False),
        (replace(TALKED, text_model_input_tokens=-1), False),
        (replace(TALKED, text_model_cached_tokens=600, text_model_written_tokens=500), False),
        (replace(TALKED, text_model_output_tokens=10**9), False),
    ],
)
def test_only_usage_that_can_be_explained_is_settled(catalogue: Catalogue, usage: Usage, plausible: bool) -> None:
    assert catalogue.plausible(FIRST, 1, usage) is plausible


def test_counts_of_the_text_model_are_told_only_where_there_is_one() -> None:
    assert set(DRAWN.as_record()) == {
        "input_text_tokens", "input_image_tokens", "output_image_tokens", "output_text_tokens",
    }  # fmt: skip
    both = DRAWN + TALKED
    assert Usage(**both.as_record()) == both
    assert (both.input_tokens, both.output_tokens, both.total_tokens) == (1020, 296, 1316)
