"""What is wrong with a turn, said before anything is sent."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.domain.catalogue import Catalogue
from app.domain.requests import Turn
from tests.domain.conftest import PictureMaker

FIRST = Turn(prompt="a cat", text_model="gpt-5.6-luna", model="gpt-image-2")


def found(catalogue: Catalogue, today: date, turn: Turn, *, legacy: bool = False) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in catalogue.problems(turn, today=today, legacy=legacy)]


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"action": "generate", "moderation": "low", "quality": "high", "size": "1536x1024", "partial_images": 3},
        {"output_format": "jpeg", "output_compression": 50, "background": "opaque"},
        {"model": "gpt-image-2.6-flare", "complexity": "low", "background": "transparent"},
        {"model": "gpt-image-1.5", "input_fidelity": "high"},
        {"tool_choice": "auto"},
        {"text_model": "a-model-of-some-gateway"},
        {"model": "a-model-of-some-gateway"},
    ],
)
def test_what_the_image_tool_takes_passes(catalogue: Catalogue, today: date, choices: dict[str, Any]) -> None:
    assert found(catalogue, today, replace(FIRST, **choices)) == []


@pytest.mark.parametrize(
    ("choices", "problem"),
    [
        ({"prompt": " "}, ("prompt", "missing_prompt")),
        ({"text_model": ""}, ("text_model", "invalid_value")),
        ({"text_model": "a\nb"}, ("text_model", "invalid_value")),
        ({"text_model": 5}, ("text_model", "invalid_type")),
        ({"action": "paint"}, ("action", "invalid_value")),
        ({"action": 1}, ("action", "invalid_type")),
        ({"tool_choice": "never"}, ("tool_choice", "invalid_value")),
        ({"action": "edit"}, ("action", "invalid_value")),
        ({"model": "dall-e-3"}, ("model", "unsupported_by_model")),
        ({"quality": "xhigh"}, ("quality", "unsupported_by_model")),
        ({"input_fidelity": "high"}, ("input_fidelity", "unsupported_by_model")),
        ({"partial_images": 4}, ("partial_images", "invalid_value")),
    ],
)
def test_what_it_does_not_take_is_named(
    catalogue: Catalogue, today: date, choices: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert found(catalogue, today, replace(FIRST, **choices), legacy=True) == [problem]


def test_there_is_something_to_edit_in_a_chain_or_in_what_is_given(
    catalogue: Catalogue, today: date, picture: PictureMaker
) -> None:
    edit = replace(FIRST, action="edit")
    for given in ({"previous": "resp_1"}, {"fallback": picture()}, {"images": (picture(),)}):
        assert found(catalogue, today, replace(edit, **given)) == []


def test_a_mask_is_judged_by_the_picture_it_lies_on(catalogue: Catalogue, today: date, picture: PictureMaker) -> None:
    mask = picture(has_alpha=True)
    chained = replace(FIRST, previous="resp_1", mask=mask)
    assert found(catalogue, today, chained) == [("mask", "invalid_mask")]
    assert found(catalogue, today, replace(chained, fallback=picture())) == []
    small = replace(chained, fallback=picture(64, 64), images=(picture(),))
    assert found(catalogue, today, small) == [("mask", "invalid_mask")]


def test_pictures_must_fit_into_json(catalogue: Catalogue, today: date, picture: PictureMaker) -> None:
    large = picture(byte_size=15_000_000)
    assert found(catalogue, today, replace(FIRST, images=(large,))) == [("image", "invalid_image")]
    assert found(catalogue, today, replace(FIRST, fallback=large)) == [("image", "invalid_image")]
    assert found(catalogue, today, replace(FIRST, previous="resp_1", fallback=large)) == []
    several = (picture(byte_size=12_000_000),) * 3
    assert found(catalogue, today, replace(FIRST, images=several)) == [("image", "picture_too_large")]
    assert found(catalogue, today, replace(FIRST, images=(picture(),) * 17)) == [("image", "invalid_image")]
