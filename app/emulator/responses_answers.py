"""A turn's answer: one JSON object, or a stream of events. Source: fact sheet sections 2.4 and 3."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

from flask import Response

from app.emulator import events, responses_turn, sizes, studio, tampering
from app.emulator.responses_turn import Turn
from app.emulator.state import State
from app.emulator.studio import Order

Item = dict[str, object]
_NOTHING = {
    "input_tokens": 0,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 0},
    "output_tokens": 0,
    "output_tokens_details": {"image_tokens": 0, "text_tokens": 0},
    "total_tokens": 0,
}


def whole(turn: Turn, state: State) -> Response:
    """The whole answer in one body."""
    picture = None
    failed = responses_turn.failure(turn)
    if turn.order is not None and responses_turn.is_drawn(turn) and failed is None:
        picture = studio.finished(_halved(turn, turn.order), 0, state.fonts)
    body = _finished(turn, state, picture, partials=0)
    text = json.dumps(body, separators=(",", ":")).encode()
    if "cut" in turn.wanted:
        return tampering.cut(text)
    return Response(text, mimetype="application/json")


def streamed(turn: Turn, state: State) -> Response:
    """Server-sent events, each made when the reader takes it."""
    parts: Iterator[bytes] = _events(turn, state)
    if "cut" in turn.wanted:
        parts = tampering.cut_in_first(parts)
    answer = Response(parts, mimetype="text/event-stream")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _finished(turn: Turn, state: State, picture: bytes | None, *, partials: int) -> Item:
    """The response at its end, kept for later turns unless that was not wanted."""
    called = responses_turn.is_drawn(turn)
    drawn = picture is not None
    words = turn.words(drawn=drawn)
    items = [_call(turn, picture)] if called else []
    if "incomplete" not in turn.wanted:
        items.append(_message(turn, words))
    usage = turn.text_usage(words, drawn=called)
    image_gen = turn.order.usage(1, partials).body() if drawn and turn.order else dict(_NOTHING)
    body = _head(turn, "completed") | {
        "output": items,
        "usage": usage,
        "tool_usage": {"image_gen": image_gen, "web_search": {"num_requests": 0}},
    }
    if "response-failed" in turn.wanted:
        error = {"code": "server_error", "message": "The model failed to generate a response."}
        body |= {"status": "failed", "error": error, "output": []}
    if "incomplete" in turn.wanted:
        body |= {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
    if turn.echo["store"] and body["status"] == "completed":
        output = [{**item, "result": None} if item["type"] == "image_generation_call" else item for item in items]
        written = usage["output_tokens"]
        assert isinstance(written, int)
        state.responses.add(turn.stored(body | {"output": output}, picture, written))
    return _tampered(turn, body)


def _tampered(turn: Turn, body: Item) -> Item:
    if "no-usage" in turn.wanted:
        return {name: value for name, value in body.items() if name not in ("usage", "tool_usage")}
    if "absurd-usage" in turn.wanted:
        absurd = tampering.envelope(turn.wanted, {})["usage"]
        return body | {"usage": absurd, "tool_usage": {"image_gen": absurd}}
    return body


def _head(turn: Turn, status: str) -> Item:
    return {
        "id": turn.id,
        "object": "response",
        "created_at": int(time.time()),
        "status": status,
        "error": None,
        "incomplete_details": None,
        "model": turn.text_model,
        "previous_response_id": turn.previous.id if turn.previous else None,
        **turn.echo,
        "output": [],
        "usage": None,
    }


def _call(turn: Turn, picture: bytes | None) -> Item:
    order = turn.order
    assert order is not None
    facts = {"action": "edit" if order.endpoint == "edits" else "generate", **_facts(order)}
    item: Item = {"type": "image_generation_call", "id": turn.call_id, "status": "completed", **facts}
    error = responses_turn.failure(turn)
    if error is not None or picture is None:
        told = error.body()["error"] if error else None
        return item | {"status": "failed", "result": None, "error": told}
    return item | {
        "revised_prompt": turn.revised_prompt(),
        "result": responses_turn.result(turn, picture, order.mime),
    }


def _message(turn: Turn, words: str) -> Item:
    content = [{"type": "output_text", "text": words, "annotations": []}]
    return {
        "type": "message", "id": turn.message_id, "role": "assistant", "status": "completed", "content": content,
    }  # fmt: skip


def _facts(order: Order) -> Item:
    return {
        "background": order.background,
        "output_format": order.options.output_format,
        "quality": order.options.quality,
        "size": sizes.written(order.size),
    }


def _halved(turn: Turn, order: Order) -> Order:
    return replace(order, halved="wrong-size" in turn.wanted)


def _events(turn: Turn, state: State) -> Iterator[bytes]:
    numbers = count()

    def event(kind: str, **fields: object) -> bytes:
        return events.framed({"type": kind, "sequence_number": next(numbers), **fields})

    head = _head(turn, "in_progress")
    yield event("response.created", response=head)
    yield event("response.in_progress", response=head)
    picture, partials = None, 0
    if turn.order is not None and responses_turn.is_drawn(turn):
        for name, fields, drawn in _drawing(turn, turn.order, state):
            picture = drawn or picture
            partials += name.endswith("partial_image")
            yield event(name, **fields)
    broken = _broken(turn)
    if broken is not None:
        yield broken
        return
    body = _finished(turn, state, picture, partials=partials)
    output = body["output"]
    assert isinstance(output, list)
    for index, item in enumerate(output):
        if item["type"] == "image_generation_call":
            yield event("response.output_item.done", output_index=index, item=item)
        else:
            yield from _spoken(event, index, item)
    yield event(f"response.{body['status']}", response=body)


def _drawing(turn: Turn, order: Order, state: State) -> Iterator[tuple[str, Item, bytes | None]]:
    """The events of the image call up to its picture, which the ``completed`` event does not hold."""
    place: Item = {"output_index": 0, "item_id": turn.call_id}
    item = {"type": "image_generation_call", "id": turn.call_id, "status": "in_progress"}
    prefix = "response.image_generation_call"
    yield "response.output_item.added", {"output_index": 0, "item": item}, None
    yield f"{prefix}.in_progress", place, None
    yield f"{prefix}.generating", place, None
    partials = order.options.partial_images  # none with gif and svg
    for step, picture in enumerate(_stages(_halved(turn, order), state)):
        time.sleep(state.pace)
        if step < partials:
            preview = {
                "partial_image_index": step,
                "partial_image_b64": responses_turn.result(turn, picture, order.mime),
            }
            yield f"{prefix}.partial_image", place | preview | _facts(order), None
        elif responses_turn.failure(turn) is None and _broken_kind(turn) is None:
            yield f"{prefix}.completed", place, picture


def _stages(order: Order, state: State) -> Iterator[bytes]:
    if order.options.output_format in ("gif", "svg"):
        yield studio.finished(order, 0, state.fonts)
    else:
        yield from studio.stages(order, 0, state.fonts)


def _spoken(event: Callable[..., bytes], index: int, item: Item) -> Iterator[bytes]:
    """The events of a message, its text in one piece."""
    content = item["content"]
    assert isinstance(content, list)
    part = content[0]
    place = {"output_index": index, "item_id": item["id"], "content_index": 0}
    empty = {**item, "status": "in_progress", "content": []}
    yield event("response.output_item.added", output_index=index, item=empty)
    yield event("response.content_part.added", **place, part={**part, "text": ""})
    if part["text"]:
        yield event("response.output_text.delta", **place, delta=part["text"], logprobs=[])
    yield event("response.output_text.done", **place, text=part["text"], logprobs=[])
    yield event("response.content_part.done", **place, part=part)
    yield event("response.output_item.done", output_index=index, item=item)


def _broken_kind(turn: Turn) -> str | None:
    kinds = ("cut-stream", "stream-error", "stream-flat-error", "response-failed")
    return next((kind for kind in kinds if kind in turn.wanted), None)


def _broken(turn: Turn) -> bytes | None:
    """The failures that come after the previews; `response-failed` ends in an event of its own."""
    kind = _broken_kind(turn)
    if kind == "cut-stream":
        raise tampering.broken()
    if kind == "stream-error":
        return events.error(events.failed())
    return events.flat_error() if kind == "stream-flat-error" else None
