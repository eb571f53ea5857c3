"""Turns of a conversation as a scripted upstream answers them: whole bodies and streams, good and bad."""

from __future__ import annotations

from typing import Any

from app.domain.requests import InputPicture, Turn
from tests.upstream import Answer, b64, json_answer, picture, sse

USAGE = {
    "input_tokens": 40,
    "input_tokens_details": {"cached_tokens": 8, "cache_write_tokens": 4},
    "output_tokens": 30,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 70,
}
IMAGE_USAGE = {
    "input_tokens": 20,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 20},
    "output_tokens": 196,
    "output_tokens_details": {"image_tokens": 196, "text_tokens": 0},
    "total_tokens": 216,
}


def a_turn(**options: Any) -> Turn:
    return Turn(**{"prompt": "a cat", "text_model": "gpt-5.6-luna", "model": "gpt-image-2"} | options)


def input_picture(digest: str, **facts: Any) -> InputPicture:
    return InputPicture(**{"mime_type": "image/png", "width": 64, "height": 64, "byte_size": 9} | facts, digest=digest)


def image_call(**changes: Any) -> dict[str, Any]:
    return {
        "type": "image_generation_call",
        "id": "ig_1",
        "status": "completed",
        "action": "generate",
        "background": "opaque",
        "output_format": "png",
        "quality": "low",
        "size": "64x64",
        "revised_prompt": "A cat.",
        "result": b64(picture()),
    } | changes


def message(*texts: str) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": []} for text in texts]
    return {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": content}


FAILED_CALL = image_call(
    status="failed",
    result=None,
    error={
        "code": "moderation_blocked",
        "message": "Your request was rejected by the safety system.",
        "type": "image_generation_user_error",
        "param": None,
        "moderation_details": {"moderation_stage": "output", "categories": ["violence"]},
    },
)


def response(*output: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A completed response; without `output`, one with a picture and words."""
    return {
        "id": "resp_1",
        "object": "response",
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "model": "gpt-5.6-luna",
        "store": True,
        "tools": [{"type": "image_generation", "model": "gpt-image-2"}],
        "output": list(output) or [image_call(), message("Here it is.")],
        "usage": USAGE,
        "tool_usage": {"image_gen": IMAGE_USAGE, "web_search": {"num_requests": 0}},
    } | changes


def turn_answer(*output: dict[str, Any], **changes: Any) -> Answer:
    return json_answer(response(*output, **changes), headers={"x-request-id": "req_turn"})


def previews(count: int = 1) -> list[dict[str, Any]]:
    """The events of a stream up to its picture."""
    call = {"output_index": 0, "item_id": "ig_1"}
    prefix = "response.image_generation_call"
    partials = [
        {
            "type": f"{prefix}.partial_image",
            "sequence_number": 5 + index,
            **call,
            "partial_image_index": index,
            "partial_image_b64": b64(picture(seed=5 + index)),
        }
        for index in range(count)
    ]
    return [
        {"type": "response.created", "sequence_number": 0, "response": response(status="in_progress", output=[])},
        {"type": "response.in_progress", "sequence_number": 1, "response": response(status="in_progress", output=[])},
        {"type": "response.output_item.added", "sequence_number": 2, "output_index": 0, "item": {"type": "x"}},
        {"type": f"{prefix}.in_progress", "sequence_number": 3, **call},
        {"type": f"{prefix}.generating", "sequence_number": 4, **call},
        *partials,
    ]


def item_done(**changes: Any) -> list[dict[str, Any]]:
    """The two events with which a picture is finished; only the second holds it."""
    return [
        {"type": "response.image_generation_call.completed", "output_index": 0, "item_id": "ig_1"},
        {"type": "response.output_item.done", "output_index": 0, "item": image_call(**changes)},
    ]


def completed(**changes: Any) -> list[dict[str, Any]]:
    return [{"type": "response.completed", "sequence_number": 99, "response": response(**changes)}]


def turn_stream(*events: dict[str, Any], **framing: Any) -> Answer:
    return sse(list(events) or [*previews(2), *item_done(), *completed()], **framing)
