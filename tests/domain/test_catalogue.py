from collections.abc import Callable
from datetime import date
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.catalogue import Catalogue, load_catalogue
from app.domain.costs import Usage, dollars
from app.domain.requests import AnyRequest, Edit, Generate, InputPicture, Vary

PictureMaker = Callable[..., InputPicture]

CAT = Generate(prompt="a white siamese cat", model="gpt-image-2", quality="low", size="1024x1024")

MODELS = [
    "gpt-image-2.6-sunburst", "gpt-image-2.5-flare", "gpt-image-2", "gpt-image-1.5", "chatgpt-image-latest",
    "gpt-image-1-mini", "gpt-image-1", "dall-e-3", "dall-e-2", "flux",
]  # fmt: skip
edges = st.integers(1, 5000)
pictures = st.builds(
    InputPicture, digest=st.just("d"), mime_type=st.just("image/png"), width=edges, height=edges, byte_size=st.just(1)
)
common = {
    "prompt": st.text(max_size=200),
    "model": st.sampled_from(MODELS),
    "n": st.none() | st.integers(1, 9),
    "size": st.sampled_from([None, "auto", "1024x1024", "1536x1024", "256x256", "3840x2160", "9x9", "nonsense"]),
    "quality": st.sampled_from([None, "auto", "low", "medium", "high", "xhigh", "max", "hd", "standard", "nonsense"]),
    "output_format": st.sampled_from([None, "png", "gif"]),
    "partial_images": st.none() | st.integers(0, 3),
    "frame_count": st.none() | st.integers(2, 16),
}
requests = (
    st.builds(Generate, **common)
    | st.builds(
        Edit,
        images=st.lists(pictures, min_size=1, max_size=3).map(tuple),
        input_fidelity=st.sampled_from([None, "low", "high"]),
        **common,
    )
    | st.builds(Vary, model=common["model"], n=common["n"], size=common["size"], images=st.tuples(pictures))
)


def with_n(request: AnyRequest, n: int) -> AnyRequest:
    return type(request)(**{**request.chosen(), "n": n})


# --- Models


def test_loading_takes_a_few_milliseconds_of_work() -> None:
    def once() -> float:
        start = process_time()
        load_catalogue()
        return process_time() - start

    assert min(once() for _ in range(10)) < 0.010


def test_models_are_known_by_id_and_by_snapshot(catalogue: Catalogue) -> None:
    for alias, model in [
        ("gpt-image-1.5-2025-12-16", "gpt-image-1.5"),
        ("gpt-image-2-2026-04-21", "gpt-image-2"),
        ("gpt-image-2.5-sunburst-2026-09-08", "gpt-image-2.5-sunburst"),
        ("gpt-image-2.5-flare-2026-09-08", "gpt-image-2.5-flare"),
    ]:
        assert catalogue.model(alias) is catalogue.model(model) is not None
        assert catalogue.model_or_generic(alias).id == model


def test_a_name_that_is_not_listed_stands_for_a_model_with_general_limits(catalogue: Catalogue) -> None:
    assert catalogue.model("flux") is None
    assert catalogue.model("") is None
    model = catalogue.model_or_generic("flux")
    assert (model.id, model.title, model.known, model.prompt_max, model.n_max) == ("flux", "flux", False, 32_000, 10)


def test_the_default_model_is_live_and_can_make_and_edit(catalogue: Catalogue, today: date) -> None:
    model = catalogue.model(catalogue.default_model)
    assert model is not None
    assert model.status(today) == "live"
    assert {"generate", "edit"} <= set(model.endpoints)


def test_models_are_offered_newest_first_and_retired_last(catalogue: Catalogue, today: date) -> None:
    ranks = [["live", "retiring", "retired"].index(model.status(today)) for model in catalogue.models]
    assert ranks == sorted(ranks)
    assert catalogue.models[0].id == "gpt-image-2.6-sunburst"
    released = [model.released for model in catalogue.models if model.released]
    assert released == sorted(released, reverse=True)


def test_retired_models_are_offered_only_as_legacy(catalogue: Catalogue, today: date) -> None:
    def names(kind: str, *, legacy: bool) -> set[str]:
        return {model.id for model in catalogue.offered(today=today, legacy=legacy, kind=kind)}

    assert names("generate", legacy=True) - names("generate", legacy=False) == {"gpt-image-1", "dall-e-3", "dall-e-2"}
    assert names("edit", legacy=True) - names("edit", legacy=False) == {"gpt-image-1", "dall-e-2"}
    assert names("vary", legacy=True) == {"dall-e-2"}
    assert names("vary", legacy=False) == set()
    assert len(catalogue.offered(today=date(2026, 12, 1), legacy=False, kind="generate")) == 5


