from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app.domain.catalogue import Catalogue
from app.domain.errors import Problem
from app.domain.option_rules import option_problems
from app.domain.requests import Edit, Generate, InputPicture

PictureMaker = Callable[..., InputPicture]

FIRST = ["gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5", "chatgpt-image-latest"]
NEWER = ["gpt-image-2.5-sunburst", "gpt-image-2.5-flare"]
NEWEST = ["gpt-image-2.6-sunburst", "gpt-image-2.6-flare"]
GPT_IMAGE = [*FIRST, "gpt-image-2", *NEWER, *NEWEST]
EVERY = ["dall-e-2", "dall-e-3", *GPT_IMAGE]

# Option and value → the models that take it in a generation. Also given: what makes it applicable.
TAKEN_BY: list[tuple[dict[str, Any], list[str]]] = [
    ({"quality": "standard"}, ["dall-e-2", "dall-e-3"]),
    ({"quality": "hd"}, ["dall-e-3"]),
    ({"quality": "low"}, GPT_IMAGE),
    ({"quality": "high"}, GPT_IMAGE),
    ({"quality": "auto"}, GPT_IMAGE),
    ({"quality": "xhigh"}, [*NEWER, *NEWEST]),
    ({"quality": "max"}, [*NEWER, *NEWEST]),
    ({"quality": "ultra"}, []),
    ({"style": "vivid"}, ["dall-e-3"]),
    ({"style": "natural"}, ["dall-e-3"]),
    ({"style": "bold"}, []),
    ({"background": "auto"}, GPT_IMAGE),
    ({"background": "opaque"}, GPT_IMAGE),
    ({"background": "transparent"}, [*FIRST, *NEWER, *NEWEST]),
    ({"background": "transparent", "output_format": "webp"}, [*FIRST, *NEWER, *NEWEST]),
    ({"background": "transparent", "output_format": "jpeg"}, []),
    ({"background": "transparent", "output_format": "gif"}, []),
    ({"output_format": "png"}, GPT_IMAGE),
    ({"output_format": "jpeg"}, GPT_IMAGE),
    ({"output_format": "webp"}, GPT_IMAGE),
    ({"output_format": "gif"}, NEWEST),
    ({"output_format": "svg"}, []),
    ({"output_format": "jpeg", "output_compression": 0}, GPT_IMAGE),
    ({"output_format": "webp", "output_compression": 100}, GPT_IMAGE),
    ({"output_format": "webp", "output_compression": 101}, []),
    ({"output_format": "webp", "output_compression": -1}, []),
    ({"output_format": "png", "output_compression": 50}, []),
    ({"output_compression": 50}, []),
    ({"output_format": "gif", "output_compression": 50}, []),
    ({"moderation": "auto"}, GPT_IMAGE),
    ({"moderation": "low"}, GPT_IMAGE),
    ({"moderation": "off"}, []),
    ({"complexity": "low"}, NEWEST),
    ({"complexity": "high"}, NEWEST),
    ({"complexity": "max"}, []),
    ({"partial_images": 0}, EVERY),
    ({"partial_images": 3}, GPT_IMAGE),
    ({"partial_images": 4}, []),
    ({"partial_images": -1}, []),
    ({"partial_images": 1, "output_format": "gif"}, []),
    ({"partial_images": 0, "output_format": "gif"}, NEWEST),
    ({"frame_count": 2, "output_format": "gif"}, NEWEST),
    ({"frame_count": 16, "output_format": "gif"}, NEWEST),
    ({"frame_count": 1, "output_format": "gif"}, []),
    ({"frame_count": 17, "output_format": "gif"}, []),
    ({"frame_count": 4}, []),
    ({"frame_duration_ms": 200, "output_format": "gif"}, NEWEST),
    ({"frame_duration_ms": 655_350, "output_format": "gif"}, NEWEST),
    ({"frame_duration_ms": 655_351, "output_format": "gif"}, []),
    ({"frame_duration_ms": 9, "output_format": "gif"}, []),
    ({"frame_duration_ms": 200, "output_format": "png"}, []),
]  # fmt: skip


def judge(catalogue: Catalogue, request: Any, *, legacy: bool = True) -> list[Problem]:
    model = catalogue.model_or_generic(request.model)
    offered = catalogue.offered(today=date(2026, 11, 20), legacy=legacy, kind=request.kind)
    return list(option_problems(request, model, catalogue=catalogue.models, offered=offered))


@pytest.mark.parametrize(("options", "models"), TAKEN_BY)
def test_an_option_is_taken_by_exactly_the_models_that_have_it(
    catalogue: Catalogue, options: dict[str, Any], models: list[str]
) -> None:
    taking = {name for name in EVERY if not judge(catalogue, Generate(prompt="a", model=name, **options))}
    assert taking == set(models)


@pytest.mark.parametrize(
    ("fidelity", "models"),
    [("low", FIRST), ("high", ["gpt-image-1", "gpt-image-1.5", "chatgpt-image-latest"]), ("max", [])],
)
def test_input_fidelity_belongs_to_edits_of_the_first_generation(
    catalogue: Catalogue, picture: PictureMaker, fidelity: str, models: list[str]
) -> None:
    def request(name: str) -> Edit:
        return Edit(prompt="a", model=name, images=(picture(),), input_fidelity=fidelity)

    assert {name for name in EVERY if not judge(catalogue, request(name))} == set(models)


