from collections.abc import Callable

import pytest

from app.domain.catalogue import Catalogue
from app.domain.costs import Usage
from app.domain.counting import Forecast, frames
from app.domain.prices import TokenPrices
from app.domain.requests import AnyRequest, Edit, Generate, InputPicture

PictureMaker = Callable[..., InputPicture]


def forecast(catalogue: Catalogue, request: AnyRequest, n: int = 1) -> Forecast:
    pricing = catalogue.model_or_generic(request.model).pricing
    assert isinstance(pricing, TokenPrices)
    return pricing.counting.forecast(request, n)


@pytest.mark.parametrize(
    ("model", "axes"),
    [
        ("gpt-image-2", {"low": 196, "medium": 1756, "high": 7024}),
        ("gpt-image-2.5-flare", {"low": 196, "medium": 439, "high": 1756, "xhigh": 3122, "max": 7024}),
        ("gpt-image-2.5-sunburst", {"low": 196, "medium": 439, "high": 1756, "xhigh": 3122, "max": 7024}),
        ("gpt-image-2.6-flare", {"low": 196, "medium": 439, "high": 1756, "xhigh": 3122, "max": 7024}),
        ("gpt-image-1", {"low": 272, "medium": 1056, "high": 4160}),
        ("gpt-image-1-mini", {"low": 272, "medium": 1056, "high": 4160}),
        ("gpt-image-1.5", {"low": 272, "medium": 1056, "high": 4160}),
    ],
)
def test_each_model_counts_its_qualities_by_its_own_numbers(
    catalogue: Catalogue, model: str, axes: dict[str, int]
) -> None:
    for quality, tokens in axes.items():
        request = Generate(prompt="a", model=model, quality=quality, size="1024x1024")
        assert forecast(catalogue, request).typical.output_image_tokens == tokens


@pytest.mark.parametrize(
    ("quality", "size", "tokens"),
    [("low", "1024x1536", 408), ("low", "1536x1024", 400), ("medium", "1024x1536", 1584), ("medium", "1536x1024", 1568),
     ("high", "1024x1536", 6240), ("high", "1536x1024", 6208)],
)  # fmt: skip
def test_the_first_generation_counts_by_the_published_table(
    catalogue: Catalogue, quality: str, size: str, tokens: int
) -> None:
    request = Generate(prompt="a", model="gpt-image-1.5", quality=quality, size=size)
    assert forecast(catalogue, request, 3).typical.output_image_tokens == 3 * tokens
    assert forecast(catalogue, request, 3).at_most.output_image_tokens == 3 * tokens


def test_what_is_chosen_is_exact_but_for_the_prompt(catalogue: Catalogue) -> None:
    found = forecast(catalogue, Generate(prompt="a cat", model="gpt-image-2", quality="low", size="1024x1024"))
    assert found.exact
    assert found.typical.output_image_tokens == found.at_most.output_image_tokens
    assert (found.typical.input_text_tokens, found.at_most.input_text_tokens) == (8, 11)


@pytest.mark.parametrize("quality", [None, "auto"])
@pytest.mark.parametrize("size", [None, "auto"])
def test_what_is_left_to_the_model_is_estimated_low_and_held_dear(
    catalogue: Catalogue, quality: str | None, size: str | None
) -> None:
    found = forecast(catalogue, Generate(prompt="a", model="gpt-image-2", quality=quality, size=size))
    assert not found.exact
    assert found.typical.output_image_tokens == 196
    assert found.at_most.output_image_tokens == 13102  # high at 1920x1920


def test_the_size_that_auto_was_seen_to_draw_lies_within_what_is_held(catalogue: Catalogue) -> None:
    seen = Generate(prompt="a", model="gpt-image-2", quality="high", size="1254x1254")
    auto = Generate(prompt="a", model="gpt-image-2", quality="high", size="auto")
    assert forecast(catalogue, seen).at_most.output_image_tokens < forecast(catalogue, auto).at_most.output_image_tokens


def test_the_first_generation_left_to_itself_is_estimated_at_its_dearest(catalogue: Catalogue) -> None:
    found = forecast(catalogue, Generate(prompt="a", model="gpt-image-1"))
    assert found.typical.output_image_tokens == 4160
    assert found.at_most.output_image_tokens == 6240


def test_the_unpublished_counting_of_2_6_is_held_as_the_dearer_of_its_forerunners(catalogue: Catalogue) -> None:
    found = forecast(catalogue, Generate(prompt="a", model="gpt-image-2.6-flare", quality="high", size="1024x1024"))
    assert not found.exact
    assert (found.typical.output_image_tokens, found.at_most.output_image_tokens) == (1756, 7024)


def test_every_preview_costs_a_hundred_tokens(catalogue: Catalogue) -> None:
    plain = Generate(prompt="a", model="gpt-image-2", quality="low", size="1024x1024")
    watched = Generate(prompt="a", model="gpt-image-2", quality="low", size="1024x1024", partial_images=3)
    assert forecast(catalogue, watched).typical.output_image_tokens == 196 + 300
    assert forecast(catalogue, plain).exact
    assert not forecast(catalogue, watched).exact


def test_pictures_given_to_an_edit_are_counted_each_and_times_n(catalogue: Catalogue, picture: PictureMaker) -> None:
    images = (picture(1024, 1024), picture(1280, 720))
    two = Edit(prompt="a", model="gpt-image-2", quality="low", size="1024x1024", images=images)
    newer = Edit(prompt="a", model="gpt-image-2.5-flare", quality="low", size="1024x1024", images=images)
    assert forecast(catalogue, two, 2).typical == Usage(2 * 7, 2 * (1024 + 920), 391)
    assert forecast(catalogue, newer, 2).typical == Usage(2 * (7 + 20), 2 * (1024 + 920), 391)
    assert forecast(catalogue, two, 2).exact


def test_edits_of_the_first_generation_allow_for_what_is_not_documented(
    catalogue: Catalogue, picture: PictureMaker
) -> None:
    request = Edit(prompt="a", model="gpt-image-1.5", quality="low", size="1024x1024", images=(picture(),))
    found = forecast(catalogue, request)
    assert found.typical.input_image_tokens == 194
    assert found.at_most.input_text_tokens == 7 + 1536
    assert not found.exact


def test_high_fidelity_is_counted_where_it_is_chosen(catalogue: Catalogue, picture: PictureMaker) -> None:
    request = Edit(prompt="a", model="gpt-image-1.5", images=(picture(),), input_fidelity="high")
    assert forecast(catalogue, request).typical.input_image_tokens == 194 + 4160


def test_an_animation_is_counted_as_its_frames(catalogue: Catalogue) -> None:
    def animation(count: int | None) -> Generate:
        return Generate(
            prompt="a", model="gpt-image-2.6-flare", quality="low", size="1024x1024", output_format="gif",
            frame_count=count,
        )  # fmt: skip

    assert frames(animation(None)) == 9
    assert frames(animation(4)) == 4
    assert frames(Generate(prompt="a", model="gpt-image-2.6-flare", frame_count=4)) == 1
    assert forecast(catalogue, animation(2)).typical.output_image_tokens == 391
