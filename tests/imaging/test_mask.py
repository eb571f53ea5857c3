"""Masks: every form people have is understood, explained, and becomes the one form that is sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter

from app.domain.sizes import Size
from app.imaging.errors import BadPicture
from app.imaging.mask import UnderstoodMask, read_mask, understand_mask, write_mask
from tests.imaging.pictures import edit_map, encoded, opened, speckled

PICTURE = Size(60, 40)
SPOT = (10, 5, 30, 25)  # what is to be edited: 400 of 2400 pixels
WHERE = edit_map(PICTURE, SPOT)

RED_ON_WHITE = Image.composite(Image.new("RGB", PICTURE, "red"), Image.new("RGB", PICTURE, "white"), WHERE)


def with_alpha(edit: Image.Image, colour: str = "red") -> Image.Image:
    image = Image.new("RGBA", edit.size, colour)
    image.putalpha(ImageChops.invert(edit))
    return image


def marks(mask: UnderstoodMask, edit: Image.Image) -> bool:
    return read_mask(mask.data).tobytes() == edit.tobytes()


@pytest.mark.parametrize(
    ("image", "kind", "means"),
    [
        (with_alpha(WHERE), "PNG", "transparent-is-edited"),
        (with_alpha(WHERE), "WEBP", "transparent-is-edited"),
        (WHERE, "PNG", "white-is-edited"),
        (ImageChops.invert(WHERE), "PNG", "black-is-edited"),
        (WHERE.convert("1"), "PNG", "white-is-edited"),
        (WHERE.convert("RGB"), "PNG", "white-is-edited"),
        (WHERE.convert("RGBA"), "PNG", "white-is-edited"),
        (WHERE.point([20] * 128 + [90] * 128), "PNG", "white-is-edited"),  # greys, both dark
        (RED_ON_WHITE, "PNG", "black-is-edited"),
        (WHERE.convert("P"), "PNG", "white-is-edited"),
    ],
)  # fmt: skip
def test_auto_understands_every_form_of_the_same_mask(image: Image.Image, kind: str, means: str) -> None:
    mask = understand_mask(encoded(image, kind), PICTURE)
    assert marks(mask, WHERE)
    assert (mask.means, mask.sure, mask.edited) == (means, True, SPOT)
    assert mask.share == pytest.approx(400 / 2400)
    assert means.split("-", 1)[0] in mask.explanation
    assert "About 17 %" in mask.explanation
    assert mask.pointless is None


def test_a_jpeg_mask_is_understood_in_spite_of_its_noise() -> None:
    picture = Size(160, 120)
    edit = edit_map(picture, (32, 32, 80, 80))
    mask = understand_mask(encoded(edit, "JPEG", quality=50), picture)
    assert marks(mask, edit)


def test_the_one_form_is_a_png_transparent_exactly_where_to_edit() -> None:
    image = opened(understand_mask(encoded(WHERE), PICTURE).data)
    assert (image.format, image.size) == ("PNG", PICTURE)
    assert image.convert("RGBA").getchannel("A").tobytes() == ImageChops.invert(WHERE).tobytes()


@pytest.mark.parametrize(
    ("means", "expected"),
    [("white-is-edited", WHERE), ("black-is-edited", ImageChops.invert(WHERE))],
)
def test_a_told_sense_is_followed_whatever_is_smaller(means: str, expected: Image.Image) -> None:
    mask = understand_mask(encoded(WHERE), PICTURE, means)
    assert marks(mask, expected)
    assert mask.means == means


def test_strokes_on_a_transparent_layer_are_what_to_edit_when_their_colour_is_told() -> None:
    layer = Image.new("RGBA", PICTURE, (0, 0, 0, 0))
    layer.paste("white", SPOT)
    assert marks(understand_mask(encoded(layer), PICTURE, "white-is-edited"), WHERE)
    mask = understand_mask(encoded(layer), PICTURE)
    assert (mask.means, mask.sure) == ("transparent-is-edited", False)
    assert "invert" in mask.explanation


def test_a_mask_of_another_size_is_scaled_and_says_so() -> None:
    mask = understand_mask(encoded(WHERE.resize((120, 80), Image.Resampling.NEAREST)), PICTURE)
    assert marks(mask, WHERE)
    assert "scaled from 120x80 to 60x40" in mask.explanation
    larger = understand_mask(encoded(WHERE), Size(600, 400))
    assert larger.edited is not None
    assert all(abs(edge - 10 * was) <= 1 for edge, was in zip(larger.edited, SPOT, strict=True))


def test_a_mask_of_another_shape_is_refused_with_both_sizes() -> None:
    with pytest.raises(BadPicture) as caught:
        understand_mask(encoded(WHERE), Size(40, 60))
    assert caught.value.code == "invalid_mask"
    assert "60x40" in caught.value.message
    assert "40x60" in caught.value.message


@pytest.mark.parametrize(
    ("edit", "means", "word"),
    [
        (Image.new("L", PICTURE, 0), "auto", "nothing"),
        (Image.new("L", PICTURE, 255), "auto", "whole picture"),
        (Image.new("L", PICTURE, 255), "black-is-edited", "nothing"),
        (with_alpha(Image.new("L", PICTURE, 255)), "auto", "whole picture"),
        (Image.new("RGB", PICTURE, "red"), "transparent-is-edited", "nothing"),
        (Image.new("L", PICTURE, 240), "white-is-edited", "whole picture"),
        (Image.new("L", PICTURE, 240), "black-is-edited", "nothing"),
        (Image.new("L", PICTURE, 20), "black-is-edited", "whole picture"),
    ],
)
def test_nothing_and_everything_are_said(edit: Image.Image, means: str, word: str) -> None:
    sentence = understand_mask(encoded(edit), PICTURE, means).pointless
    assert sentence is not None
    assert word in sentence


def test_a_photo_and_an_even_split_are_doubted() -> None:
    photo = speckled((12, 8), "L").resize(PICTURE, Image.Resampling.BICUBIC)
    half = edit_map(PICTURE, (0, 0, 28, 40))
    for image, word in ((photo, "greys"), (half, "nearly as large")):
        mask = understand_mask(encoded(image), PICTURE)
        assert not mask.sure
        assert word in mask.explanation


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "invalid_mask"), (b"%PDF", "unsupported_media_type"), (encoded(WHERE)[:60], "invalid_mask")],
)
def test_what_is_no_picture_is_no_mask(data: bytes, code: str) -> None:
    with pytest.raises(BadPicture) as caught:
        understand_mask(data, PICTURE)
    assert caught.value.code == code
    assert caught.value.message.startswith("The mask")


def test_an_unknown_sense_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="mask_means"):
        understand_mask(encoded(WHERE), PICTURE, "red-is-edited")


greys = st.builds(
    lambda seed, blur: speckled((20, 16), "L", seed).filter(ImageFilter.BoxBlur(blur)),
    st.integers(0, 2**30),
    st.sampled_from([0, 1, 4]),
)


@given(image=greys)
def test_a_mask_and_its_negative_mean_the_same_in_exchanged_senses(image: Image.Image) -> None:
    size, negative = Size(*image.size), encoded(ImageChops.invert(image))
    for means, exchanged in (("white-is-edited", "black-is-edited"), ("black-is-edited", "white-is-edited")):
        assert understand_mask(encoded(image), size, means).data == understand_mask(negative, size, exchanged).data


@given(image=greys)
def test_auto_reads_a_mask_and_its_negative_alike(image: Image.Image) -> None:
    size = Size(*image.size)
    one, other = (understand_mask(encoded(way), size) for way in (image, ImageChops.invert(image)))
    if one.sure and other.sure:
        assert one.data == other.data
        assert {one.means, other.means} == {"white-is-edited", "black-is-edited"}


@given(image=greys)
def test_the_one_form_keeps_each_pixel(image: Image.Image) -> None:
    edit = image.point([0] * 128 + [255] * 128)
    assert read_mask(write_mask(edit)).tobytes() == edit.tobytes()


@given(image=greys)
def test_inverted_it_changes_what_was_kept_and_says_so(image: Image.Image) -> None:
    size = Size(*image.size)
    plain, inverted = (understand_mask(encoded(image), size, inverted=way) for way in (False, True))
    assert read_mask(inverted.data).tobytes() == ImageChops.invert(read_mask(plain.data)).tobytes()
    assert (inverted.means, inverted.sure) == (plain.means, True)
    assert "stays, and the rest will change" in inverted.explanation
