"""Streams: the traps of section 3 of the fact sheet, live and again from the spool."""

from __future__ import annotations

import time
from typing import Any

import pytest

from app.domain.costs import Usage
from app.domain.jobs import Outcome
from app.provider.events import EventReader
from tests.provider.calls import Caller, a_cat
from tests.upstream import (
    USAGE,
    Answer,
    Pause,
    Upstream,
    b64,
    cut,
    drip,
    head_size,
    json_answer,
    picture,
    picture_answer,
    picture_body,
    sse,
    sse_events,
    sse_picture,
)

pytestmark = pytest.mark.usefixtures("lengths")

PREVIEWED = a_cat(partial_images=2)


def nameless(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in event.items() if name != "type"} for event in events]


@pytest.mark.parametrize(
    "answer",
    [
        sse_picture(),
        sse_picture(newline="\r\n"),
        sse_picture(names=False),
        sse_picture(before=": keep-alive\n\n:\nid: 1\nretry: 10\n\n"),
        sse_picture(before="\ufeff"),
        sse_picture(last_blank=False),
        sse([*sse_events(), "[DONE]"]),
        sse([{"type": "image_generation.something_new", "b64_json": 3}, "not json", "3", *sse_events()]),
        sse([sse_events()[0], sse_events()[1], *sse_events()[2:]], before=" \n\n"),
        sse(sse_events(kind="image_edit")),
        drip(sse_picture(newline="\r\n"), chunk=97, every=0.001),
    ],
    ids=lambda answer: answer.label,
)
def test_previews_and_result_are_understood_however_they_are_framed(
    answer: Answer, upstream: Upstream, caller: Caller
) -> None:
    upstream.script(answer)

    result = caller.ask(PREVIEWED, stream=True)

    assert [drawn.read() for drawn in result.pictures] == [picture()]
    assert result.usage == Usage(14, 0, 196, 0)
    assert result.resolved.size == "64x64"
    assert [(p.index, p.data, p.mime_type) for p in caller.partials] == [
        (0, picture(seed=5), "image/png"),
        (1, picture(seed=6), "image/png"),
    ]


def test_the_kind_may_stand_in_the_event_line_alone(upstream: Upstream, caller: Caller) -> None:
    payload = nameless(sse_events(0))[0]
    block = f"event: image_generation.completed\ndata: {payload}\n\n".replace("'", '"')
    upstream.script(
        Answer("named", lambda: [b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", block.encode()])
    )

    assert caller.ask(stream=True).pictures[0].read() == picture()


def test_a_whole_plain_answer_in_one_event_is_a_result(upstream: Upstream, caller: Caller) -> None:
    upstream.script(sse([picture_body(), "[DONE]"]))

    assert caller.ask(stream=True).pictures[0].read() == picture()


def test_plain_json_in_place_of_a_stream_is_a_result(upstream: Upstream, caller: Caller) -> None:
    upstream.script(picture_answer())

    assert caller.ask(PREVIEWED, stream=True).pictures[0].read() == picture()
    assert caller.partials == []


def test_a_stream_that_nobody_asked_for_is_a_result(upstream: Upstream, caller: Caller) -> None:
    upstream.script(sse_picture())

    assert caller.ask().pictures[0].read() == picture()


def test_a_cut_after_the_completed_event_changes_nothing(upstream: Upstream, caller: Caller) -> None:
    def then_break() -> list[Any]:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9999999\r\n\r\n"
        body = b"".join(step for step in sse_picture(last_blank=False).steps() if isinstance(step, bytes))
        return [head, body[head_size(sse_picture()) :], Pause(0.02)]

    upstream.script(Answer("broken after the result", then_break))

    assert caller.ask(stream=True).pictures[0].read() == picture()


def test_a_connection_left_open_after_the_result_is_not_waited_for(upstream: Upstream, caller: Caller) -> None:
    upstream.script(Answer("left open", lambda: [*sse_picture().steps(), Pause(5.0)]))
    begun = time.monotonic()

    assert caller.ask(stream=True, seconds=4.0).pictures[0].read() == picture()
    assert time.monotonic() - begun < 2.0


def test_a_cut_within_the_completed_event_leaves_the_outcome_unknown(upstream: Upstream, caller: Caller) -> None:
    upstream.script(cut(sse(sse_events(0)), 120))

    failure = caller.fail(stream=True)

    assert (failure.outcome, failure.fault.code) == (Outcome.AMBIGUOUS, "outcome_unknown")


def test_several_pictures_come_as_several_completed_events(upstream: Upstream, caller: Caller) -> None:
    second = {**sse_events(0)[0], "b64_json": b64(picture(seed=1))}
    upstream.script(sse([*sse_events(1), second]))

    answer = caller.ask(a_cat(n=2), n=2, stream=True)

    assert [drawn.read() for drawn in answer.pictures] == [picture(), picture(seed=1)]
    assert answer.usage == Usage(28, 0, 392, 0)


def test_an_error_after_one_of_two_pictures_keeps_the_one(upstream: Upstream, caller: Caller) -> None:
    upstream.script(sse([*sse_events(0), {"type": "error", "message": "the second failed"}]))

    assert len(caller.ask(a_cat(n=2), n=2, stream=True).pictures) == 1


def test_usage_missing_from_one_event_makes_the_sum_unknown(upstream: Upstream, caller: Caller) -> None:
    upstream.script(sse([*sse_events(0, usage=USAGE), *sse_events(0, usage=None)]))

    assert caller.ask(a_cat(n=2), n=2, stream=True).usage is None


def test_a_completed_event_without_a_picture_is_unusable(upstream: Upstream, caller: Caller) -> None:
    upstream.script(sse([{"type": "image_generation.completed", "b64_json": None}]))

    failure = caller.fail(stream=True)

    assert (failure.outcome, failure.fault.code) == (Outcome.UNUSABLE, "upstream_bad_response")


def test_a_preview_that_is_no_picture_is_passed_over(upstream: Upstream, caller: Caller) -> None:
    events = sse_events(3)
    events[0]["b64_json"], events[1]["b64_json"] = "*?*", b64(b"plain text")
    upstream.script(sse(events))

    caller.ask(PREVIEWED, stream=True)

    assert [partial.index for partial in caller.partials] == [2]


@pytest.mark.parametrize("order", [1, -1], ids=["type first", "type last"])
def test_previews_that_were_not_chosen_are_passed_over(order: int, upstream: Upstream, caller: Caller) -> None:
    upstream.script(sse([dict(list(event.items())[::order]) for event in sse_events()]))

    assert len(caller.ask(a_cat(), stream=True).pictures) == 1
    assert caller.partials == []


def test_a_refusal_before_the_stream_is_an_ordinary_refusal(upstream: Upstream, caller: Caller) -> None:
    upstream.script(json_answer({"error": {"message": "no"}}, code=400))

    assert caller.fail(stream=True).outcome is Outcome.REFUSED


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_the_cutting_into_chunks_does_not_matter(size: int) -> None:
    text = b'\xef\xbb\xbfevent: a\r\ndata: {"x":1}\r\n\r\n: c\n\ndata:one\ndata: two\nid: 4\n\nevent: lost\n\ndata: end'
    reader = EventReader()

    events = [e for at in range(0, len(text), size) for e in reader.feed(text[at : at + size])]
    events += reader.close()

    payloads = [(name, b"\n".join(text[slice(*line)] for line in lines)) for name, lines in events]
    assert payloads == [(b"a", b'{"x":1}'), (b"", b"one\ntwo"), (b"", b"end")]
