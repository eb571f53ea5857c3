"""Server-sent events: fact sheet section 3."""

from __future__ import annotations

import base64
from itertools import pairwise

import pytest
from flask import Flask

from tests.emulator.calls import difference, edit, error_of, events, generate, opened, photo, picture, png

FACTS = {"size": "1024x640", "quality": "low", "background": "opaque", "output_format": "png"}


@pytest.mark.parametrize("partials", [0, 1, 3])
def test_partial_pictures_come_before_the_finished_one(emulator: Flask, partials: int) -> None:
    seen = events(generate(emulator, stream=True, partial_images=partials))
    assert [event["type"] for event in seen] == [
        *["image_generation.partial_image"] * partials,
        "image_generation.completed",
    ]
    assert [event["partial_image_index"] for event in seen[:-1]] == list(range(partials))
    for event in seen:
        assert {key: event[key] for key in FACTS} == FACTS
        assert isinstance(event["created_at"], int)
    assert seen[-1]["usage"]["output_tokens"] == 107 + 100 * partials


def test_the_streamed_picture_is_the_one_that_would_have_come_whole(emulator: Flask) -> None:
    seen = events(generate(emulator, "a lake", stream=True, partial_images=3))
    pictures = [opened(base64.b64decode(event["b64_json"])) for event in seen]
    final = picture(generate(emulator, "a lake"))
    assert pictures[-1].tobytes() == final.tobytes()
    away = [difference(image, final) for image in pictures]
    assert all(coarser > finer for coarser, finer in pairwise(away))


def test_several_pictures_complete_one_by_one_and_their_bills_add_up(emulator: Flask) -> None:
    seen = events(generate(emulator, size="1024x1024", n=2, stream=True, partial_images=1))
    assert [event["type"].rpartition(".")[2] for event in seen] == ["partial_image", "completed"] * 2
    bills = [event["usage"] for event in seen if "usage" in event]
    whole = generate(emulator, size="1024x1024", n=2).json
    assert whole is not None
    assert sum(bill["output_tokens"] for bill in bills) == whole["usage"]["output_tokens"] + 200 == 591
    assert sum(bill["input_tokens"] for bill in bills) == whole["usage"]["input_tokens"]


def test_edits_stream_under_their_own_name(emulator: Flask) -> None:
    fields = {"stream": "true", "partial_images": "1"}
    seen = events(edit(emulator, [("image", png(photo()), "image/png")], **fields))
    assert [event["type"] for event in seen] == ["image_edit.partial_image", "image_edit.completed"]


def test_what_is_wrong_from_the_start_is_an_ordinary_refusal(emulator: Flask) -> None:
    answer = generate(emulator, stream=True, size="1x1")
    assert answer.status_code == 400
    assert error_of(answer)["param"] == "size"


def test_partial_pictures_without_a_stream_are_ignored(emulator: Flask) -> None:
    answer = generate(emulator, partial_images=3, stream=False)
    assert answer.json is not None
    assert answer.json["usage"]["output_tokens"] == 107


def test_events_are_drawn_one_at_a_time(emulator: Flask) -> None:
    answer = generate(emulator, n=10, stream=True)
    first = next(iter(answer.response))
    assert b"completed" in (first if isinstance(first, bytes) else first.encode())
    answer.close()
