"""What is sent is of a kind, size and weight that the model takes: its own catalogue entry agrees."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from app.domain.picture_rules import mask_problems, picture_problems
from app.domain.requests import Edit, InputPicture
from app.domain.sizes import Size
from app.imaging.decode import SafePicture, decode_upload
from app.imaging.errors import BadPicture
from app.imaging.fit import plan_whole
from app.imaging.mask import write_mask
from app.imaging.prepare import prepare, prepare_mask, prepare_reference
from tests.imaging.pictures import edit_map, encoded, model, opened, soft, speckled

NAMES = ["gpt-image-2", "gpt-image-1.5", "dall-e-2"]


def as_input(picture: SafePicture) -> InputPicture:
    return InputPicture(
        "0", picture.mime_type, picture.width, picture.height, len(picture.data), has_alpha=picture.has_alpha
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(700, 500), (40, 90), (1600, 1200)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_model_has_nothing_against_what_is_sent(name: str, size: tuple[int, int], kind: str) -> None:
    taken = model(name)
    source = decode_upload(encoded(soft(size), kind))
    plan = plan_whole(Size(*size), taken.sizes)
    ready = prepare(source.data, plan, taken.inputs)
    mask = prepare_mask(write_mask(edit_map(size, (0, 0, 30, 30))), ready.fitting, taken.mask)
    request = Edit(prompt="a hat", model=name, images=(as_input(ready.picture),), mask=as_input(mask))
    assert not list(picture_problems(request, taken))
    assert not list(mask_problems(request, taken, "png"))
    assert opened(ready.picture.data).size == (ready.picture.width, ready.picture.height) == ready.fitting.sent


def test_a_sent_mask_is_transparent_exactly_where_to_edit() -> None:
    edit = edit_map((1024, 1024), (100, 200, 300, 500))
    plan = plan_whole(Size(1024, 1024), model("gpt-image-2").sizes)
    sent = opened(prepare_mask(write_mask(edit), plan, model("gpt-image-2").mask).data)
    assert sent.mode == "RGBA"
    assert sent.getchannel("A").tobytes() == ImageChops.invert(edit).tobytes()


def test_dall_e_2_gets_a_square_rgba_png_below_its_limit_even_of_noise() -> None:
    taken = model("dall-e-2")
    noise = Image.effect_noise((1024, 1024), 120)
    source = encoded(Image.merge("RGBA", [noise, noise.rotate(90), noise.rotate(180), noise.rotate(270)]))
    ready = prepare(source, plan_whole(Size(1024, 1024), taken.sizes), taken.inputs)
    sent = opened(ready.picture.data)
    assert len(ready.picture.data) < 4_000_000
    assert (sent.format, sent.mode) == ("PNG", "RGBA")
    assert sent.width == sent.height < 1024
    assert ready.fitting.asked == Size(1024, 1024)


def test_a_mask_too_intricate_for_its_limit_is_refused() -> None:
    limits = replace(model("dall-e-2").mask, byte_limit=2000)
    edit = speckled((256, 256), "L").point([0] * 128 + [255] * 128)
    plan = plan_whole(Size(256, 256), model("dall-e-2").sizes)
    with pytest.raises(BadPicture) as caught:
        prepare_mask(write_mask(edit), plan, limits)
    assert caught.value.code == "invalid_mask"


@pytest.mark.parametrize(("mode", "mime_type"), [("RGB", "image/jpeg"), ("RGBA", "image/webp")])
def test_a_reference_over_the_byte_limit_is_sent_in_a_lighter_kind(mode: str, mime_type: str) -> None:
    picture = decode_upload(encoded(speckled((60, 60), mode).resize((300, 300), Image.Resampling.BICUBIC)))
    lighter = prepare_reference(picture.data, replace(model("gpt-image-2").inputs, byte_limit=len(picture.data) // 2))
    assert (lighter.mime_type, lighter.width, lighter.height) == (mime_type, 300, 300)
    assert len(lighter.data) < len(picture.data) // 2
    smaller = prepare_reference(picture.data, replace(model("gpt-image-2").inputs, byte_limit=3000))
    assert len(smaller.data) < 3000
    assert smaller.width == smaller.height < 300
