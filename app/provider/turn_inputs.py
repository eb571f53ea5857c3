"""What goes out for a turn of a conversation: one user message, one image tool, and what it follows."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from app.domain.requests import InputPicture, Turn
from app.domain.turn_prices import MAX_OUTPUT_TOKENS
from app.domain.turns import shown_pictures
from app.provider.inputs import Outgoing

_TOOL_OPTIONS = (
    *("model", "action", "size", "quality", "background", "output_format", "output_compression", "moderation"),
    *("input_fidelity", "complexity", "frame_count", "frame_duration_ms"),
)


def turn_call(turn: Turn, *, stream: bool, read_input: Callable[[str], bytes]) -> Outgoing:
    """Build the call. Nothing but what was chosen goes out, and three limits that bound its price.

    Pictures travel as data URLs, so that a turn is one request. `read_input` raises `OSError` when an input
    picture is gone.
    """
    chosen = turn.chosen()
    tool: dict[str, Any] = {"type": "image_generation"}
    tool |= {name: chosen[name] for name in _TOOL_OPTIONS if name in chosen}
    if stream and turn.partial_images:
        tool["partial_images"] = turn.partial_images
    if turn.mask is not None:
        tool["input_image_mask"] = {"image_url": _data_url(turn.mask, read_input)}
    content: list[dict[str, Any]] = [{"type": "input_text", "text": turn.prompt}]
    content += [{"type": "input_image", "image_url": _data_url(p, read_input)} for p in shown_pictures(turn)]
    fields: dict[str, Any] = {
        "model": turn.text_model,
        "input": [{"role": "user", "content": content}],
        "tools": [tool],
        "tool_choice": "auto" if turn.tool_choice == "auto" else {"type": "image_generation"},
        "max_output_tokens": MAX_OUTPUT_TOKENS,
        "max_tool_calls": 1,
    }
    if turn.previous is not None:
        fields["previous_response_id"] = turn.previous
    if turn.user is not None:
        fields["user"] = turn.user
    if stream:
        fields["stream"] = True
    return Outgoing("/responses", fields)


def _data_url(picture: InputPicture, read_input: Callable[[str], bytes]) -> str:
    return f"data:{picture.mime_type};base64,{base64.b64encode(read_input(picture.digest)).decode('ascii')}"
