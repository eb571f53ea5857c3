"""Edits change what they may and keep the rest; variations vary."""

from __future__ import annotations

import base64
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageChops, ImageDraw

from tests.emulator.calls import (
    KEY,
    difference,
    edit,
    error_of,
    mask,
    photo,
    picture,
    png,
    post,
)

SIZE = (1024, 640)
HOLE = (500, 100, 900, 500)
PNG = "image/png"
OCTETS = (
    "Invalid file 'image': unsupported mimetype ('application/octet-stream'). "
    "Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'."
)
DUPLICATE = (
    "Duplicate parameter: 'image'. You provided multiple values for this parameter, whereas only one is "
    "allowed. If you are trying to provide a list of values, use the array syntax instead "
    "e.g. 'image[]=<value>'."
)


def part(image: Image.Image, name: str = "image") -> tuple[str, bytes, str]:
    return name, png(image), PNG


def kept(image: Image.Image, hole: tuple[int, int, int, int] = HOLE) -> Image.Image:
    """The picture with the hole blackened, so that only what lies outside is compared."""
    outside = image.convert("RGB")
    outside.paste((0, 0, 0), hole)
    return outside


def test_only_the_transparent_part_of_the_mask_changes(emulator: Flask) -> None:
    result = picture(edit(emulator, [part(photo()), part(mask(SIZE, HOLE), "mask")]))
    assert result.size == SIZE
    assert kept(result).tobytes() == kept(photo()).tobytes()
    assert difference(result.crop(HOLE), photo().crop(HOLE)) > 20


def test_a_round_hole_is_changed_no_wider_than_it_is(emulator: Flask) -> None:
    whole = Image.new("RGBA", SIZE, (0, 0, 0, 255))
    ImageDraw.Draw(whole).ellipse(HOLE, fill=(0, 0, 0, 0))
    result = picture(edit(emulator, [part(photo()), part(whole, "mask")]))
    opaque = whole.getchannel("A")
    assert ImageChops.multiply(ImageChops.difference(result, photo()), opaque.convert("RGB")).getbbox() is None
    assert difference(result.crop(HOLE), photo().crop(HOLE)) > 20


def test_without_a_mask_all_of_it_changes_and_the_source_shows_through(emulator: Flask) -> None:
    result = picture(edit(emulator, [part(photo())]))
    other = picture(edit(emulator, [part(Image.new("RGB", SIZE, (30, 160, 60)))]))
    corner = (0, 0, 300, 200)
    assert difference(result.crop(corner), photo().crop(corner)) > 5
    assert difference(result, other) > 10


def test_a_mask_without_a_hole_keeps_everything(emulator: Flask) -> None:
    whole = Image.new("RGBA", SIZE, (0, 0, 0, 255))
    result = picture(edit(emulator, [part(photo()), part(whole, "mask")]))
    assert result.tobytes() == photo().tobytes()


def test_every_input_picture_shows(emulator: Flask) -> None:
    inputs = [photo(), Image.new("RGB", (300, 300), (255, 0, 0)), Image.new("RGB", (300, 200), (0, 0, 255))]
    one = picture(edit(emulator, [("image[]", png(inputs[0]), PNG)]))
    every = picture(edit(emulator, [("image[]", png(image), PNG) for image in inputs]))
    assert difference(one, every) > 1
    pixels = set(every.convert("RGB").get_flattened_data())
    assert {(255, 0, 0), (0, 0, 255)} <= pixels
    assert picture(edit(emulator, [("image[]", png(inputs[0]), PNG)] * 16)).size == SIZE


@pytest.mark.parametrize(
    ("source", "drawn"),
    [((1024, 640), "1024x640"), ((300, 300), "1024x1024"), ((4000, 1000), "1776x592"), ((817, 820), "1024x1024")],
)
def test_auto_follows_the_shape_of_the_first_picture(emulator: Flask, source: tuple[int, int], drawn: str) -> None:
    answer = edit(emulator, [part(photo(source))])
    assert answer.json is not None
    assert answer.json["size"] == drawn
    assert "{}x{}".format(*picture(answer).size) == drawn


def test_the_first_generation_picks_the_nearest_of_its_sizes(emulator: Flask) -> None:
    answer = edit(emulator, [part(photo((600, 1000)))], model="gpt-image-1.5", input_fidelity="high")
    assert answer.json is not None
    assert answer.json["size"] == "1024x1536"


def test_another_size_is_the_source_resampled_outside_the_hole(emulator: Flask) -> None:
    result = picture(edit(emulator, [part(photo()), part(mask(SIZE, HOLE), "mask")], size="1536x960"))
    larger = photo().resize((1536, 960), Image.Resampling.LANCZOS)
    grown = (740, 140, 1360, 760)
    assert difference(kept(result, grown), kept(larger, grown)) < 0.01


