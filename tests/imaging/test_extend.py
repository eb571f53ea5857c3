"""Extending: the canvas grows, the new part is the mask, the original is still there to the byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sizes import Size
from app.imaging.boxes import Box
from app.imaging.compose import keep_unmasked
from app.imaging.errors import BadPicture
from app.imaging.extend import Extension, extend_picture, plan_aspect
from app.imaging.fit import plan_whole
from app.imaging.mask import read_mask
from tests.imaging.pictures import encoded, model, opened, size_of, soft, speckled

more = st.integers(0, 40)
edges = st.integers(1, 60)


@given(
    size=st.tuples(edges, edges), left=more, top=more, right=more, bottom=more, mode=st.sampled_from(["RGB", "RGBA"])
)
def test_extending_and_cropping_gives_the_original_back(
    size: tuple[int, int], left: int, top: int, right: int, bottom: int, mode: str
) -> None:
    image = speckled(size, mode)
    image.putpixel((0, 0), (1, 2, 3, 4)[: len(mode)])
    plan = Extension(source=Size(*size), left=left, top=top, right=right, bottom=bottom)
    extended = extend_picture(encoded(image), plan)
    canvas, edit = opened(extended.picture.data), read_mask(extended.mask)
    assert size_of(canvas) == size_of(edit) == plan.canvas
    assert canvas.crop(plan.original).tobytes() == image.tobytes()
    assert edit.crop(plan.original).getbbox() is None
    assert edit.histogram()[255] == plan.canvas.pixels - size[0] * size[1]
    assert plan.adds_anything == (edit.getbbox() is not None)
    if plan.adds_anything:
        assert plan.new_part == edit.getbbox()


def test_the_new_part_continues_the_edges_until_it_is_drawn() -> None:
    image = soft((20, 10))
    canvas = opened(extend_picture(encoded(image), Extension(source=Size(20, 10), left=5, bottom=7)).picture.data)
    assert canvas.getpixel((0, 4)) == image.getpixel((0, 4))
    assert canvas.getpixel((12, 16)) == image.getpixel((7, 9))


@pytest.mark.parametrize(
    ("shape", "place", "expected"),
    [
        ((16, 9), (0.5, 0.5), (389, 0, 389, 0)),
        ((16, 9), (0.0, 0.5), (0, 0, 778, 0)),
        ((9, 16), (0.5, 1.0), (0, 778, 0, 0)),
        ((1, 1), (0.5, 0.5), (0, 0, 0, 0)),
    ],
)
def test_a_new_shape_grows_one_direction_around_the_place_of_the_original(
    shape: tuple[int, int], place: tuple[float, float], expected: tuple[int, int, int, int]
) -> None:
    plan = plan_aspect(Size(1000, 1000), *shape, x=place[0], y=place[1])
    assert (plan.left, plan.top, plan.right, plan.bottom) == expected


@given(size=st.builds(Size, edges, edges), across=st.integers(1, 30), down=st.integers(1, 30))
def test_a_new_shape_is_reached_to_the_pixel_and_cuts_nothing(size: Size, across: int, down: int) -> None:
    canvas = plan_aspect(size, across, down).canvas
    assert canvas.width >= size.width
    assert canvas.height >= size.height
    exact = canvas.height * across / down
    assert abs(canvas.width - exact) < 1 or abs(canvas.height - canvas.width * down / across) < 1


def test_the_drawn_surroundings_join_the_untouched_original() -> None:
    image = speckled((64, 48))
    plan = plan_aspect(Size(64, 48), 2, 1)
    extended = extend_picture(encoded(image), plan)
    fitting = plan_whole(plan.canvas, model("gpt-image-2").sizes)
    kept = keep_unmasked(extended.picture.data, encoded(soft(fitting.asked)), extended.mask, fitting)
    result = opened(kept.data)
    assert result.size == (96, 48)
    assert result.crop(plan.original).tobytes() == image.tobytes()


def test_a_canvas_beyond_the_pixel_limit_is_refused_before_it_is_made() -> None:
    with pytest.raises(BadPicture) as caught:
        extend_picture(encoded(soft((20, 20))), Extension(source=Size(20, 20), right=60_000, bottom=60_000))
    assert caught.value.code == "picture_too_large"


def test_senseless_plans_are_errors_of_the_caller() -> None:
    with pytest.raises(ValueError, match="zero or more"):
        Extension(source=Size(20, 20), left=-1)
    with pytest.raises(ValueError, match="shape"):
        plan_aspect(Size(20, 20), 0, 1)
    with pytest.raises(ValueError, match="another size"):
        extend_picture(encoded(soft((20, 20))), Extension(source=Size(21, 20), left=1))
    assert Extension(source=Size(20, 20)).original == Box(0, 0, 20, 20)
