"""Fitting: the closest legal size is asked for, and what comes back lands exactly where it was taken from."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from app.domain.sizes import Size
from app.imaging.asked_size import closest_size, smallest_holding
from app.imaging.boxes import Box, whole
from app.imaging.fit import Fitting, fit_part, plan_whole
from tests.imaging.pictures import edit_map, model, size_of, soft, speckled

FREE = model("gpt-image-2").sizes
THREE = model("gpt-image-1.5").sizes
SQUARES = model("dall-e-2").sizes

edges = st.integers(1, 9000)
sizes = st.builds(Size, edges, edges)
models_sizes = st.sampled_from([FREE, THREE, SQUARES])
small = st.builds(Size, st.integers(1, 90), st.integers(1, 90))


# --- What is asked for


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        ((1024, 1024), "1024x1024"),
        ((1536, 1024), "1536x1024"),
        ((1000, 777), "1008x784"),  # less than one step is added
        ((1030, 1030), "1040x1040"),  # rather than 1024x1024, which is nearer but would resample
        ((4000, 3000), "2176x1632"),  # 4:3 exactly, below what is experimental
        ((10_000, 1_000), "3312x1104"),  # no shape is wider than 3:1
        ((300, 300), "816x816"),  # no picture is smaller
    ],
)
def test_a_free_size_is_the_closest_legal_one(source: tuple[int, int], asked: str) -> None:
    assert str(closest_size(Size(*source), FREE)) == asked


@pytest.mark.parametrize(
    ("source", "asked"), [((4000, 3000), "1536x1024"), ((900, 1000), "1024x1024"), ((900, 1600), "1024x1536")]
)
def test_a_listed_size_is_the_one_of_the_closest_shape(source: tuple[int, int], asked: str) -> None:
    assert str(closest_size(Size(*source), THREE)) == asked


def test_experimental_sizes_are_asked_for_only_when_wanted() -> None:
    assert str(closest_size(Size(3840, 2160), FREE, experimental=True)) == "3840x2160"
    assert closest_size(Size(3840, 2160), FREE).pixels <= 3_686_400


@given(source=sizes, taken=models_sizes, experimental=st.booleans())
def test_whatever_is_asked_for_is_legal(source: Size, taken: object, experimental: bool) -> None:
    asked = closest_size(source, taken, experimental=experimental)
    assert taken.problem(str(asked), "it") is None


@given(width=st.integers(40, 240), height=st.integers(40, 240))
def test_a_legal_source_is_asked_for_as_it_is(width: int, height: int) -> None:
    size = Size(16 * width, 16 * height)
    if not FREE.rule.breaches(size):
        assert closest_size(size, FREE, experimental=True) == size


@given(need=sizes, room=sizes, taken=models_sizes)
def test_a_holding_size_is_legal_holds_and_fits(need: Size, room: Size, taken: object) -> None:
    size = smallest_holding(need, room, taken)
    if size:
        assert taken.problem(str(size), "it") is None
        assert need.width <= size.width <= room.width
        assert need.height <= size.height <= room.height


def test_a_holding_size_has_a_shape_like_what_it_holds() -> None:
    assert smallest_holding(Size(200, 200), Size(4000, 3000), FREE) == Size(816, 816)
    assert smallest_holding(Size(1000, 100), Size(4000, 3000), FREE) == Size(1376, 480)
    assert smallest_holding(Size(2000, 2000), Size(1999, 3000), FREE) is None


# --- There and back


@given(source=sizes, taken=models_sizes, crop=st.booleans())
def test_points_map_there_and_back(source: Size, taken: object, crop: bool) -> None:
    plan = plan_whole(source, taken, crop=crop)
    for x, y in ((plan.crop.left, plan.crop.top), (plan.crop.right, plan.crop.bottom), (source.width / 3, 0.5)):
        assert plan.back_point(*plan.forward_point(x, y)) == pytest.approx((x, y), abs=1e-6 * max(source))
    assert plan.forward_point(plan.crop.left, plan.crop.top) == plan.placed[:2]
    assert plan.forward_point(plan.crop.right, plan.crop.bottom) == plan.placed[2:]


@given(source=sizes, taken=models_sizes, crop=st.booleans())
def test_a_plan_is_sound_and_survives_being_stored(source: Size, taken: object, crop: bool) -> None:
    plan = plan_whole(source, taken, crop=crop)
    assert plan.crop.within(source)
    assert plan.placed.within(plan.sent)
    assert plan.sent == plan.asked
    assert plan.is_whole or crop
    assert Fitting.from_record(json.loads(json.dumps(plan.as_record()))) == plan


@given(source=small, more=st.tuples(st.integers(0, 8), st.integers(0, 8)), mode=st.sampled_from(["RGB", "RGBA"]))
def test_padding_alone_is_undone_to_the_same_bytes(source: Size, more: tuple[int, int], mode: str) -> None:
    image = speckled(source, mode)
    tight = min((source.width + more[0]) / source.width, (source.height + more[1]) / source.height) < 1.1
    plan = fit_part(source, whole(source), Size(source.width + more[0], source.height + more[1]))
    there = plan.forward(image)
    assert size_of(there) == plan.sent
    if tight:
        assert plan.undo(there).tobytes() == image.tobytes()


@given(source=small, asked=small, back=small)
def test_whatever_size_comes_back_is_undone_to_the_size_of_the_part(source: Size, asked: Size, back: Size) -> None:
    plan = fit_part(source, whole(source), asked)
    assert size_of(plan.undo(Image.new("RGB", back))) == source
    assert plan.placed_in(back).within(back)


@given(x=st.integers(0, 60), y=st.integers(0, 40), factor=st.integers(1, 3))
def test_a_part_of_the_source_is_sent_and_taken_back_at_its_place(x: int, y: int, factor: int) -> None:
    image, part = soft((100, 80)), Box(x, y, x + 40, y + 40)
    plan = fit_part(Size(100, 80), part, Size(40 * factor, 40 * factor))
    back = plan.undo(plan.forward(image))
    worst = max(high for _, high in ImageChops.difference(back, image.crop(part)).getextrema())
    assert worst <= (0 if factor == 1 else 12)


def test_padding_continues_the_edges_and_a_scaled_picture_comes_back_nearly_the_same() -> None:
    image = soft((300, 200))
    plan = plan_whole(Size(300, 200), THREE, asked=Size(1024, 1024))
    there = plan.forward(image)
    assert there.getpixel((500, 0)) == there.getpixel((500, plan.placed.top))
    assert max(high for _, high in ImageChops.difference(plan.undo(there), image).getextrema()) <= 4


def test_padding_is_the_same_on_both_sides() -> None:
    plan = plan_whole(Size(4000, 3000), THREE)
    assert plan.placed == Box(85, 0, 1450, 1024)  # of 1536x1024


def test_an_answer_of_another_size_than_asked_is_brought_back_all_the_same() -> None:
    image = soft((300, 200))
    plan = plan_whole(Size(300, 200), THREE, asked=Size(1024, 1024))
    answer = plan.forward(image).resize((1001, 1001), Image.Resampling.BICUBIC)
    assert max(high for _, high in ImageChops.difference(plan.undo(answer), image).getextrema()) <= 6


def test_cropping_cuts_both_ends_equally_and_keeps_the_middle() -> None:
    plan = plan_whole(Size(3000, 1000), THREE, asked=Size(1024, 1024), crop=True)
    assert plan.crop == Box(1000, 0, 2000, 1000)
    assert plan.placed.size == Size(1000, 1000)  # unscaled, in a little padding


@given(source=small, asked=small, box=st.tuples(*[st.integers(0, 89)] * 4))
def test_any_pixel_to_edit_is_sent_as_such_and_padding_never(
    source: Size, asked: Size, box: tuple[int, int, int, int]
) -> None:
    left, top = box[0] % source.width, box[1] % source.height
    edit = edit_map(source, (left, top, left + 1 + box[2], top + 1 + box[3]))
    plan = fit_part(source, whole(source), asked)
    sent = plan.forward_mask(edit)
    assert size_of(sent) == asked
    assert sent.getbbox() is not None
    sent.paste(0, plan.placed)
    assert sent.getbbox() is None


def test_a_lone_pixel_to_edit_is_not_lost_in_a_picture_made_small() -> None:
    plan = fit_part(Size(400, 300), whole(Size(400, 300)), Size(4, 3))
    assert plan.forward_mask(edit_map((400, 300), (199, 100, 200, 101))).getbbox() is not None
    between_two = fit_part(Size(1, 19), whole(Size(1, 19)), Size(1, 10))
    assert between_two.forward_mask(edit_map((1, 19), (0, 9, 1, 10))).getbbox() is not None


def test_sending_less_keeps_the_shape_and_what_is_asked_for() -> None:
    plan = plan_whole(Size(2000, 1500), SQUARES).shrunk(0.5)
    assert (plan.sent, plan.asked) == (Size(512, 512), Size(1024, 1024))
    assert plan.placed.within(plan.sent)