@pytest.mark.parametrize(
    ("name", "accepts"),
    [("dall-e-2", True), ("dall-e-3", True), ("gpt-image-1", False), ("gpt-image-2", False),
     ("chatgpt-image-latest", False), ("gpt-image-2-2026-04-21", False), ("gpt-image-3", False), ("flux", False)],
)  # fmt: skip
def test_response_format_is_for_dall_e(catalogue: Catalogue, name: str, accepts: bool) -> None:
    assert catalogue.accepts_response_format(name) is accepts


# --- Warnings


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (Generate(prompt="a", model="flux"), ["flux", "price"]),
        (Generate(prompt="a", model="gpt-image-1-mini"), ["2026-12-01", "gpt-image-2.5-flare"]),
        (Generate(prompt="a", model="gpt-image-2", size="3840x2160"), ["3840x2160", "experimental"]),
        (Generate(prompt="a", model="gpt-image-2.6-flare", output_format="gif"), ["gif", "preview"]),
    ],
)
def test_what_may_be_sent_but_should_be_known_is_said(
    catalogue: Catalogue, today: date, request_: AnyRequest, words: list[str]
) -> None:
    (sentence,) = catalogue.warnings(request_, today=today)
    assert all(word in sentence for word in words)


def test_a_plain_request_brings_no_warning(catalogue: Catalogue, today: date) -> None:
    assert catalogue.warnings(CAT, today=today) == ()
    assert catalogue.warnings(Vary(model="dall-e-2"), today=today) == ()


def test_the_warning_of_retirement_comes_sixty_days_ahead_and_ends_with_it(catalogue: Catalogue) -> None:
    request = Generate(prompt="a", model="gpt-image-1.5")
    assert catalogue.warnings(request, today=date(2026, 10, 1)) == ()
    assert len(catalogue.warnings(request, today=date(2026, 10, 2))) == 1
    assert len(catalogue.warnings(request, today=date(2026, 11, 30))) == 1
    assert catalogue.warnings(request, today=date(2026, 12, 1)) == ()


# --- Plans and quotes


def test_the_promised_example_costs_what_is_promised(catalogue: Catalogue) -> None:
    quote = catalogue.quote(CAT)
    assert dollars(quote.estimate) == "0.005935"  # 196 tokens drawn at $30, 11 read at $5, per million
    assert dollars(quote.at_most) == "0.006005"
    assert quote.tokens == {"input_text_tokens": 11, "input_image_tokens": 0, "output_image_tokens": 196}
    assert quote.exact
    assert quote.note is None


def test_two_pictures_of_one_call_are_391_tokens(catalogue: Catalogue) -> None:
    assert catalogue.quote(with_n(CAT, 2)).tokens["output_image_tokens"] == 391


def test_pictures_are_drawn_by_one_call(catalogue: Catalogue) -> None:
    (call,) = catalogue.plan(with_n(CAT, 10))
    assert (call.n, call.stream) == (10, False)


def test_previews_of_several_pictures_take_a_call_each(catalogue: Catalogue) -> None:
    request = Generate(prompt="a", model="gpt-image-2", n=3, partial_images=2)
    assert [(call.n, call.stream) for call in catalogue.plan(request)] == [(1, True)] * 3
    assert [(call.n, call.stream) for call in catalogue.plan(with_n(request, 1))] == [(1, True)]


def test_no_previews_means_no_stream(catalogue: Catalogue) -> None:
    request = Generate(prompt="a", model="gpt-image-2", n=3, partial_images=0)
    assert [(call.n, call.stream) for call in catalogue.plan(request)] == [(3, False)]


def test_dall_e_3_draws_one_picture_a_call(catalogue: Catalogue) -> None:
    calls = catalogue.plan(Generate(prompt="a", model="dall-e-3", n=4))
    assert [(call.n, call.stream, call.estimate) for call in calls] == [(1, False, 40_000)] * 4


def test_a_variation_is_planned_and_priced_like_the_rest(catalogue: Catalogue, picture: PictureMaker) -> None:
    request = Vary(model="dall-e-2", n=3, images=(picture(),))
    assert [call.n for call in catalogue.plan(request)] == [3]
    quote = catalogue.quote(request)
    assert (quote.estimate, quote.at_most, quote.tokens) == (60_000, 60_000, {})


def test_a_senseless_count_does_not_make_a_senseless_plan(catalogue: Catalogue) -> None:
    assert len(catalogue.plan(Generate(prompt="a", model="dall-e-3", n=10**9))) == 10
    assert len(catalogue.plan(Generate(prompt="a", model="dall-e-3", n=-1))) == 1


