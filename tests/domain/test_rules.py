from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app.domain.catalogue import Catalogue
from app.domain.errors import Problem
from app.domain.requests import Edit, Generate, InputPicture, Vary

PictureMaker = Callable[..., InputPicture]


def judge(
    catalogue: Catalogue, request: Any, today: date = date(2026, 11, 20), *, legacy: bool = False
) -> list[Problem]:
    return list(catalogue.problems(request, today=today, legacy=legacy))


def test_all_problems_are_told_at_once_and_the_prompt_first(catalogue: Catalogue) -> None:
    request = Generate(
        prompt=" ", model="gpt-image-2", n=11, size="1500x1500", quality="xhigh", output_compression=101, style="vivid",
        user="\0",
    )  # fmt: skip
    problems = judge(catalogue, request)
    assert [problem.field for problem in problems] == [
        "prompt", "n", "size", "quality", "output_compression", "style", "user",
    ]  # fmt: skip
    assert problems[0].message == "No prompt provided"


def test_every_problem_is_a_sentence_with_a_remedy(catalogue: Catalogue, picture: PictureMaker) -> None:
    request = Edit(
        prompt="a\0", model="dall-e-2", n=0, size="auto", images=(picture(5, 6),) * 2, mask=picture(),
        quality="high", background="auto", user="x" * 300,
    )  # fmt: skip
    problems = judge(catalogue, request)
    assert len(problems) >= 9
    for problem in problems:
        assert problem.message.endswith(".")
        assert problem.message.count(". ") >= 1


@pytest.mark.parametrize("model", ["dall-e-2", "gpt-image-2", "gpt-image-2-2026-04-21", "gpt-image-2.6-flare", "flux"])
def test_a_plain_request_has_no_problems(catalogue: Catalogue, model: str) -> None:
    assert judge(catalogue, Generate(prompt="a cat", model=model), legacy=True) == []


@pytest.mark.parametrize("n", [1, 2, 10, None])
def test_one_to_ten_pictures_may_be_asked_for(catalogue: Catalogue, n: int | None) -> None:
    for model in ("gpt-image-2", "dall-e-3", "flux"):
        assert judge(catalogue, Generate(prompt="a", model=model, n=n), legacy=True) == []


@pytest.mark.parametrize(
    ("n", "code"),
    [
        (0, "invalid_value"),
        (-1, "invalid_value"),
        (11, "invalid_value"),
        pytest.param(10**5000, "invalid_value", id="more digits than Python prints"),
        ("2", "invalid_type"),
        (True, "invalid_type"),
        (1.0, "invalid_type"),
    ],
)
def test_other_counts_are_refused(catalogue: Catalogue, n: Any, code: str) -> None:
    (problem,) = judge(catalogue, Generate(prompt="a", model="gpt-image-2", n=n))
    assert (problem.field, problem.code) == ("n", code)
    assert problem.message.endswith("Choose a whole number from 1 to 10.")


def test_a_size_that_is_not_text_is_of_the_wrong_type(catalogue: Catalogue) -> None:
    wrong: Any = 1024
    (problem,) = judge(catalogue, Generate(prompt="a", model="gpt-image-2", size=wrong))
    assert (problem.field, problem.code) == ("size", "invalid_type")


@pytest.mark.parametrize(
    ("model", "last_day", "replacement"),
    [
        ("dall-e-2", date(2026, 5, 11), "gpt-image-2"),
        ("dall-e-3", date(2026, 5, 11), "gpt-image-2"),
        ("gpt-image-1", date(2026, 10, 22), "gpt-image-2.5-sunburst"),
        ("gpt-image-1-mini", date(2026, 11, 30), "gpt-image-2.5-flare"),
        ("gpt-image-1.5", date(2026, 11, 30), "gpt-image-2.5-sunburst"),
        ("gpt-image-1.5-2025-12-16", date(2026, 11, 30), "gpt-image-2.5-sunburst"),
        ("chatgpt-image-latest", date(2026, 11, 30), "gpt-image-2.5-sunburst"),
    ],
)
def test_a_model_is_refused_from_its_retirement_on_with_the_replacement_named(
    catalogue: Catalogue, model: str, last_day: date, replacement: str
) -> None:
    request = Generate(prompt="a", model=model)
    after = date.fromordinal(last_day.toordinal() + 1)
    assert judge(catalogue, request, last_day) == []
    assert judge(catalogue, request, after, legacy=True) == []
    (problem,) = judge(catalogue, request, after)
    assert (problem.field, problem.code) == ("model", "unsupported_by_model")
    assert problem.message == f"The model {model} was retired on {after}. Use {replacement} instead."


def test_a_model_without_edits_is_refused_with_those_that_have_them(
    catalogue: Catalogue, picture: PictureMaker
) -> None:
    (problem,) = judge(catalogue, Edit(prompt="a", model="dall-e-3", images=(picture(),)), legacy=True)
    assert (problem.field, problem.code) == ("model", "unsupported_by_model")
    assert "cannot edit pictures" in problem.message
    assert "gpt-image-2.6-sunburst" in problem.message
    assert "dall-e-2" in problem.message


def test_variations_are_made_by_dall_e_2_alone(catalogue: Catalogue, picture: PictureMaker) -> None:
    assert judge(catalogue, Vary(model="dall-e-2", images=(picture(),)), legacy=True) == []
    (problem,) = judge(catalogue, Vary(model="gpt-image-2", images=(picture(),)), legacy=True)
    assert problem.message.endswith("Choose dall-e-2.")
    (problem,) = judge(catalogue, Vary(model="gpt-image-2", images=(picture(),)))
    assert problem.message.endswith("Edit the picture with a prompt instead.")


def test_an_unknown_model_may_do_anything(catalogue: Catalogue, picture: PictureMaker) -> None:
    assert judge(catalogue, Edit(prompt="a", model="flux", images=(picture(),), input_fidelity="high")) == []
    assert judge(catalogue, Vary(model="flux", images=(picture(),), size="300x300")) == []
