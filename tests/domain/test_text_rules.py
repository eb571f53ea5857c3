from dataclasses import replace
from typing import Any

import pytest

from app.domain.catalogue import Catalogue
from app.domain.requests import Generate, Vary
from app.domain.text_rules import model_name_problems, prompt_problems, user_problems

CAT = Generate(prompt="a white siamese cat", model="gpt-image-2")


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems]


@pytest.mark.parametrize("prompt", ["", " ", "\n\t ", "\u3000"])
def test_a_missing_prompt_is_named_by_the_promised_sentence(catalogue: Catalogue, prompt: str) -> None:
    (problem,) = prompt_problems(replace(CAT, prompt=prompt), catalogue.model_or_generic("gpt-image-2"))
    assert (problem.field, problem.code, problem.message) == ("prompt", "missing_prompt", "No prompt provided")


@pytest.mark.parametrize(
    ("model", "limit"),
    [("dall-e-2", 1000), ("dall-e-3", 4000), ("gpt-image-1", 32_000), ("gpt-image-2", 32_000), ("flux", 32_000)],
)
def test_a_prompt_may_be_as_long_as_the_model_reads(catalogue: Catalogue, model: str, limit: int) -> None:
    found = catalogue.model_or_generic(model)
    assert codes(prompt_problems(replace(CAT, prompt="🐈" * limit), found)) == []
    (problem,) = prompt_problems(replace(CAT, prompt="🐈" * (limit + 1)), found)
    assert problem.code == "invalid_value"
    assert str(limit) in problem.message


@pytest.mark.parametrize("bad", ["a\0b", "a\ud83d", "\udc00"])
def test_nul_and_half_surrogates_are_refused(catalogue: Catalogue, bad: str) -> None:
    model = catalogue.model_or_generic("gpt-image-2")
    assert codes(prompt_problems(replace(CAT, prompt=bad), model)) == ["invalid_value"]
    assert codes(user_problems(replace(CAT, user=bad))) == ["invalid_value"]


@pytest.mark.parametrize(
    "prompt", ["<b>{{ 7*7 }}</b>", "%s'; DROP TABLE jobs; --", "\x1b[31mred", "data: x\n\n", "\u202eright to left"]
)
def test_odd_but_honest_text_passes(catalogue: Catalogue, prompt: str) -> None:
    assert codes(prompt_problems(replace(CAT, prompt=prompt), catalogue.model_or_generic("gpt-image-2"))) == []


def test_a_variation_needs_no_prompt(catalogue: Catalogue) -> None:
    assert codes(prompt_problems(Vary(model="dall-e-2"), catalogue.model_or_generic("dall-e-2"))) == []


@pytest.mark.parametrize("name", ["flux", "black-forest-labs/FLUX.1-dev", "模型", "my deployment"])
def test_gateways_may_name_their_models_freely(catalogue: Catalogue, name: str) -> None:
    assert codes(model_name_problems(replace(CAT, model=name), catalogue.model_or_generic(name))) == []


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0", "\ud800", "x" * 257])
def test_what_is_no_name_is_no_model(catalogue: Catalogue, name: str) -> None:
    assert codes(model_name_problems(replace(CAT, model=name), catalogue.model_or_generic(name))) == ["invalid_value"]


def test_a_user_may_have_256_characters() -> None:
    assert codes(user_problems(replace(CAT, user="x" * 256))) == []
    assert codes(user_problems(replace(CAT, user="x" * 257))) == ["invalid_value"]


def test_what_is_not_text_is_of_the_wrong_type(catalogue: Catalogue) -> None:
    wrong: Any = 7
    model = catalogue.model_or_generic("gpt-image-2")
    assert codes(prompt_problems(replace(CAT, prompt=wrong), model)) == ["invalid_type"]
    assert codes(model_name_problems(replace(CAT, model=wrong), model)) == ["invalid_type"]
    assert codes(user_problems(replace(CAT, user=wrong))) == ["invalid_type"]
