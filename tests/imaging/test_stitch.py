"""Full resolution: the masked part is sent with its surroundings, and everything else stays the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageChops

from app.domain.sizes import Size, parse_size
from app.imaging.boxes import Box
from app.imaging.compose import keep_unmasked
from app.imaging.fit import plan_whole
from app.imaging.mask import write_mask
from app.imaging.prepare import prepare, prepare_mask
from app.imaging.stitch import CONTEXT, makes_a_difference, plan_region
from tests.imaging.pictures import edit_map, encoded, model, opened, soft

GPT, OLD, DALL_E = model("gpt-image-2"), model("gpt-image-1.5"), model("dall-e-2")
PHOTO = Size(4000, 3000)

edges = st.integers(1, 8000)


@given(
    source=st.builds(Size, edges, edges),
    corner=st.tuples(edges, edges),
    size=st.tuples(edges, edges),
    taken=st.sampled_from([GPT, OLD, DALL_E]),
    experimental=st.booleans(),
)
def test_a_region_holds_all_that_is_to_be_edited_at_a_legal_size(
    source: Size, corner: tuple[int, int], size: tuple[int, int], taken: object, experimental: bool
) -> None:
    left, top = corner[0] % source.width, corner[1] % source.height
    edit = Box(left, top, min(source.width, left + size[0]), min(source.height, top + size[1]))
    plan = plan_region(source, edit, taken.sizes, experimental=experimental)
    assert plan.crop.within(source)
    assert plan.crop.left <= edit.left <= edit.right <= plan.crop.right
    assert plan.crop.top <= edit.top <= edit.bottom <= plan.crop.bottom
    assert plan.placed.within(plan.sent)
    assert taken.sizes.problem(str(plan.asked), "it") is None


@pytest.mark.parametrize("asked", ["1024x1024", "1536x1024", "2048x2048"])
def test_a_region_takes_the_size_that_was_asked_for(asked: str) -> None:
    size = parse_size(asked)
    assert size is not None
    small = plan_region(PHOTO, Box(1500, 1000, 1700, 1200), GPT.sizes, asked=size)
    assert (small.asked, small.crop.size, small.scale) == (size, size, 1)
    large = plan_region(PHOTO, Box(200, 200, 3400, 2400), GPT.sizes, asked=size)
    assert large.asked == size
    assert large.scale < 1


def test_a_small_retouch_of_a_photo_is_sent_unscaled_without_padding_and_with_context() -> None:
    plan = plan_region(PHOTO, Box(1500, 1000, 1700, 1200), GPT.sizes)
    assert plan.scale == 1
    assert plan.crop.size == plan.placed.size == plan.asked == Size(816, 816)
    assert plan.crop.left < 1500 - 200 * CONTEXT
    assert plan.crop.right > 1700 + 200 * CONTEXT


def test_surroundings_are_seen_on_each_side_of_a_large_retouch() -> None:
    edit = Box(1400, 1000, 2400, 1600)
    crop = plan_region(PHOTO, edit, GPT.sizes).crop
    assert min(edit.left - crop.left, edit.top - crop.top, crop.right - edit.right, crop.bottom - edit.bottom) >= 340


@pytest.mark.parametrize("corner", [(0, 0), (3900, 0), (0, 2900), (3900, 2900)])
def test_a_retouch_in_a_corner_stays_within_the_photo(corner: tuple[int, int]) -> None:
    plan = plan_region(PHOTO, Box(*corner, corner[0] + 100, corner[1] + 100), GPT.sizes)
    assert plan.scale == 1
    assert plan.crop.within(PHOTO)


def test_a_region_beyond_the_models_limits_takes_the_shape_of_what_is_asked() -> None:
    plan = plan_region(PHOTO, Box(1100, 900, 2900, 1800), OLD.sizes)
    assert plan.asked == Size(1536, 1024)
    assert plan.crop.width / plan.crop.height == pytest.approx(1.5, rel=0.01)
    assert plan_whole(PHOTO, OLD.sizes).scale < plan.scale < 1


def test_it_is_offered_only_when_it_makes_a_difference() -> None:
    whole = plan_whole(PHOTO, GPT.sizes)
    assert makes_a_difference(plan_region(PHOTO, Box(1500, 1000, 1700, 1200), GPT.sizes), whole)
    assert not makes_a_difference(plan_region(PHOTO, Box(100, 100, 3900, 2900), GPT.sizes), whole)
    modest = Size(1024, 1024)
    small = plan_region(modest, Box(10, 10, 60, 60), GPT.sizes)
    assert not makes_a_difference(small, plan_whole(modest, GPT.sizes))


@pytest.mark.parametrize("taken", [GPT, OLD, DALL_E], ids=lambda model: model.id)
def test_a_photo_keeps_its_size_and_every_pixel_outside_the_mask(taken: object) -> None:
    source = soft((1300, 1000))
    size, spot = Size(1300, 1000), (600, 400, 700, 480)
    edit = edit_map(size, spot)
    plan = plan_region(size, Box(*spot), taken.sizes)
    ready = prepare(encoded(source), plan, taken.inputs)
    mask = prepare_mask(write_mask(edit), ready.fitting, taken.mask)
    # The model redraws everything, as models do: here, as the negative.
    sent = opened(ready.picture.data)
    assert (ready.picture.width, ready.picture.height) == (mask.width, mask.height) == sent.size
    drawn = ImageChops.invert(sent.convert("RGB"))
    kept = keep_unmasked(encoded(source), encoded(drawn), write_mask(edit), ready.fitting, feather=0)
    expected = source.copy()
    expected.paste(ImageChops.invert(source.crop(spot)), spot)
    assert (kept.width, kept.height) == size
    difference = ImageChops.difference(opened(kept.data), expected)
    assert ImageChops.multiply(difference, ImageChops.invert(edit).convert("RGB")).getbbox() is None
    if plan.scale == 1 and ready.fitting == plan:
        assert difference.getbbox() is None
    assert kept.drift > 10
