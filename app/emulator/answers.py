"""What comes back: one JSON object, or a stream of events. Source: fact sheet sections 2.1 and 3."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import replace

from flask import Response

from app.emulator import errors, events, results, sizes, studio, tampering
from app.emulator.faults import Wanted
from app.emulator.state import State
from app.emulator.studio import Order

_PREFIXES = {"generations": "image_generation", "edits": "image_edit"}


def whole(order: Order, wanted: Wanted, state: State, host: str) -> Response:
    """All pictures in one JSON body."""
    order = replace(order, halved="wrong-size" in wanted)
    pictures = (studio.finished(order, index, state.fonts) for index in range(order.options.n))
    data = [_item(order, picture, wanted, state, host) for picture in pictures]
    body: dict[str, object] = {"created": int(time.time())}
    if order.model.dall_e:
        body["data"] = data
    else:
        body |= _facts(order) | {"data": data, "usage": order.usage(order.options.n, 0).body()}
        if order.options.svg_model:
            body["svg_usage"] = _svg_usage(order)
    text = json.dumps(tampering.envelope(wanted, body), separators=(",", ":")).encode()
    if "cut" in wanted:
        return tampering.cut(text)
    return Response(text, mimetype="application/json")


def streamed(order: Order, wanted: Wanted, state: State, host: str, request_id: str) -> Response:
    """Server-sent events, each drawn when the reader takes it."""
    order = replace(order, halved="wrong-size" in wanted)
    parts: Iterator[bytes] = _events(order, wanted, state, host, request_id)
    if "cut" in wanted:
        parts = tampering.cut_in_first(parts)
    answer = Response(parts, mimetype="text/event-stream")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _facts(order: Order) -> dict[str, object]:
    """The resolved options that the API reports back."""
    return {
        "background": order.background,
        "output_format": order.options.output_format,
        "quality": order.options.quality,
        "size": sizes.written(order.size),
    }


def _item(order: Order, picture: bytes, wanted: Wanted, state: State, host: str) -> dict[str, object]:
    item: dict[str, object] = {}
    if order.options.response_format == "url" or "url" in wanted:
        item["url"] = f"{host.rstrip('/')}{results.PREFIX}/{state.results.add(picture, order.mime)}"
    else:
        item["b64_json"] = base64.b64encode(picture).decode()
    if order.model.family == "dall-e-3":
        item["revised_prompt"] = f"{order.prompt.rstrip('.')}, drawn by the practice emulator."
    return tampering.item(wanted, item, order.mime)


def _svg_usage(order: Order) -> dict[str, object]:
    # What an author model really counts is unconfirmed; the shape is the SDK's.
    return {
        "input_tokens": 40,
        "model": order.options.svg_model,
        "output_tokens": 600,
        "reasoning_tokens": 0,
        "total_tokens": 640,
    }


def _events(order: Order, wanted: Wanted, state: State, host: str, request_id: str) -> Iterator[bytes]:
    pictures, partials = order.options.n, order.options.partial_images
    if "fewer" in wanted:
        pictures -= 1
    for index in range(pictures):
        for step, picture in enumerate(studio.stages(order, index, state.fonts)):
            last = step == partials
            if last:
                # The failures come after the previews, where a client has already shown something.
                spoilt = _failure(wanted, request_id, dall_e=order.model.dall_e)
                if spoilt:
                    yield spoilt
                    return
            time.sleep(state.pace)
            payload = _event(order, index, step, last=last)
            item = _item(order, picture, wanted, state, host)
            payload |= item if not (last and "no-data" in wanted) else {}
            if last:
                payload = tampering.envelope(wanted, payload)
            yield events.framed(payload)


def _event(order: Order, index: int, step: int, *, last: bool) -> dict[str, object]:
    kind = "completed" if last else "partial_image"
    payload: dict[str, object] = {
        "type": f"{_PREFIXES[order.endpoint]}.{kind}",
        "created_at": int(time.time()),
        **_facts(order),
    }
    if not last:
        return payload | {"partial_image_index": step}
    # With several pictures each completed event carries its own share; the shares add up to the bill.
    partials = order.options.partial_images
    so_far, before = order.usage(index + 1, partials * (index + 1)), order.usage(index, partials * index)
    return payload | {"usage": so_far.minus(before).body()}


def _failure(wanted: Wanted, request_id: str, *, dall_e: bool) -> bytes | None:
    if "cut-stream" in wanted:
        raise tampering.broken()
    if "stream-error" in wanted:
        return events.error(events.failed())
    if "stream-flat-error" in wanted:
        return events.flat_error()
    if "moderation-output" in wanted:
        return events.error(errors.blocked(request_id, "output", dall_e=dall_e))
    return None
