"""What is drawn: exact sizes and formats, the same each time, different where it should differ."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask

from app.emulator.painter import partial, scenery
from app.emulator.painting import animals, scene, things, vocabulary
from app.emulator.painting.scene import Brief
from tests.emulator.calls import difference, generate, opened, picture, picture_bytes

SMALL = (512, 320)


@pytest.mark.parametrize("size", ["1024x640", "640x1024", "1776x592", "592x1776", "2048x1152"])
def test_a_picture_has_exactly_the_size_asked_for(emulator: Flask, size: str) -> None:
    assert "{}x{}".format(*picture(generate(emulator, size=size)).size) == size


@pytest.mark.parametrize(("form", "magic"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
def test_the_bytes_are_of_the_format_asked_for(emulator: Flask, form: str, magic: str) -> None:
    answer = generate(emulator, output_format=form)
    assert picture(answer).format == magic
    assert answer.json is not None
    assert answer.json["output_format"] == form


@pytest.mark.parametrize("form", ["jpeg", "webp"])
def test_more_compression_makes_fewer_bytes(emulator: Flask, form: str) -> None:
    sizes = [
        len(picture_bytes(generate(emulator, output_format=form, output_compression=level))) for level in (5, 60, 100)
    ]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2] / 2


@pytest.mark.parametrize("form", ["png", "webp"])
def test_transparent_is_real_alpha(emulator: Flask, form: str) -> None:
    answer = generate(emulator, model="gpt-image-2.5-flare", background="transparent", output_format=form)
    image = picture(answer)
    assert image.mode == "RGBA"
    alpha = image.getchannel("A")
    assert alpha.getpixel((3, 3)) == 0
    assert 0.1 < sum(alpha.histogram()[250:]) / (image.width * image.height) < 0.7
    assert answer.json is not None
    assert answer.json["background"] == "transparent"


def test_the_answer_reports_what_was_resolved(emulator: Flask) -> None:
    answer = generate(emulator, quality="auto", background="auto", size="auto").json
    assert answer is not None
    reported = {key: answer[key] for key in ("size", "quality", "background", "output_format")}
    assert reported == {"size": "1024x1024", "quality": "low", "background": "opaque", "output_format": "png"}
    assert set(answer) == {*reported, "created", "data", "usage"}
    assert answer["usage"]["output_tokens"] == 196


def test_the_same_request_draws_the_same_picture(emulator: Flask) -> None:
    first, second = (picture_bytes(generate(emulator, "a lake", quality="high")) for _ in range(2))
    assert first == second


def test_pictures_of_one_request_differ(emulator: Flask) -> None:
    answer = generate(emulator, "a lake", n=3)
    assert len({picture_bytes(answer, index) for index in range(3)}) == 3


@pytest.mark.parametrize(
    "changed",
    [{"prompt": "a field"}, {"quality": "medium"}, {"model": "gpt-image-2.6-flare"}, {"complexity": "low"}],
)
def test_what_is_asked_shows_in_the_picture(changed: dict[str, Any]) -> None:
    base: dict[str, Any] = {"prompt": "a lake", "size": SMALL, "quality": "low", "model": "gpt-image-2"}
    assert difference(scenery(Brief(**base)), scenery(Brief(**(base | changed)))) > 4


def test_each_quality_looks_different_from_the_next() -> None:
    drawn = [scenery(Brief("a city", SMALL, quality)) for quality in ("low", "medium", "high", "xhigh", "max")]
    for coarser, finer in pairwise(drawn):
        assert difference(coarser, finer) > 0.5


@pytest.mark.parametrize("place", sorted(scene._SUITING))
def test_every_place_is_drawn_at_every_quality(place: str) -> None:
    words = {"dunes": "desert", "mountains": "mountain", "still_life": "table", "abstract": "zzz"}
    for quality in ("low", "medium", "max"):
        brief = Brief(words.get(place, place), (320, 320), quality)
        if place != "abstract":
            assert scene.plan(brief).place == place
        colours = scenery(brief).getcolors(320 * 320)
        assert colours is not None
        assert len(colours) > 20


def test_every_subject_of_the_vocabulary_is_drawn() -> None:
    tables = vocabulary._ANIMALS + vocabulary._THINGS
    for name, word, *_ in filter(None, (row.split() for row in tables.splitlines())):
        assert callable(getattr(animals, name, None) or getattr(things, name, None))
        image = scenery(Brief(word, (320, 320), transparent=True))
        assert image.getchannel("A").getextrema() == (0, 255), name


@pytest.mark.parametrize(
    ("prompt", "subject", "place"),
    [
        ("a white siamese cat", "siamese", None),
        ("a book about a fox in the city", "fox", "city"),
        ("一只猫坐在山上", "cat", "mountains"),
        ("猫头鹰", "owl", None),
        ("three boats on a lake", "boat", "sea"),
        ("concatenate", None, None),
    ],
)
def test_the_words_of_a_prompt_are_understood(prompt: str, subject: str | None, place: str | None) -> None:
    reading = vocabulary.read(prompt)
    assert (reading.subject, reading.place) == (subject, place)


def test_partial_pictures_sharpen() -> None:
    final = scenery(Brief("a city at night", SMALL, "high"))
    for count in (1, 2, 3):
        away = [difference(partial(final, index, count), final) for index in range(count)]
        assert all(coarser > finer for coarser, finer in pairwise(away))
        assert away[-1] > 0.3
        assert all(partial(final, index, count).size == final.size for index in range(count))


def test_a_square_megapixel_png_costs_well_under_a_fifth_of_a_second(emulator: Flask) -> None:
    def cost() -> float:
        start = time.thread_time()
        assert generate(emulator, "mountains at dawn", size="1024x1024", quality="medium").status_code == 200
        return time.thread_time() - start

    assert min(cost() for _ in range(3)) < 0.2


def test_the_largest_picture_costs_about_a_second(emulator: Flask) -> None:
    start = time.thread_time()
    image = picture(generate(emulator, "a forest", size="3840x2160", quality="medium"))
    assert image.size == (3840, 2160)
    assert time.thread_time() - start < 2


def test_a_gif_moves_as_asked(preview: Flask) -> None:
    answer = generate(preview, model="gpt-image-2.6-flare", output_format="gif", frame_count=4, frame_duration_ms=118)
    image = picture(answer)
    assert (image.format, image.size) == ("GIF", (1024, 640))
    assert getattr(image, "n_frames", 1) == 4
    assert image.info["duration"] == 120
    assert image.info["loop"] == 0


def test_an_svg_is_wellformed_and_holds_the_prompt_as_text(preview: Flask) -> None:
    answer = generate(
        preview,
        "</title><script>a & b\x01",
        model="gpt-image-2.6-sunburst",
        output_format="svg",
        svg={"model": "gpt-5.6", "reasoning": {"effort": "low"}},
    )
    text = picture_bytes(answer).decode()
    assert text.startswith("<svg ")
    assert "<script" not in text
    assert "&lt;script&gt;a &amp; b" in text
    assert "PRACTICE" in text
    assert answer.json is not None
    assert answer.json["svg_usage"]["model"] == "gpt-5.6"


def test_preview_lets_the_second_generation_be_transparent(preview: Flask) -> None:
    assert picture(generate(preview, background="transparent")).mode == "RGBA"


def test_dall_e_answers_a_url_that_works(legacy: Flask) -> None:
    answer = generate(legacy, model="dall-e-3", size="1024x1024", quality="hd", style="natural")
    assert answer.json is not None
    assert set(answer.json) == {"created", "data"}
    (item,) = answer.json["data"]
    assert "a cat" in item["revised_prompt"]
    served = legacy.test_client().get(item["url"])
    assert served.mimetype == "image/png"
    assert opened(served.data).size == (1024, 1024)


def test_dall_e_answers_base64_when_asked(legacy: Flask) -> None:
    answer = generate(legacy, model="dall-e-2", size="256x256", n=2, response_format="b64_json")
    assert picture(answer, 1).size == (256, 256)


def test_an_unknown_result_address_is_not_found(legacy: Flask) -> None:
    assert legacy.test_client().get("/v1/legacy-results/img-0.png").status_code == 404