def test_an_edit_can_be_transparent(emulator: Flask) -> None:
    files = [part(photo()), part(mask(SIZE, HOLE), "mask")]
    result = picture(edit(emulator, files, model="gpt-image-2.5-flare", background="transparent"))
    assert result.mode == "RGBA"
    assert result.getpixel((10, 10))[3:] == (255,)  # type: ignore[index]  # an RGBA pixel is a tuple
    assert result.getpixel((530, 130))[3:] == (0,)  # type: ignore[index]  # the same


def test_edits_of_one_request_differ(emulator: Flask) -> None:
    answer = edit(emulator, [part(photo())], n="2")
    assert picture(answer, 0).tobytes() != picture(answer, 1).tobytes()


def test_input_pictures_are_billed(emulator: Flask) -> None:
    answer = edit(emulator, [part(photo((1024, 1024)))], model="gpt-image-2.5-flare", n="2")
    assert answer.json is not None
    details = answer.json["usage"]["input_tokens_details"]
    assert details["image_tokens"] == 2048
    assert answer.json["usage"]["output_tokens"] == 391


def test_markup_changes_what_lies_around_the_strokes(emulator: Flask) -> None:
    strokes = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    ImageDraw.Draw(strokes).ellipse((600, 200, 800, 400), outline=(255, 0, 0, 255), width=8)
    result = picture(edit(emulator, [part(photo()), part(strokes, "markup")], model="gpt-image-2.5-flare"))
    assert kept(result).tobytes() == kept(photo()).tobytes()
    assert difference(result.crop(HOLE), photo().crop(HOLE)) > 5


def wrong_size() -> list[tuple[str, bytes, str]]:
    return [part(photo()), part(mask((512, 512), (0, 0, 9, 9)), "mask")]


@pytest.mark.parametrize(
    ("files", "fields", "code", "message"),
    [
        (
            [("image", b"\x89PNG", "application/octet-stream")],
            {},
            "unsupported_file_mimetype",
            OCTETS,
        ),
        (
            [part(photo()), part(photo())],
            {},
            "duplicate_parameter",
            DUPLICATE,
        ),
        ([], {}, "missing_required_parameter", "Missing required parameter: 'image'."),
        (
            [],
            {"image[]": "https://example.com/a.png"},
            "invalid_type",
            "Invalid type for 'image[0]': expected a file, but got a string instead.",
        ),
        (
            [("image[]", png(photo()), PNG), ("image[]", b"not a picture", PNG)],
            {},
            "invalid_image_file",
            "Invalid image file or mode for image 2, please check your image file.",
        ),
        (
            wrong_size(),
            {},
            "invalid_mask_image_format",
            "Invalid mask image format - mask size does not match image size",
        ),
        (
            [part(photo())],
            {"input_fidelity": "high"},
            "invalid_input_fidelity_model",
            "The model 'gpt-image-2' does not support the 'input_fidelity' parameter.",
        ),
    ],
)
def test_an_edit_is_refused_word_for_word(
    emulator: Flask, files: list[tuple[str, bytes, str]], fields: dict[str, str], code: str, message: str
) -> None:
    answer = edit(emulator, files, **fields)
    assert answer.status_code == 400
    assert (error_of(answer)["code"], error_of(answer)["message"]) == (code, message)


@pytest.mark.parametrize(
    ("files", "fields", "param"),
    [
        ([part(photo())], {"response_format": "b64_json"}, "response_format"),
        ([part(photo())], {"moderation": "low"}, "moderation"),
        ([part(photo())], {"n": "two"}, "n"),
        ([part(photo())], {"stream": "yes"}, "stream"),
        ([part(photo())], {"input_fidelity": "high", "model": "gpt-image-1-mini"}, "input_fidelity"),
        ([part(photo()), part(photo(), "extra")], {}, "extra"),
        ([("image[]", png(Image.new("RGB", (8, 8))), PNG)] * 17, {}, "image"),
        ([part(photo()), part(mask(SIZE, HOLE), "markup")], {}, "markup"),
        (
            [part(photo()), part(mask(SIZE, HOLE), "markup"), part(mask(SIZE, HOLE), "mask")],
            {"model": "gpt-image-2.5-flare"},
            "markup",
        ),
        ([part(photo()), part(photo(mode="RGBA"), "markup")], {"model": "gpt-image-2.5-flare"}, "markup"),
        ([part(photo()), ("mask", b"RIFF", "image/webp")], {}, "mask"),
    ],
)
def test_an_edit_is_refused_by_name(
    emulator: Flask, files: list[tuple[str, bytes, str]], fields: dict[str, str], param: str
) -> None:
    answer = edit(emulator, files, **fields)
    assert answer.status_code == 400
    assert error_of(answer)["param"] == param


