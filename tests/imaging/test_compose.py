"""Exact keeping: outside the mask the composite equals the source, whatever the model did."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from app.domain.sizes import Size
from app.imaging.boxes import Box, whole
from app.imaging.compose import drift, keep_unmasked, unpad
from app.imaging.decode import decode_upload
from app.imaging.errors import BadPicture
from app.imaging.feather import feather_inward
from app.imaging.fit import fit_part, plan_whole
from app.imaging.mask import write_mask
from tests.imaging.pictures import edit_map, encoded, model, opened, size_of, soft, speckled

ROOT = Path(__file__).parent.parent.parent


def same_where(keep: Image.Image, one: Image.Image, other: Image.Image) -> bool:
    """Whether the two have identical pixels, alpha included, wherever `keep` is 255."""
    difference = ImageChops.difference(one.convert("RGBA"), other.convert("RGBA"))
    return all(ImageChops.multiply(band, keep).getbbox() is None for band in difference.split())


sides = st.integers(1, 50)
places = st.tuples(sides, sides, sides, sides)


@settings(max_examples=150)
@given(
    size=st.tuples(sides, sides),
    boxes=st.lists(places, min_size=0, max_size=4),
    asked=st.tuples(sides, sides),
    answered=st.tuples(sides, sides),
    feather=st.integers(0, 20),
    modes=st.tuples(st.sampled_from(["RGB", "RGBA"]), st.sampled_from(["RGB", "RGBA"])),
    kind=st.sampled_from(["png", "webp"]),
)
def test_kept_pixels_are_identical_for_any_mask_size_and_feather(
    size: tuple[int, int],
    boxes: list[tuple[int, int, int, int]],
    asked: tuple[int, int],
    answered: tuple[int, int],
    feather: int,
    modes: tuple[str, str],
    kind: str,
) -> None:
    source, drawn = speckled(size, modes[0]), speckled(answered, modes[1], seed=9)
    edit = edit_map(size, *[(x - 1, y - 1, x + w, y + h) for x, y, w, h in boxes])
    plan = fit_part(Size(*size), whole(Size(*size)), Size(*asked))
    kept = keep_unmasked(encoded(source), encoded(drawn), write_mask(edit), plan, feather=feather, output_format=kind)
    result = opened(kept.data)
    assert (result.size, kept.mime_type) == (size, f"image/{kind}")
    assert same_where(ImageChops.invert(edit), result, source)
    if feather == 0:
        assert same_where(edit, result, plan.undo(drawn))


def test_kept_pixels_of_a_jpeg_photo_are_those_of_the_upload() -> None:
    upload = encoded(soft((320, 240)), "JPEG", quality=85)
    edit = edit_map((320, 240), (100, 80, 180, 160))
    plan = plan_whole(Size(320, 240), model("gpt-image-2").sizes)
    kept = keep_unmasked(
        decode_upload(upload).data, encoded(Image.new("RGB", plan.asked, "red")), write_mask(edit), plan
    )
    result = opened(kept.data)
    assert same_where(ImageChops.invert(edit), result, opened(upload))
    assert result.getpixel((140, 120)) == (255, 0, 0)


def test_a_part_that_was_sent_alone_lands_at_its_place() -> None:
    source = speckled((200, 150))
    part = Box(90, 40, 170, 120)
    edit = edit_map((200, 150), (110, 60, 150, 100), (0, 0, 10, 10))  # the second lies outside what was sent
    plan = fit_part(Size(200, 150), part, Size(80, 80))
    drawn = ImageChops.invert(source.crop(part))
    kept = keep_unmasked(encoded(source), encoded(drawn), write_mask(edit), plan, feather=0)
    expected = source.copy()
    expected.paste(ImageChops.invert(source.crop((110, 60, 150, 100))), (110, 60))
    assert opened(kept.data).tobytes() == expected.tobytes()


def test_a_jpeg_is_made_when_asked_for() -> None:
    source = soft((64, 64), "RGBA")
    plan = fit_part(Size(64, 64), whole(Size(64, 64)), Size(64, 64))
    mask = write_mask(edit_map((64, 64), (0, 0, 32, 64)))
    kept = keep_unmasked(encoded(source), encoded(soft((64, 64))), mask, plan, output_format="jpeg", compression=80)
    assert (opened(kept.data).format, kept.mime_type) == ("JPEG", "image/jpeg")


def test_an_answer_that_is_damaged_is_noticed() -> None:
    plan = fit_part(Size(64, 64), whole(Size(64, 64)), Size(64, 64))
    mask = write_mask(edit_map((64, 64), (0, 0, 32, 64)))
    with pytest.raises(BadPicture):
        keep_unmasked(encoded(soft((64, 64))), encoded(speckled((64, 64)))[:900], mask, plan)


# --- Drift


def test_drift_is_the_mean_difference_outside_the_mask_only() -> None:
    grey = Image.new("RGB", (300, 300), (100, 100, 100))
    strayed = Image.new("RGB", (300, 300), (106, 100, 97))
    edit = edit_map((300, 300), (0, 0, 300, 290))
    strayed.paste("white", (0, 0, 300, 290))
    assert drift(grey, strayed, edit) == pytest.approx(3.0)
    assert drift(grey, grey, edit) == 0
    assert drift(grey, strayed, edit_map((300, 300), (0, 0, 300, 300))) == 0  # nothing was to be kept


# --- Feather


@given(boxes=st.lists(places, min_size=1, max_size=4), radius=st.integers(0, 25))
def test_the_feather_lies_within_the_mask(boxes: list[tuple[int, int, int, int]], radius: int) -> None:
    edit = edit_map((80, 80), *[(x, y, x + w, y + h) for x, y, w, h in boxes])
    shown = feather_inward(edit, radius)
    assert ImageChops.subtract(shown, edit).getbbox() is None


def test_the_feather_rises_inward_from_the_border() -> None:
    shown = feather_inward(edit_map((100, 100), (20, 0, 100, 100)), 8)
    row = [shown.getpixel((x, 50)) for x in range(100)]
    assert row[:20] == [0] * 20
    assert row == sorted(row)
    assert 0 < row[22] < 128 < row[26] <= 255
    assert row[30:] == [255] * 70  # the picture's own border is no seam


def test_thin_strokes_do_not_fade_away() -> None:
    edit = edit_map((120, 60), (10, 10, 14, 50), (40, 5, 110, 55))
    shown = feather_inward(edit, 8)
    assert shown.getpixel((12, 30)) == 255
    assert shown.getpixel((75, 30)) == 255
    assert shown.getpixel((40, 30)) < 60


# --- Without a mask


def test_padding_is_cut_off_without_touching_a_pixel() -> None:
    plan = plan_whole(Size(1000, 777), model("gpt-image-2").sizes)
    drawn = speckled((63, 49)).resize(plan.asked, Image.Resampling.NEAREST)
    cut = opened(unpad(encoded(drawn), plan))
    assert size_of(cut) == Size(1000, 777)
    assert cut.tobytes() == drawn.crop(plan.placed).tobytes()


def test_an_answer_without_padding_is_left_as_it_came() -> None:
    data = encoded(soft((64, 64)), "WEBP")
    assert unpad(data, fit_part(Size(32, 32), whole(Size(32, 32)), Size(64, 64))) is data


# --- Cost

_TWELVE_MEGAPIXELS = """
import sys
from io import BytesIO
from PIL import Image
from app.domain.sizes import Size
from app.imaging.compose import keep_unmasked
from app.imaging.decode import decode_upload
from app.imaging.fit import plan_whole
from app.imaging.mask import understand_mask
from app.imaging.prepare import prepare, prepare_mask
from app.imaging.stitch import plan_region
from tests.imaging.pictures import model

