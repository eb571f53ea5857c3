"""Every fault of the table does what the table says."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.emulator import faults
from tests.emulator.calls import KEY, error_of, events, generate, opened, picture, picture_bytes


def faulty(app: Flask, fault: str, **options: Any) -> Any:
    return generate(app, f"a cat [[fault:{fault}]]", **options)


def until_broken(answer: Any) -> bytes:
    """What arrives of a body before its connection breaks; fails when it does not break."""
    received: list[bytes] = []
    with pytest.raises(ConnectionResetError):
        received.extend(answer.response)
    return b"".join(received)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("rate-limit", 429, "rate_limit_exceeded"),
        ("quota", 429, "insufficient_quota"),
        ("billing", 400, "billing_hard_limit_reached"),
        ("auth", 401, "invalid_api_key"),
        ("verify", 403, "unsupported_model"),
        ("server-error", 500, "server_error"),
        ("overloaded", 503, "server_is_overloaded"),
        ("moderation", 400, "moderation_blocked"),
        ("moderation-output", 400, "moderation_blocked"),
    ],
)
def test_a_fault_that_refuses(emulator: Flask, fault: str, status: int, code: str) -> None:
    answer = faulty(emulator, fault)
    assert (answer.status_code, error_of(answer)["code"]) == (status, code)
    assert ("Retry-After" in answer.headers) == (fault == "rate-limit")


@pytest.mark.parametrize(
    ("fault", "seconds", "milliseconds"),
    [("rate-limit", "1", "1000"), ("rate-limit=0.02", "1", "20"), ("rate-limit=12", "12", "12000")],
)
def test_a_rate_limit_says_how_long(emulator: Flask, fault: str, seconds: str, milliseconds: str) -> None:
    answer = faulty(emulator, fault)
    assert (answer.headers["Retry-After"], answer.headers["retry-after-ms"]) == (seconds, milliseconds)


@pytest.mark.parametrize(("fault", "status"), [("rate-limit-times", 429), ("server-error-times", 500)])
def test_a_passing_trouble_passes(emulator: Flask, fault: str, status: int) -> None:
    statuses = [faulty(emulator, f"{fault}=2").status_code for _ in range(4)]
    assert statuses == [status, status, 200, 200]
    assert generate(emulator, f"another [[fault:{fault}=1]]").status_code == status


@pytest.mark.parametrize(("fault", "stage"), [("moderation", "input"), ("moderation-output", "output")])
def test_a_moderation_refusal_names_its_stage_and_request(emulator: Flask, fault: str, stage: str) -> None:
    answer = faulty(emulator, fault)
    error = error_of(answer)
    assert error["moderation_details"] == {"moderation_stage": stage, "categories": ["violence"]}
    assert f"include the request ID {answer.headers['x-request-id']}." in error["message"]
    assert error["type"] == "image_generation_user_error"


def test_dall_e_moderates_in_its_own_words(legacy: Flask) -> None:
    assert (
        error_of(faulty(legacy, "moderation", model="dall-e-3", size="1024x1024"))["code"] == "content_policy_violation"
    )


def test_slow_waits(emulator: Flask) -> None:
    start = time.monotonic()
    assert faulty(emulator, "slow=0.3").status_code == 200
    assert time.monotonic() - start >= 0.3


@pytest.mark.parametrize(("fault", "status"), [("bad-gateway", 502), ("html", 200)])
def test_a_page_instead_of_an_answer(emulator: Flask, fault: str, status: int) -> None:
    answer = faulty(emulator, fault)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert answer.text.startswith("<!doctype html>")


def test_bad_json_is_json_by_name_only(emulator: Flask) -> None:
    answer = faulty(emulator, "bad-json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(answer.data)


def test_answers_without_their_parts(emulator: Flask) -> None:
    assert "data" not in faulty(emulator, "no-data").json
    assert set(faulty(emulator, "no-usage").json) == {"created", "data"}
    assert len(faulty(emulator, "fewer", n=3).json["data"]) == 2
    assert faulty(emulator, "fewer").json["data"] == []
    usage = faulty(emulator, "absurd-usage").json["usage"]
    assert usage["input_tokens"] < 0
    assert isinstance(usage["total_tokens"], str)


def test_pictures_that_are_none(emulator: Flask) -> None:
    with pytest.raises(ValueError, match="base64"):
        base64.b64decode(faulty(emulator, "bad-base64").json["data"][0]["b64_json"], validate=True)
    assert picture_bytes(faulty(emulator, "not-a-picture")).startswith(b"These bytes are text")


def test_the_quirks_of_gateways(emulator: Flask) -> None:
    prefixed = faulty(emulator, "data-prefix", output_format="webp").json["data"][0]["b64_json"]
    assert prefixed.startswith("data:image/webp;base64,")
    siblings = faulty(emulator, "empty-strings").json["data"][0]
    assert (siblings["url"], siblings["revised_prompt"]) == ("", "")
    assert siblings["b64_json"]
    by_url = faulty(emulator, "url").json["data"][0]
    assert set(by_url) == {"url"}
    assert opened(emulator.test_client().get(by_url["url"]).data).size == (1024, 640)


def test_the_wrong_size_is_half_of_what_is_reported(emulator: Flask) -> None:
    answer = faulty(emulator, "wrong-size")
    assert answer.json["size"] == "1024x640"
    assert picture(answer).size == (512, 320)


def test_a_huge_body_is_made_while_it_is_read(emulator: Flask) -> None:
    body = emulator.test_client().post(
        "/v1/images/generations",
        json={"model": "gpt-image-2", "prompt": "[[fault:huge=3]]"},
        headers=KEY,
        buffered=False,
    )
    assert body.content_length is None
    sizes = [len(chunk) for chunk in body.response]
    assert sum(sizes) == 3_000_000
    assert max(sizes) < 100_000


def test_a_cut_body_promises_more_than_comes(emulator: Flask) -> None:
    answer = emulator.test_client().post(
        "/v1/images/generations",
        json={"model": "gpt-image-2", "prompt": "[[fault:cut]]", "size": "1024x640"},
        headers=KEY,
        buffered=False,
    )
    received = until_broken(answer)
    assert 0 < len(received) < int(answer.headers["Content-Length"])


def streamed(app: Flask, fault: str, partials: int = 1) -> Any:
    return faulty(app, fault, stream=True, partial_images=partials)


def test_errors_inside_a_stream(emulator: Flask) -> None:
    _, nested = events(streamed(emulator, "stream-error"))
    assert nested["error"]["code"] == "image_generation_failed"
    assert nested["error"]["type"] == "image_generation_server_error"
    _, flat = events(streamed(emulator, "stream-flat-error"))
    assert (flat["type"], flat["message"]) == ("error", "Image generation failed")
    assert "error" not in flat
    _, blocked = events(streamed(emulator, "moderation-output"))
    assert blocked["error"]["moderation_details"]["moderation_stage"] == "output"


@pytest.mark.parametrize(("fault", "whole_events"), [("cut-stream", 1), ("cut", 0)])
def test_a_stream_that_breaks(emulator: Flask, fault: str, whole_events: int) -> None:
    answer = streamed(emulator, fault)
    received = until_broken(answer)
    assert received.count(b"\n\n") == whole_events
    assert b"completed" not in received


def test_json_although_a_stream_was_asked_for(emulator: Flask) -> None:
    answer = streamed(emulator, "stream-json")
    assert answer.mimetype == "application/json"
    assert picture(answer).size == (1024, 640)


def test_a_stream_can_be_spoilt_like_a_whole_answer(emulator: Flask) -> None:
    (completed,) = events(streamed(emulator, "no-usage", partials=0))
    assert "usage" not in completed
    assert len(events(faulty(emulator, "fewer", n=2, stream=True))) == 1
    (prefixed,) = events(streamed(emulator, "data-prefix", partials=0))
    assert prefixed["b64_json"].startswith("data:image/png;base64,")


def test_marks_are_neither_counted_nor_drawn(emulator: Flask) -> None:
    marked, plain = faulty(emulator, "slow=0"), generate(emulator, "a cat")
    assert picture_bytes(marked) == picture_bytes(plain)
    assert plain.json is not None
    assert marked.json["usage"] == plain.json["usage"]


@pytest.mark.parametrize("fault", ["rate-limits", "slow=soon", "quota=3", "slow=-1", "slow=nan"])
def test_a_misspelt_fault_does_not_pass_for_a_working_call(emulator: Flask, fault: str) -> None:
    assert error_of(faulty(emulator, fault))["code"] == "unknown_fault"


def test_a_header_asks_for_faults_where_there_is_no_prompt(emulator: Flask) -> None:
    client = emulator.test_client()
    header = KEY | {"X-Emulator-Fault": "server-error-times=1"}
    assert [client.get("/v1/models", headers=header).status_code for _ in range(2)] == [500, 200]
    body = {"model": "gpt-image-2", "prompt": "a cat", "size": "1024x640"}
    codes = [client.post("/v1/images/generations", json=body, headers=header).status_code for _ in range(2)]
    assert codes == [500, 200]
    wrong = client.get("/v1/models", headers=KEY | {"X-Emulator-Fault": "nonsense fault"})
    assert error_of(wrong)["code"] == "unknown_fault"


def test_every_fault_is_described_and_tested() -> None:
    here = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*faults.py"))
    for fault in faults.FAULTS:
        assert fault.name in faults.described()
        assert f'"{fault.name}' in here or f":{fault.name}" in here, fault.name