@pytest.mark.parametrize(
    "data",
    [
        b"",
        png(photo())[:2000],
        b"GIF89a" + bytes(40),
        png(Image.new("I;16", (32, 32))),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_bytes_that_are_no_sound_picture_are_refused(emulator: Flask, data: bytes) -> None:
    assert error_of(edit(emulator, [("image", data, PNG)]))["code"] == "invalid_image_file"


def blank_png(width: int, height: int) -> bytes:
    """A sound black-and-white PNG of few bytes and many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">2I5B", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((1 + -(-width // 8)) * height), 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_pixel_bomb_is_refused_unopened(emulator: Flask) -> None:
    bomb = blank_png(9_000, 9_500)
    assert len(bomb) < 100_000
    assert error_of(edit(emulator, [("image", bomb, PNG)]))["code"] == "invalid_image_file"


def test_a_mask_needs_an_alpha_channel(emulator: Flask) -> None:
    answer = edit(emulator, [part(photo()), part(photo(), "mask")])
    assert error_of(answer)["code"] == "invalid_mask_image_format"


def data_url(image: Image.Image) -> dict[str, str]:
    return {"image_url": "data:image/png;base64," + base64.b64encode(png(image)).decode()}


def json_edit(app: Flask, **fields: Any) -> Any:
    return post(app, "/v1/images/edits", {"model": "gpt-image-2", "prompt": "a boat"} | fields)


def test_the_json_form_draws_the_same_edit(emulator: Flask) -> None:
    by_json = json_edit(emulator, images=[data_url(photo())], mask=data_url(mask(SIZE, HOLE)), moderation="low")
    by_form = edit(emulator, [part(photo()), part(mask(SIZE, HOLE), "mask")])
    assert picture(by_json).tobytes() == picture(by_form).tobytes()


def test_a_stored_file_can_be_edited(emulator: Flask) -> None:
    data = {"purpose": "vision", "file": (BytesIO(png(photo())), "a.png")}
    stored = emulator.test_client().post("/v1/files", data=data, headers=KEY).json
    assert stored is not None
    assert picture(json_edit(emulator, images=[{"file_id": stored["id"]}])).size == SIZE


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({}, "images"),
        ({"images": []}, "images"),
        ({"images": "a.png"}, "images"),
        ({"images": ["a.png"]}, "images[0]"),
        ({"images": [{}]}, "images[0]"),
        ({"images": [{"file_id": "file-x", "image_url": "data:,"}]}, "images[0]"),
        ({"images": [{"file_id": "file-x"}]}, "images[0]"),
        ({"images": [{"file_id": 3}]}, "images[0].file_id"),
        ({"images": [{"image_url": "https://example.com/a.png"}]}, "images[0]"),
        ({"images": [{"image_url": "data:image/png;base64,%%"}]}, "images[0]"),
        ({"images": [{"detail": "high"}]}, "images[0].detail"),
        ({"image": [data_url(Image.new("RGB", (8, 8)))]}, "image"),
        ({"images": [data_url(Image.new("RGB", (8, 8)))], "response_format": "b64_json"}, "response_format"),
    ],
)
def test_a_wrong_reference_is_refused_by_name(emulator: Flask, fields: dict[str, Any], param: str) -> None:
    answer = json_edit(emulator, **fields)
    assert answer.status_code == 400
    assert error_of(answer)["param"] == param


def vary(app: Flask, image: Image.Image, **fields: str) -> Any:
    data = {"image": (BytesIO(png(image)), "a.png", PNG)} | fields
    return app.test_client().post("/v1/images/variations", data=data, headers=KEY)


def test_variations_vary(legacy: Flask) -> None:
    square = photo((256, 256))
    answer = vary(legacy, square, n="4", size="256x256", response_format="b64_json")
    drawn = [picture(answer, index) for index in range(4)]
    assert [image.size for image in drawn] == [(256, 256)] * 4
    for index, image in enumerate(drawn):
        assert difference(image, square) > 5
        assert all(difference(image, other) > 3 for other in drawn[:index])


def test_variations_are_gone_with_their_model(emulator: Flask) -> None:
    answer = vary(emulator, photo((256, 256)))
    assert answer.status_code == 400
    assert error_of(answer)["message"] == "The model 'dall-e-2' does not exist."


@pytest.mark.parametrize("fields", [{"model": "gpt-image-2"}, {"prompt": "a cat"}, {"size": "1024x640"}])
def test_variations_take_little(legacy: Flask, fields: dict[str, str]) -> None:
    assert vary(legacy, photo((256, 256)), **fields).status_code == 400


def test_variations_want_a_square(legacy: Flask) -> None:
    assert "square PNG" in error_of(vary(legacy, photo((256, 300))))["message"]


def test_dall_e_2_still_edits(legacy: Flask) -> None:
    fields = {"model": "dall-e-2", "size": "256x256", "response_format": "b64_json"}
    assert picture(edit(legacy, [part(photo((256, 256)))], **fields)).size == (256, 256)
    refused = error_of(edit(legacy, [part(photo((256, 256)))], model="dall-e-3"))
    assert refused["message"] == "Invalid value: 'dall-e-3'. Value must be 'dall-e-2'."
