"""The failures that the Responses API can be asked for."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from flask import Flask

from tests.emulator.calls import error_of, events
from tests.emulator.turns import asked, body_of, call_in, sdk, turn, words_in


def faulty(app: Flask, fault: str, **fields: Any) -> Any:
    return turn(app, f"a cat [[fault:{fault}]]", **fields)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("rate-limit", 429, "rate_limit_exceeded"),
        ("quota", 429, "insufficient_quota"),
        ("server-error", 500, "server_error"),
        ("overloaded", 503, "server_is_overloaded"),
        ("auth", 401, "invalid_api_key"),
        ("moderation", 400, "moderation_blocked"),
    ],
)
def test_refusals_are_those_of_the_image_api(emulator: Flask, fault: str, status: int, code: str) -> None:
    answer = faulty(emulator, fault)
    assert (answer.status_code, error_of(answer)["code"]) == (status, code)


@pytest.mark.parametrize(
    ("fault", "code"), [("call-failed", "image_generation_failed"), ("moderation-output", "moderation_blocked")]
)
def test_a_call_can_fail_inside_a_completed_response(emulator: Flask, fault: str, code: str) -> None:
    body = body_of(faulty(emulator, fault))
    call = call_in(body)
    assert (body["status"], call["status"], call["result"], call["error"]["code"]) == (
        "completed",
        "failed",
        None,
        code,
    )
    assert words_in(body) == "The picture could not be drawn."
    last = events(faulty(emulator, fault, stream=True))[-1]["response"]
    assert call_in(last)["error"]["code"] == code


def test_there_can_be_words_and_no_picture_or_neither(emulator: Flask) -> None:
    assert [item["type"] for item in body_of(faulty(emulator, "words-only"))["output"]] == ["message"]
    assert words_in(body_of(faulty(emulator, "no-picture"))) == ""
    incomplete = body_of(faulty(emulator, "incomplete"))
    assert (incomplete["status"], incomplete["output"]) == ("incomplete", [])


def test_a_response_can_fail_as_a_whole(emulator: Flask) -> None:
    body = body_of(faulty(emulator, "response-failed"))
    assert (body["status"], body["error"]["code"]) == ("failed", "server_error")
    seen = events(faulty(emulator, "response-failed", tool={"partial_images": 1}, stream=True))
    assert seen[-1]["type"] == "response.failed"
    assert any(event["type"].endswith("partial_image") for event in seen)


def test_error_events_are_nested_or_flat(emulator: Flask) -> None:
    nested = events(faulty(emulator, "stream-error", stream=True))[-1]
    assert nested["error"]["code"] == "image_generation_failed"
    flat = events(faulty(emulator, "stream-flat-error", stream=True))[-1]
    assert (flat["type"], flat["code"]) == ("error", "image_generation_failed")
    with pytest.raises(openai.APIError):
        list(sdk(emulator).responses.create(**asked("a cat [[fault:stream-error]]", stream=True)))  # type: ignore[call-overload]


@pytest.mark.parametrize("fault", ["cut", "cut-stream"])
def test_a_stream_can_break(emulator: Flask, fault: str) -> None:
    with pytest.raises(ConnectionResetError):
        _ = faulty(emulator, fault, stream=True).data


def test_a_chain_can_be_gone(emulator: Flask) -> None:
    first = body_of(turn(emulator))
    refused = faulty(emulator, "chain-expired", previous_response_id=first["id"])
    assert (refused.status_code, error_of(refused)["code"]) == (400, "previous_response_not_found")
    assert faulty(emulator, "chain-expired").status_code == 200, "without a chain there is nothing to be gone"


def test_gateways_oddities(emulator: Flask) -> None:
    assert "usage" not in body_of(faulty(emulator, "no-usage"))
    assert body_of(faulty(emulator, "absurd-usage"))["tool_usage"]["image_gen"]["total_tokens"] == "many"
    assert call_in(body_of(faulty(emulator, "no-data")))["result"] is None
    assert call_in(body_of(faulty(emulator, "data-prefix")))["result"].startswith("data:image/png;base64,")
    assert faulty(emulator, "stream-json", stream=True).mimetype == "application/json"
    assert faulty(emulator, "html").mimetype == "text/html"
