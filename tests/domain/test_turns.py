"""Turns of a conversation: what is sent with them, and what they are for a provider without conversations."""

from dataclasses import replace

import pytest

from app.domain.requests import Edit, Generate, Turn
from app.domain.turns import as_image_request, shown_pictures, without_chain
from tests.domain.conftest import PictureMaker

FIRST = Turn(prompt="a cat", text_model="gpt-5.6-luna", model="gpt-image-2")


@pytest.fixture
def second(picture: PictureMaker) -> Turn:
    return replace(FIRST, prompt="at night", previous="resp_1", history_tokens=900, fallback=picture(digest="last"))


def test_a_living_chain_needs_no_picture(second: Turn, picture: PictureMaker) -> None:
    hat = picture(digest="hat")
    assert shown_pictures(second) == ()
    assert shown_pictures(replace(second, images=(hat,))) == (hat,)


def test_without_a_chain_the_last_picture_comes_first(second: Turn, picture: PictureMaker) -> None:
    hat = picture(digest="hat")
    again = without_chain(replace(second, images=(hat,)))
    assert again is not None
    assert (again.previous, again.history_tokens) == (None, None)
    assert [shown.digest for shown in shown_pictures(again)] == ["last", "hat"]
    assert again.prompt == "at night"


def test_a_mask_brings_the_picture_that_it_lies_on(second: Turn, picture: PictureMaker) -> None:
    masked = replace(second, mask=picture(has_alpha=True))
    assert [shown.digest for shown in shown_pictures(masked)] == ["last"]


def test_a_chain_cannot_be_left_without_anything_to_show(second: Turn) -> None:
    assert without_chain(replace(second, fallback=None)) is None
    assert without_chain(FIRST) is None


def test_the_image_api_is_asked_for_the_same(second: Turn, picture: PictureMaker) -> None:
    assert as_image_request(FIRST) == Generate(prompt="a cat", model="gpt-image-2")
    chosen = replace(second, quality="low", moderation="low", mask=picture(digest="m"), images=(picture(digest="hat"),))
    assert as_image_request(chosen) == Edit(
        prompt="at night",
        model="gpt-image-2",
        images=(picture(digest="last"), picture(digest="hat")),
        mask=picture(digest="m"),
        quality="low",
    )


def test_a_new_picture_is_not_made_from_the_last_one(second: Turn) -> None:
    made = as_image_request(replace(second, action="generate", moderation="low"))
    assert made == Generate(prompt="at night", model="gpt-image-2", moderation="low")
