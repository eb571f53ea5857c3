"""The formulas against every point that is published or was measured (reference: the price sheet)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.tokens import (
    axis_tokens,
    cell_tokens,
    prompt_tokens_at_most,
    prompt_tokens_typical,
    tile_tokens,
    tile_tokens_at_most,
)

COLUMNS = [(1024, 1024), (1536, 1024), (1536, 864), (2048, 2048), (2048, 1152), (3840, 2160)]
POINTS = {
    16: [196, 158, 120, 397, 157, 371],
    24: [439, 343, 280, 892, 367, 865],
    48: [1756, 1372, 1078, 3568, 1413, 3336],
    64: [3122, 2459, 1917, 6343, 2511, 5930],
    96: [7024, 5488, 4312, 14272, 5650, 13342],
}
EVERY_POINT = [(axis, size, tokens) for axis, row in POINTS.items() for size, tokens in zip(COLUMNS, row, strict=True)]

edges = st.integers(1, 4000)


@pytest.mark.parametrize(("axis", "size", "tokens"), EVERY_POINT)
def test_output_tokens_hit_every_published_point(axis: int, size: tuple[int, int], tokens: int) -> None:
    assert axis_tokens(axis, *size) == tokens
    assert axis_tokens(axis, *reversed(size)) == tokens


def test_two_pictures_of_one_call_are_rounded_once() -> None:
    assert axis_tokens(16, 1024, 1024, 2) == 391


@given(st.sampled_from(sorted(POINTS)), edges, edges, st.integers(1, 9))
def test_more_pictures_never_use_fewer_tokens(axis: int, width: int, height: int, n: int) -> None:
    assert axis_tokens(axis, width, height, n) <= axis_tokens(axis, width, height, n + 1)


@pytest.mark.parametrize(
    ("size", "tokens"),
    [((256, 256), 256), ((400, 400), 625), ((900, 900), 1024), ((1024, 1024), 1024), ((1536, 1024), 1536),
     ((1024, 1536), 1536), ((1280, 720), 920), ((2048, 2048), 1521), ((3840, 2160), 1508)],
)  # fmt: skip
def test_input_tokens_hit_every_measured_size(size: tuple[int, int], tokens: int) -> None:
    assert cell_tokens(*size) == tokens


def test_a_sliver_is_counted_as_a_third_as_wide_as_long() -> None:
    assert cell_tokens(3840, 16) == cell_tokens(3840, 1280)


@given(edges, edges)
def test_an_input_picture_never_counts_more_than_1536_cells(width: int, height: int) -> None:
    assert 1 <= cell_tokens(width, height) <= 1536
    assert cell_tokens(width, height) == cell_tokens(height, width)


@pytest.mark.parametrize(
    ("size", "tokens"),
    [((1024, 1024), 194), ((1024, 1536), 323), ((1536, 1024), 323), ((256, 256), 194), ((1025, 512), 452)],
)
def test_the_first_generation_counts_tiles(size: tuple[int, int], tokens: int) -> None:
    assert tile_tokens(*size) == tokens


@pytest.mark.parametrize(
    ("size", "tokens"), [((100, 80), 65 + 2 * 129), ((1024, 1024), 194), ((4000, 400), 65 + 10 * 129)]
)
def test_tiles_that_may_be_counted_otherwise_are_bounded(size: tuple[int, int], tokens: int) -> None:
    assert tile_tokens_at_most(*size) == tokens
    assert tile_tokens_at_most(*size, high_fidelity=True) - tokens == tile_tokens(
        *size, high_fidelity=True
    ) - tile_tokens(*size)


@given(edges, edges)
def test_the_most_tiles_are_never_fewer_than_the_likely_ones(width: int, height: int) -> None:
    assert tile_tokens_at_most(width, height) >= tile_tokens(width, height)


def test_high_fidelity_adds_tokens_by_shape() -> None:
    assert tile_tokens(1024, 1024, high_fidelity=True) == 194 + 4160
    assert tile_tokens(1024, 1536, high_fidelity=True) == 323 + 6240


def test_prompt_tokens_are_bounded_by_bytes_and_estimated_by_a_quarter() -> None:
    assert prompt_tokens_at_most("a white siamese cat") == 19 + 6
    assert prompt_tokens_typical("a white siamese cat") == 5 + 6
    assert prompt_tokens_at_most("白猫") == 6 + 6


@given(st.text())
def test_the_bound_on_prompt_tokens_is_a_bound_even_for_broken_text(text: str) -> None:
    assert prompt_tokens_at_most(text + "\ud800") > prompt_tokens_typical(text)
