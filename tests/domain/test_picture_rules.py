from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.domain.catalogue import Catalogue
from app.domain.errors import Problem
from app.domain.picture_rules import mask_problems, picture_problems
from app.domain.requests import Edit, Generate, InputPicture, Vary

PictureMaker = Callable[..., InputPicture]


def of_pictures(catalogue: Catalogue, request: Any) -> list[Problem]:
    return list(picture_problems(request, catalogue.model_or_generic(request.model)))


def of_mask(catalogue: Catalogue, request: Any, output_format: str = "png") -> list[Problem]:
    return list(mask_problems(request, catalogue.model_or_generic(request.model), output_format))


@pytest.mark.parametrize("mime_type", ["image/png", "image/jpeg", "image/webp"])
def test_gpt_image_takes_one_to_sixteen_pictures(catalogue: Catalogue, picture: PictureMaker, mime_type: str) -> None:
    one = picture(4000, 300, mime_type=mime_type, byte_size=49_999_999)
    assert of_pictures(catalogue, Edit(prompt="a", model="gpt-image-2", images=(one,))) == []
    assert of_pictures(catalogue, Edit(prompt="a", model="gpt-image-2", images=(picture(1, 1),))) == []
    assert of_pictures(catalogue, Edit(prompt="a", model="gpt-image-2", images=(one,) * 16)) == []
    (problem,) = of_pictures(catalogue, Edit(prompt="a", model="gpt-image-2", images=(one,) * 17))
    assert (problem.field, problem.code) == ("image", "invalid_image")
    assert "at most 16" in problem.message


@pytest.mark.parametrize("request_type", [Edit, Vary])
def test_without_a_picture_there_is_nothing_to_start_from(catalogue: Catalogue, request_type: Any) -> None:
    words = {"prompt": "a"} if request_type is Edit else {}
    (problem,) = of_pictures(catalogue, request_type(model="dall-e-2", **words))
    assert problem.message.startswith("No picture provided")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"mime_type": "image/gif"}, "PNG, JPEG or WebP"),
        ({"mime_type": "image/svg+xml"}, "PNG, JPEG or WebP"),
        ({"byte_size": 50_000_000}, "smaller than 50 MB"),
        ({"width": 0}, "empty"),
        ({"height": 0}, "empty"),
    ],
)
def test_an_unfit_picture_is_named_by_its_number(
    catalogue: Catalogue, picture: PictureMaker, facts: dict[str, Any], reason: str
) -> None:
    request = Edit(prompt="a", model="gpt-image-2", images=(picture(), picture(**facts)))
    (problem,) = of_pictures(catalogue, request)
    assert problem.message.startswith("Picture 2: ")
    assert reason in problem.message


@pytest.mark.parametrize("request_type", [Edit, Vary])
def test_dall_e_2_takes_one_small_square_png(catalogue: Catalogue, picture: PictureMaker, request_type: Any) -> None:
    words = {"prompt": "a"} if request_type is Edit else {}

    def problems(*images: InputPicture) -> list[str]:
        return [p.message for p in of_pictures(catalogue, request_type(model="dall-e-2", images=images, **words))]

    assert problems(picture(byte_size=3_999_999)) == []
    assert len(problems(picture(), picture())) == 1
    assert len(problems(picture(1024, 1000, mime_type="image/webp", byte_size=4_000_000))) == 3


def test_a_variation_takes_one_picture_whatever_the_model(catalogue: Catalogue, picture: PictureMaker) -> None:
    assert of_pictures(catalogue, Vary(model="flux", images=(picture(),))) == []
    assert len(of_pictures(catalogue, Vary(model="flux", images=(picture(), picture())))) == 1


def test_words_alone_have_no_pictures_to_judge(catalogue: Catalogue) -> None:
    assert of_pictures(catalogue, Generate(prompt="a", model="gpt-image-2")) == []
    assert of_mask(catalogue, Generate(prompt="a", model="gpt-image-2")) == []


@pytest.mark.parametrize("model", ["gpt-image-2", "gpt-image-1", "dall-e-2", "flux"])
def test_a_mask_is_a_small_png_with_alpha_of_the_first_pictures_size(
    catalogue: Catalogue, picture: PictureMaker, model: str
) -> None:
    mask = picture(has_alpha=True, byte_size=3_999_999)
    request = Edit(prompt="a", model=model, images=(picture(), picture(64, 64)), mask=mask)
    assert of_mask(catalogue, request) == []
    assert of_mask(catalogue, replace(request, mask=None)) == []
    for wrong in (
        {"has_alpha": False},
        {"byte_size": 4_000_000},
        {"mime_type": "image/webp"},
        {"width": 1023},
        {"height": 1023},
    ):
        (problem,) = of_mask(catalogue, replace(request, mask=replace(mask, **wrong)))
        assert (problem.field, problem.code) == ("mask", "invalid_mask")


def test_everything_wrong_with_a_mask_is_told_at_once(catalogue: Catalogue, picture: PictureMaker) -> None:
    mask = picture(5, 5, mime_type="image/jpeg", byte_size=5_000_000)
    assert len(of_mask(catalogue, Edit(prompt="a", model="gpt-image-2", images=(picture(),), mask=mask))) == 4


def test_there_is_no_mask_on_an_animation(catalogue: Catalogue, picture: PictureMaker) -> None:
    request = Edit(prompt="a", model="gpt-image-2.6-flare", images=(picture(),), mask=picture(has_alpha=True))
    assert of_mask(catalogue, request) == []
    (problem,) = of_mask(catalogue, request, "gif")
    assert (problem.field, problem.code) == ("mask", "invalid_value")


def test_a_model_without_edits_takes_no_mask(catalogue: Catalogue, picture: PictureMaker) -> None:
    request = Edit(prompt="a", model="dall-e-3", images=(picture(),), mask=picture(has_alpha=True))
    assert [problem.code for problem in of_mask(catalogue, request)] == ["unsupported_by_model"]