photo, mask, drawn = (open(name, "rb").read() for name in sys.argv[1:4])
taken = model("gpt-image-2")
safe = decode_upload(photo)
size = Size(safe.width, safe.height)
understood = understand_mask(mask, size)
plan = plan_region(size, understood.edited, taken.sizes)
ready = prepare(safe.data, plan, taken.inputs)
prepare_mask(understood.data, ready.fitting, taken.mask)
kept = keep_unmasked(safe.data, drawn, understood.data, ready.fitting)
# VmHWM and not ru_maxrss, which starts at what the parent of a spawned process had in memory.
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak) / 1024, plan.asked, kept.width)
"""


def test_a_masked_edit_of_a_12_megapixel_photo_is_light(tmp_path: Path) -> None:
    photo = speckled((400, 300)).resize((4000, 3000), Image.Resampling.BICUBIC)
    (tmp_path / "photo").write_bytes(encoded(photo, "JPEG", quality=92))
    (tmp_path / "mask").write_bytes(encoded(edit_map((4000, 3000), (1500, 1000, 2300, 1900))))
    (tmp_path / "drawn").write_bytes(encoded(photo.crop((0, 0, 1440, 1536))))
    arguments = [str(tmp_path / name) for name in ("photo", "mask", "drawn")]
    done = subprocess.run(
        [sys.executable, "-c", _TWELVE_MEGAPIXELS, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    megabytes, asked, width = done.stdout.split()
    assert (asked, width) == ("1440x1536", "4000")
    assert float(megabytes) < 250
