import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.catalogue import Catalogue
from app.domain.sizes import FreeSizeRule, Size, Sizes, parse_size

edges = st.integers(min_value=1, max_value=99_999)


@pytest.fixture(scope="session")
def sizes(catalogue: Catalogue) -> Sizes:
    return catalogue.model_or_generic("gpt-image-2").sizes


@pytest.fixture(scope="session")
def rule(sizes: Sizes) -> FreeSizeRule:
    assert sizes.rule is not None
    return sizes.rule


@given(edges, edges)
def test_a_size_survives_being_written_and_read(width: int, height: int) -> None:
    assert parse_size(f"{width}x{height}") == Size(width, height)
    assert str(Size(width, height)) == f"{width}x{height}"


@pytest.mark.parametrize(
    "text",
    ["auto", "", "1024", "1024x", "x1024", "1024X1024", "1024×1024", " 1024x1024", "1024x1024\n", "0x16", "-16x16",
     "016x16", "1e3x16", "1024x1024x3", "١٠٢٤x1024", "100000x16", "9" * 5000 + "x16", None, 1024],
)  # fmt: skip
def test_what_is_not_a_size_is_not_read_as_one(text: object) -> None:
    assert parse_size(text) is None


@pytest.mark.parametrize(
    "text",
    ["1024x640", "640x1024", "816x816", "3840x2160", "2160x3840", "2880x2880", "1536x864", "1536x512", "512x1536",
     "3840x1280", "1024x1024", "1536x1024", "1024x1536", "2048x2048", "2048x1152", "auto"],
)  # fmt: skip
def test_sizes_within_the_free_rule_are_taken(sizes: Sizes, text: str) -> None:
    assert sizes.problem(text, "gpt-image-2") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1500x1500", "multiples of 16"),
        ("1792x936", "multiples of 16"),
        ("936x1792", "multiples of 16"),
        ("800x800", "at least 655360 pixels"),
        ("1024x576", "at least 655360 pixels"),
        ("256x256", "at least 655360 pixels"),
        ("1008x640", "at least 655360 pixels"),
        ("3008x3008", "at most 8294400 pixels"),
        ("3840x2176", "at most 8294400 pixels"),
        ("3856x2144", "longest edge may be 3840"),
        ("2144x3856", "longest edge may be 3840"),
        ("1552x512", "between 1:3 and 3:1"),
        ("512x1552", "between 1:3 and 3:1"),
    ],
)
def test_sizes_beyond_the_free_rule_are_refused_with_the_reason(sizes: Sizes, text: str, reason: str) -> None:
    assert reason in (sizes.problem(text, "gpt-image-2") or "")


def test_a_size_that_breaks_several_requirements_hears_of_all(rule: FreeSizeRule) -> None:
    assert len(rule.breaches(Size(4001, 100))) == 4


def test_the_refusal_names_the_nearest_size(sizes: Sizes) -> None:
    assert (sizes.problem("1500x1500", "gpt-image-2") or "").endswith("The nearest size it draws is 1504x1504.")


@given(edges, edges)
def test_the_suggested_size_is_always_legal(rule: FreeSizeRule, width: int, height: int) -> None:
    assert rule.breaches(rule.nearest(Size(width, height))) == ()


@given(st.integers(1, 240), st.integers(1, 240))
def test_the_rule_is_its_published_definition(rule: FreeSizeRule, across: int, down: int) -> None:
    width, height = across * 16, down * 16
    legal = (
        max(width, height) <= 3840
        and max(width, height) <= 3 * min(width, height)
        and 655_360 <= width * height <= 8_294_400
    )
    assert (rule.breaches(Size(width, height)) == ()) is legal
    assert (rule.nearest(Size(width, height)) == (width, height)) is legal


@given(edges, edges)
def test_a_size_and_its_quarter_turn_are_judged_alike(rule: FreeSizeRule, width: int, height: int) -> None:
    assert rule.breaches(Size(width, height)) == rule.breaches(Size(height, width))


@pytest.mark.parametrize(
    ("text", "experimental"),
    [("2560x1440", False),
     ("1920x1920", False), ("2576x1440", True), ("3840x2160", True), ("auto", False), (None, False)],
)  # fmt: skip
def test_sizes_above_2560x1440_are_experimental(sizes: Sizes, text: str | None, experimental: bool) -> None:
    assert sizes.is_experimental(text) is experimental


@pytest.mark.parametrize(
    ("model", "taken"),
    [
        ("dall-e-2", {"256x256", "512x512", "1024x1024"}),
        ("dall-e-3", {"1024x1024", "1792x1024", "1024x1792"}),
        ("gpt-image-1", {"1024x1024", "1536x1024", "1024x1536", "auto"}),
        ("gpt-image-1-mini", {"1024x1024", "1536x1024", "1024x1536", "auto"}),
        ("gpt-image-1.5", {"1024x1024", "1536x1024", "1024x1536", "auto"}),
        ("chatgpt-image-latest", {"1024x1024", "1536x1024", "1024x1536", "auto"}),
    ],
)
def test_older_models_take_exactly_their_list(catalogue: Catalogue, model: str, taken: set[str]) -> None:
    sizes = catalogue.model_or_generic(model).sizes
    every = {"256x256", "512x512", "1024x1024", "1536x1024", "1024x1536", "1792x1024", "1024x1792", "2048x2048", "auto"}
    assert {text for text in every if sizes.problem(text, model) is None} == taken


def test_a_refusal_by_an_older_model_lists_what_it_draws(catalogue: Catalogue) -> None:
    problem = catalogue.model_or_generic("gpt-image-1.5").sizes.problem("2048x2048", "gpt-image-1.5")
    assert (problem or "").endswith("Choose one of 1024x1024, 1536x1024, 1024x1536 or auto.")


@pytest.mark.parametrize("text", ["3x4", "1500x1500", "9999x16", "auto"])
def test_an_unknown_model_takes_any_size_that_is_one(catalogue: Catalogue, text: str) -> None:
    assert catalogue.model_or_generic("flux").sizes.problem(text, "flux") is None


def test_an_unknown_model_does_not_take_what_is_no_size(catalogue: Catalogue) -> None:
    assert "not understood" in (catalogue.model_or_generic("flux").sizes.problem("big", "flux") or "")
