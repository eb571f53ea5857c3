"""A turn as a stream of events: their order and payloads, fact sheet section 3."""

from __future__ import annotations

import base64

import pytest
from flask import Flask

from tests.emulator.calls import difference, events, opened
from tests.emulator.turns import asked, body_of, call_in, drawn, sdk, turn

_CALL = "response.image_generation_call"
_SPOKEN = [
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
]


@pytest.mark.parametrize("partials", [0, 3])
def test_events_come_in_their_order(emulator: Flask, partials: int) -> None:
    seen = events(turn(emulator, tool={"partial_images": partials}, stream=True))
    assert [event["type"] for event in seen] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        f"{_CALL}.in_progress",
        f"{_CALL}.generating",
        *[f"{_CALL}.partial_image"] * partials,
        f"{_CALL}.completed",
        "response.output_item.done",
        *_SPOKEN,
        "response.completed",
    ]
    assert [event["sequence_number"] for event in seen] == list(range(len(seen)))
    assert len({event["item_id"] for event in seen if event["type"].startswith(_CALL)}) == 1


def test_the_picture_is_in_the_item_and_in_the_whole_response_only(emulator: Flask) -> None:
    seen = {event["type"] + str(event.get("output_index", "")): event for event in events(turn(emulator, stream=True))}
    assert "result" not in seen[f"{_CALL}.completed0"]
    result = seen["response.output_item.done0"]["item"]["result"]
    assert result == call_in(seen["response.completed"]["response"])["result"]
    whole = body_of(turn(emulator))
    assert opened(base64.b64decode(result)).tobytes() == drawn(whole).tobytes()
    assert seen["response.completed"]["response"]["usage"] == whole["usage"]
    assert seen["response.created"]["response"]["status"] == "in_progress"


def test_previews_become_sharper_and_are_billed(emulator: Flask) -> None:
    seen = events(turn(emulator, tool={"partial_images": 2}, stream=True))
    previews = [event for event in seen if event["type"].endswith("partial_image")]
    response = seen[-1]["response"]
    away = [difference(opened(base64.b64decode(p["partial_image_b64"])), drawn(response)) for p in previews]
    assert away[0] > away[1] > 0
    assert [p["partial_image_index"] for p in previews] == [0, 1]
    assert previews[0]["size"] == "1024x640"
    assert response["tool_usage"]["image_gen"]["output_tokens"] == 107 + 200


def test_the_sdk_follows_a_stream_and_goes_on_from_it(emulator: Flask) -> None:
    client = sdk(emulator)
    stream = client.responses.create(**asked(tool={"partial_images": 1}, stream=True))  # type: ignore[call-overload]
    seen = list(stream)
    assert [event.type for event in seen].count(f"{_CALL}.partial_image") == 1
    assert seen[-1].type == "response.completed"
    following = client.responses.create(
        **asked("at night", previous_response_id=seen[-1].response.id)  # type: ignore[call-overload]
    )
    assert following.output[0].action == "edit"
