from decimal import Decimal

import pytest

from app.domain.catalogue import Catalogue
from app.domain.costs import Usage
from app.domain.prices import PicturePrices, TokenPrices, TokenRates, dearest
from app.domain.requests import Generate, Vary

ONE_OF_EACH = Usage(1_000_000, 1_000_000, 1_000_000, 1_000_000)


def rates(catalogue: Catalogue, model: str) -> TokenRates:
    pricing = catalogue.model_or_generic(model).pricing
    assert isinstance(pricing, TokenPrices)
    return pricing.rates


@pytest.mark.parametrize(
    ("model", "dollars"),
    [
        ("gpt-image-1", ("5.00", "10.00", "40.00", "0.00")),
        ("gpt-image-1-mini", ("2.00", "2.50", "8.00", "0.00")),
        ("gpt-image-1.5", ("5.00", "8.00", "32.00", "10.00")),
        ("chatgpt-image-latest", ("5.00", "8.00", "32.00", "10.00")),
        ("gpt-image-2", ("5.00", "8.00", "30.00", "0.00")),
        ("gpt-image-2.5-sunburst", ("5.00", "8.00", "30.00", "0.00")),
        ("gpt-image-2.6-flare", ("5.00", "8.00", "30.00", "0.00")),
    ],
)
def test_every_model_has_its_published_rates(catalogue: Catalogue, model: str, dollars: tuple[str, ...]) -> None:
    found = rates(catalogue, model)
    assert (found.text_in, found.image_in, found.image_out, found.text_out) == tuple(map(Decimal, dollars))


def test_an_unknown_model_is_charged_the_dearest_of_each_rate(catalogue: Catalogue) -> None:
    assert rates(catalogue, "flux").cost(ONE_OF_EACH) == 65_000_000
    assert dearest([rates(catalogue, "gpt-image-1"), rates(catalogue, "gpt-image-1.5")]) == rates(catalogue, "flux")


def test_a_cost_is_rounded_up_once_at_the_end() -> None:
    third = TokenRates(
        text_in=Decimal("0.25"), image_in=Decimal("0.25"), image_out=Decimal("0.25"), text_out=Decimal("0.25")
    )
    assert third.cost(Usage(1, 1, 1, 1)) == 1
    assert third.cost(Usage(1, 1, 1, 2)) == 2
    assert third.cost(Usage()) == 0


@pytest.mark.parametrize(
    ("model", "quality", "size", "each"),
    [
        ("dall-e-2", None, "256x256", 16_000),
        ("dall-e-2", "standard", "512x512", 18_000),
        ("dall-e-2", None, None, 20_000),
        ("dall-e-3", "standard", "1024x1024", 40_000),
        ("dall-e-3", None, None, 40_000),
        ("dall-e-3", None, "1792x1024", 80_000),
        ("dall-e-3", "hd", None, 80_000),
        ("dall-e-3", "hd", "1024x1792", 120_000),
    ],
)
def test_dall_e_is_priced_by_the_picture(
    catalogue: Catalogue, model: str, quality: str | None, size: str | None, each: int
) -> None:
    pricing = catalogue.model_or_generic(model).pricing
    price = pricing.price(Generate(prompt="a", model=model, quality=quality, size=size), 3)
    assert (price.estimate, price.at_most, price.exact, price.usage) == (3 * each, 3 * each, True, None)


def test_what_the_table_of_pictures_lacks_is_held_at_the_dearest(catalogue: Catalogue) -> None:
    pricing = catalogue.model_or_generic("dall-e-3").pricing
    assert isinstance(pricing, PicturePrices)
    assert pricing.price(Generate(prompt="a", model="dall-e-3", size="1x1"), 1).at_most == 80_000
    assert pricing.price(Generate(prompt="a", model="dall-e-3", quality="auto"), 1).at_most == 80_000
    assert pricing.price(Generate(prompt="a", model="dall-e-3", quality="auto", size="1x1"), 1).at_most == 120_000


def test_a_variation_costs_what_a_picture_costs(catalogue: Catalogue) -> None:
    price = catalogue.model_or_generic("dall-e-2").pricing.price(Vary(model="dall-e-2", size="256x256"), 2)
    assert price.estimate == 32_000


@pytest.mark.parametrize(
    ("quality", "size", "published"),
    [("low", "1024x1024", 5_000), ("low", "1536x1024", 6_000), ("medium", "1024x1536", 15_000),
     ("high", "1024x1024", 36_000), ("high", "1536x1024", 52_000), ("auto", "auto", 52_000)],
)  # fmt: skip
def test_mini_holds_at_least_what_is_published_per_picture(
    catalogue: Catalogue, quality: str, size: str, published: int
) -> None:
    request = Generate(prompt="", model="gpt-image-1-mini", quality=quality, size=size)
    price = catalogue.model_or_generic(request.model).pricing.price(request, 2)
    assert price.at_most >= 2 * published
    assert price.estimate < price.at_most
    assert not price.exact