def test_moderation_cannot_be_chosen_for_edits(catalogue: Catalogue, picture: PictureMaker) -> None:
    (problem,) = judge(catalogue, Edit(prompt="a", model="gpt-image-2", images=(picture(),), moderation="low"))
    assert problem.code == "unsupported_by_model"
    assert (
        problem.message == "The model gpt-image-2 has no option moderation when the request is to edit. Leave it out."
    )


@pytest.mark.parametrize("option", ["quality", "background", "output_format", "complexity", "partial_images"])
def test_other_options_of_an_edit_are_those_of_a_generation(
    catalogue: Catalogue, picture: PictureMaker, option: str
) -> None:
    value: Any = 2 if option == "partial_images" else "high"
    for name in GPT_IMAGE:
        edit = judge(catalogue, Edit(prompt="a", model=name, images=(picture(),), **{option: value}))
        generation = judge(catalogue, Generate(prompt="a", model=name, **{option: value}))
        assert edit == generation


@pytest.mark.parametrize(
    ("model", "options", "field", "code"),
    [
        ("gpt-image-2", {"style": "vivid"}, "style", "unsupported_by_model"),
        ("gpt-image-2", {"complexity": "low"}, "complexity", "unsupported_by_model"),
        ("gpt-image-2", {"quality": "max"}, "quality", "unsupported_by_model"),
        ("gpt-image-2", {"quality": "hd"}, "quality", "unsupported_by_model"),
        ("gpt-image-2", {"background": "transparent"}, "background", "unsupported_by_model"),
        ("gpt-image-2", {"output_format": "gif"}, "output_format", "unsupported_by_model"),
        ("gpt-image-2", {"quality": "ultra"}, "quality", "invalid_value"),
        ("gpt-image-2.6-flare", {"output_format": "svg"}, "output_format", "invalid_value"),
        ("flux", {"output_format": "svg"}, "output_format", "invalid_value"),
        ("gpt-image-2", {"output_compression": 101, "output_format": "webp"}, "output_compression", "invalid_value"),
        ("gpt-image-2", {"output_compression": 90}, "output_compression", "invalid_value"),
        ("dall-e-3", {"partial_images": 1}, "partial_images", "unsupported_by_model"),
        ("gpt-image-2", {"quality": 1}, "quality", "invalid_type"),
        ("gpt-image-2", {"partial_images": "1"}, "partial_images", "invalid_type"),
        ("gpt-image-2", {"partial_images": True}, "partial_images", "invalid_type"),
    ],
)
def test_a_refusal_says_whether_another_model_would_help(
    catalogue: Catalogue, model: str, options: dict[str, Any], field: str, code: str
) -> None:
    (problem,) = judge(catalogue, Generate(prompt="a", model=model, **options))
    assert (problem.field, problem.code) == (field, code)


def test_a_way_out_names_only_models_that_are_offered(catalogue: Catalogue) -> None:
    request = Generate(prompt="a", model="gpt-image-2", style="vivid")
    assert judge(catalogue, request, legacy=False)[0].message.endswith("no option style. Leave it out.")
    assert judge(catalogue, request, legacy=True)[0].message.endswith("Leave it out, or choose dall-e-3.")


def test_a_way_out_names_at_most_three_models(catalogue: Catalogue) -> None:
    (problem,) = judge(catalogue, Generate(prompt="a", model="gpt-image-2", quality="max"))
    assert problem.message == (
        "The model gpt-image-2 does not take quality 'max'. Choose one of low, medium, high or auto. "
        "Or choose a model that takes it, such as "
        "gpt-image-2.6-sunburst, gpt-image-2.6-flare or gpt-image-2.5-sunburst."
    )


def test_svg_is_refused_in_plain_words(catalogue: Catalogue) -> None:
    (problem,) = judge(catalogue, Generate(prompt="a", model="gpt-image-2.6-flare", output_format="svg"))
    assert problem.message == "Atelier does not take SVG answers yet. Choose one of png, jpeg, webp or gif."


def test_unknown_models_take_any_sane_value(catalogue: Catalogue) -> None:
    fine = Generate(
        prompt="a", model="flux", quality="ultra", background="green", output_format="webp", output_compression=5,
        moderation="none", style="bold", complexity="9", partial_images=2,
    )  # fmt: skip
    assert judge(catalogue, fine) == []
    insane = Generate(prompt="a", model="flux", quality="x" * 65, partial_images=4, output_compression=5)
    assert {problem.field for problem in judge(catalogue, insane)} == {
        "quality",
        "partial_images",
        "output_compression",
    }


def test_what_was_sent_is_quoted_short(catalogue: Catalogue) -> None:
    (problem,) = judge(catalogue, Generate(prompt="a", model="gpt-image-2", quality="x" * 10_000))
    assert len(problem.message) < 200
    (problem,) = judge(catalogue, Generate(prompt="a", model="gpt-image-2", partial_images=10**5000))
    assert len(problem.message) < 200
