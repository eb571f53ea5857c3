"""The bill agrees with every published or measured point of the fact sheet, section 5."""

from __future__ import annotations

from datetime import date

import pytest

from app.emulator import usage
from app.emulator.registry import Model, Registry

SIZES = ((1024, 1024), (1536, 1024), (1536, 864), (2048, 2048), (2048, 1152), (3840, 2160))
POINTS = {
    16: (196, 158, 120, 397, 157, 371),
    24: (439, 343, 280, 892, 367, 865),
    48: (1756, 1372, 1078, 3568, 1413, 3336),
    64: (3122, 2459, 1917, 6343, 2511, 5930),
    96: (7024, 5488, 4312, 14272, 5650, 13342),
}
AXES_2 = {"low": 16, "medium": 48, "high": 96}
AXES_2_5 = {"low": 16, "medium": 24, "high": 48, "xhigh": 64, "max": 96}


def model(name: str) -> Model:
    return Registry(legacy=True, preview=False).find(name, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("name", "axes"),
    [("gpt-image-2", AXES_2), ("gpt-image-2.5-flare", AXES_2_5), ("gpt-image-2.6-sunburst", AXES_2_5)],
)
def test_output_tokens_hit_every_published_point(name: str, axes: dict[str, int]) -> None:
    for quality, axis in axes.items():
        counted = tuple(usage.output_tokens(model(name), quality, size, 1) for size in SIZES)
        assert counted == POINTS[axis]


def test_a_picture_costs_the_same_upright_and_lying() -> None:
    assert usage.output_tokens(model("gpt-image-2"), "low", (1024, 1536), 1) == 158


def test_several_pictures_are_rounded_once() -> None:
    assert usage.output_tokens(model("gpt-image-2"), "low", (1024, 1024), 2) == 391


@pytest.mark.parametrize(
    ("quality", "square", "tall", "wide"),
    [("low", 272, 408, 400), ("medium", 1056, 1584, 1568), ("high", 4160, 6240, 6208)],
)
def test_the_first_generation_bills_by_table(quality: str, square: int, tall: int, wide: int) -> None:
    for name in ("gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5", "chatgpt-image-latest"):
        shapes = ((1024, 1024), (1024, 1536), (1536, 1024))
        assert [usage.output_tokens(model(name), quality, shape, 1) for shape in shapes] == [square, tall, wide]
        assert usage.output_tokens(model(name), quality, (1024, 1024), 3) == 3 * square


@pytest.mark.parametrize(
    ("size", "tokens"),
    [
        ((256, 256), 256),
        ((400, 400), 625),
        ((900, 900), 1024),
        ((1024, 1024), 1024),
        ((1536, 1024), 1536),
        ((1280, 720), 920),
        ((2048, 2048), 1521),
        ((3840, 2160), 1508),
    ],
)
def test_input_pictures_hit_every_measured_point(size: tuple[int, int], tokens: int) -> None:
    assert usage.input_picture_tokens(model("gpt-image-2"), size, None) == tokens


def test_a_thin_input_counts_as_three_to_one() -> None:
    thin = usage.input_picture_tokens(model("gpt-image-2"), (512, 32), None)
    assert thin == usage.input_picture_tokens(model("gpt-image-2"), (512, 171), None) == 352


def test_first_generation_inputs_count_tiles() -> None:
    one = model("gpt-image-1")
    assert usage.input_picture_tokens(one, (1024, 1024), "low") == 194
    assert usage.input_picture_tokens(one, (1536, 1024), None) == 323
    assert usage.input_picture_tokens(one, (1024, 1024), "high") == 194 + 4160


def test_partial_pictures_cost_a_hundred_each() -> None:
    bill = usage.usage(model("gpt-image-2"), "a cat", (1024, 1024), "low", 1, partials=3)
    assert bill.output_tokens == 196 + 300


def test_prompts_cost_six_more_and_ten_for_each_reference_of_a_later_edit() -> None:
    words = usage.text_tokens("a white siamese cat")
    plain = usage.usage(model("gpt-image-2"), "a white siamese cat", (1024, 1024), "low", 1)
    assert plain.text_tokens == words + 6
    references = [(1024, 1024), (1024, 1024)]
    for name, each in (("gpt-image-2", 0), ("gpt-image-2.5-flare", 10), ("gpt-image-2.6-flare", 10)):
        bill = usage.usage(model(name), "a white siamese cat", (1024, 1024), "low", 3, sources=references)
        assert bill.text_tokens == 3 * (words + 6 + 2 * each)
        assert bill.image_tokens == 3 * 2048


@pytest.mark.parametrize(
    ("prompt", "least", "most"),
    [("a white siamese cat", 4, 6), ("A photo of 12345 birds!", 6, 9), ("一只白色的猫", 3, 8), ("", 0, 0)],
)
def test_the_text_estimate_is_near_what_a_tokenizer_says(prompt: str, least: int, most: int) -> None:
    assert least <= usage.text_tokens(prompt) <= most


def test_the_body_adds_up() -> None:
    body = usage.Usage(text_tokens=14, image_tokens=1024, output_tokens=196).body()
    assert body == {
        "input_tokens": 1038,
        "input_tokens_details": {"image_tokens": 1024, "text_tokens": 14},
        "output_tokens": 196,
        "output_tokens_details": {"image_tokens": 196, "text_tokens": 0},
        "total_tokens": 1234,
    }
