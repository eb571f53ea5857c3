"""Server-sent events as the Image API frames them.

Source: fact sheet section 3: ``event: <type>``, one line of JSON, a blank line; nothing after the last
completed event.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from app.emulator.errors import ApiError


def framed(payload: Mapping[str, object]) -> bytes:
    """One event on the wire; ``payload["type"]`` names it."""
    text = json.dumps(payload, separators=(",", ":"))
    return f"event: {payload['type']}\ndata: {text}\n\n".encode()


def error(fault: ApiError) -> bytes:
    """A failure in the middle of a 200 stream, with the error nested."""
    return framed({"type": "error", **fault.body()})


def failed() -> ApiError:
    """What the image server reports when drawing broke down."""
    return ApiError(
        500, "Image generation failed", kind="image_generation_server_error", code="image_generation_failed"
    )


def flat_error() -> bytes:
    """The same failure without nesting, as the Responses API types it and as some relays send it."""
    fault = failed()
    return framed({"type": "error", "code": fault.code, "message": fault.message, "param": None, "sequence_number": 0})