@given(requests)
def test_a_quote_is_the_sum_of_its_plan(catalogue: Catalogue, request: AnyRequest) -> None:
    quote, plan = catalogue.quote(request), catalogue.plan(request)
    assert sum(call.n for call in plan) == request.count
    assert quote.estimate == sum(call.estimate for call in plan)
    assert quote.at_most == sum(call.at_most for call in plan)


@given(requests)
def test_what_is_held_is_never_less_than_what_is_estimated(catalogue: Catalogue, request: AnyRequest) -> None:
    quote = catalogue.quote(request)
    assert 0 < quote.estimate <= quote.at_most


@given(requests)
def test_more_pictures_never_cost_less(catalogue: Catalogue, request: AnyRequest) -> None:
    more, fewer = catalogue.quote(with_n(request, request.count + 1)), catalogue.quote(request)
    assert more.estimate > fewer.estimate
    assert more.at_most > fewer.at_most


@given(requests)
def test_for_a_model_without_a_price_the_dearest_known_is_held(catalogue: Catalogue, request: AnyRequest) -> None:
    values = {**request.chosen(), "n": 1}
    held = catalogue.plan(type(request)(**(values | {"model": "flux"})))[0].at_most
    for name in MODELS:
        assert held >= catalogue.plan(type(request)(**(values | {"model": name})))[0].at_most


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (Generate(prompt="a", model="flux"), "not known"),
        (Generate(prompt="a", model="gpt-image-2"), "left to the model"),
        (Generate(prompt="a", model="gpt-image-2", size="1024x1024"), "left to the model"),
        (Generate(prompt="a", model="gpt-image-2.6-flare", output_format="gif", frame_count=2), "every frame"),
        (Generate(prompt="a", model="gpt-image-2.6-flare", quality="high", size="1024x1024"), "not fully published"),
    ],
)
def test_a_quote_that_may_be_off_says_why(catalogue: Catalogue, request_: AnyRequest, words: str) -> None:
    quote = catalogue.quote(request_)
    assert not quote.exact
    assert words in (quote.note or "")


# --- Settling


def test_reported_usage_is_settled_at_the_models_rates(catalogue: Catalogue) -> None:
    assert dollars(catalogue.cost_of(CAT, Usage(14, 0, 196, 0))) == "0.005950"


def test_text_drawn_is_billed_only_where_it_has_a_price(catalogue: Catalogue) -> None:
    usage = Usage(output_text_tokens=100)
    assert catalogue.cost_of(Generate(prompt="a", model="gpt-image-1.5"), usage) == 1000
    assert catalogue.cost_of(Generate(prompt="a", model="gpt-image-2"), usage) == 0


def test_dall_e_is_settled_by_the_picture_whatever_is_reported(catalogue: Catalogue) -> None:
    request = Generate(prompt="a", model="dall-e-3", n=2)
    assert catalogue.cost_of(request, Usage(1, 1, 1, 1)) == 80_000
    assert not catalogue.plausible(request, 1, Usage(1, 1, 1, 1))


@pytest.mark.parametrize(
    ("usage", "believed"),
    [
        (Usage(14, 0, 196, 0), True),
        (Usage(14, 0, 1, 0), True),
        (Usage(14, 0, 1999, 0), True),  # ten times what is held, all but 10 micro-dollars
        (Usage(14, 0, 2000, 0), False),
        (Usage(14, 0, 150, 0), True),
        (Usage(), False),
        (Usage(14, 0, 0, 0), False),
        (Usage(-14, 0, 196, 0), False),
        (Usage(14, 0, -196, 0), False),
        (Usage(14, 0, 196, -1), False),
        (Usage(14, 0, 2500, 0), False),
        (Usage(10**12, 0, 196, 0), False),
        (Usage(14, 0, 196, 10**30), False),
    ],
)
def test_absurd_usage_is_not_believed(catalogue: Catalogue, usage: Usage, believed: bool) -> None:
    assert catalogue.plausible(CAT, 1, usage) is believed


def test_belief_grows_with_the_pictures_of_the_call(catalogue: Catalogue) -> None:
    request: Any = with_n(CAT, 4)
    assert not catalogue.plausible(request, 1, Usage(14, 0, 4000, 0))
    assert catalogue.plausible(request, 4, Usage(14, 0, 4000, 0))


@given(requests)
def test_an_estimate_come_true_is_believed_and_never_exceeds_what_is_held(
    catalogue: Catalogue, request: AnyRequest
) -> None:
    single = with_n(request, 1)
    tokens = catalogue.quote(single).tokens
    if tokens:
        usage = Usage(**tokens)
        assert catalogue.plausible(single, 1, usage)
        assert catalogue.cost_of(single, usage) == catalogue.quote(single).estimate
