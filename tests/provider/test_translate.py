"""Every way a call can end badly has one meaning, seen through the real SDK and a real connection."""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import Any

import pytest

from app.domain.jobs import Outcome
from tests.provider.calls import Caller, a_cat, provider_at
from tests.upstream import (
    Answer,
    Upstream,
    cut,
    error_body,
    hang,
    html,
    picture_answer,
    raw,
    refused_url,
    reset_at_once,
    reset_before_body,
    sse,
    sse_events,
    status,
)

REFUSED, AMBIGUOUS, UNUSABLE = Outcome.REFUSED, Outcome.AMBIGUOUS, Outcome.UNUSABLE

BLOCKED = error_body(
    "Your request was rejected by the safety system. safety_violations=[sexual].",
    code="moderation_blocked",
    kind="image_generation_user_error",
    moderation_details={"moderation_stage": "output", "categories": ["sexual", "violence"]},
)
RATE = error_body("Rate limit reached. Please try again in 12s.", code="rate_limit_exceeded", kind="input-images")
VERIFY = error_body("Your organization must be verified to use the model `gpt-image-2`.")
PREVIEW = error_body("GIF output needs preview access.", kind="permission_error", param="output_format")

# label: (answer, outcome, code, resend, pauses)
CASES: dict[str, tuple[Answer, Outcome, str, bool, bool]] = {
    "400": (status(400), REFUSED, "upstream_invalid_request", False, False),
    "400 moderation": (status(400, BLOCKED), REFUSED, "content_rejected", False, False),
    "400 moderation of a relay": (
        status(400, error_body("Your request was rejected as a result of our safety system.")),
        REFUSED, "content_rejected", False, False,
    ),
    "400 billing": (
        status(400, error_body("Billing hard limit has been reached", code="billing_hard_limit_reached")),
        REFUSED, "upstream_quota", False, True,
    ),
    "401": (status(401), REFUSED, "upstream_auth", False, True),
    "402": (status(402), REFUSED, "upstream_quota", False, True),
    "403 unverified": (status(403, VERIFY), REFUSED, "upstream_auth", False, True),
    "403 preview format": (status(403, PREVIEW), REFUSED, "upstream_auth", False, False),
    "403 of a gateway without credit": (
        status(403, error_body("no credit", code="insufficient_user_quota", kind="new_api_error")),
        REFUSED, "upstream_quota", False, True,
    ),
    "404": (status(404), REFUSED, "upstream_invalid_request", False, False),
    "408": (status(408), AMBIGUOUS, "outcome_unknown", False, False),
    "409": (status(409), REFUSED, "upstream_invalid_request", False, False),
    "413": (status(413), REFUSED, "upstream_invalid_request", False, False),
    "418": (status(418), REFUSED, "upstream_invalid_request", False, False),
    "422": (status(422), REFUSED, "upstream_invalid_request", False, False),
    "429": (status(429, RATE), REFUSED, "rate_limited", True, False),
    **{
        f"429 {code}": (
            status(429, error_body("No credit.", code=code)), REFUSED, "upstream_quota", False, True
        )
        for code in (
            "insufficient_quota",
            "credit_balance_exhausted",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            "organization_usage_limit_exceeded",
        )
    },
    "500": (status(500), AMBIGUOUS, "outcome_unknown", False, False),
    "500 that mentions quota": (
        status(500, error_body("?", code="insufficient_quota")), AMBIGUOUS, "outcome_unknown", False, False
    ),
    "502 with a page": (html(502), AMBIGUOUS, "outcome_unknown", False, False),
    "503": (status(503), AMBIGUOUS, "outcome_unknown", False, False),
    "503 overloaded": (
        status(503, error_body("Busy.", code="server_is_overloaded")), REFUSED, "upstream_error", True, False
    ),
    "503 slow down": (status(503, error_body("Busy.", code="slow_down")), REFUSED, "upstream_error", True, False),
    "529": (status(529), AMBIGUOUS, "outcome_unknown", False, False),
    **{
        f"{code} elsewhere": (
            status(code, headers={"Location": "http://127.0.0.1:9/v1"}), REFUSED, "upstream_error", False, False
        )
        for code in (301, 302, 307, 308)
    },
    "303": (status(303, headers={"Location": "/v1/x"}), AMBIGUOUS, "outcome_unknown", False, False),
    "reset at once": (reset_at_once(), AMBIGUOUS, "outcome_unknown", False, False),
    "closed without an answer": (hang(0), AMBIGUOUS, "outcome_unknown", False, False),
    "reset after the head": (reset_before_body(), AMBIGUOUS, "outcome_unknown", False, False),
    "cut body": (cut(picture_answer(), 100), AMBIGUOUS, "outcome_unknown", False, False),
    "not HTTP": (Answer("nonsense", lambda: [b"SSH-2.0-nonsense\r\n\r\n"]), AMBIGUOUS, "outcome_unknown", False, False),
    "200 page": (html(), UNUSABLE, "upstream_bad_response", False, False),
    "200 bad JSON": (raw(b'{"data": [{"b64_json": "AAAA'), UNUSABLE, "upstream_bad_response", False, False),
    "200 empty": (raw(b""), UNUSABLE, "upstream_bad_response", False, False),
    "200 list": (raw(b"[1, 2]"), UNUSABLE, "upstream_bad_response", False, False),
    "200 no data": (raw(b'{"created": 1}'), UNUSABLE, "upstream_bad_response", False, False),
    "200 null data": (raw(b'{"data": null}'), UNUSABLE, "upstream_bad_response", False, False),
    "200 data of a wrong type": (raw(b'{"data": "pictures"}'), UNUSABLE, "upstream_bad_response", False, False),
    "200 bad base64": (raw(b'{"data": [{"b64_json": "*?*"}]}'), UNUSABLE, "upstream_bad_response", False, False),
    "200 deep nesting": (raw(b"[" * 100_000), UNUSABLE, "upstream_bad_response", False, False),
    "200 error": (raw(b'{"error": {"message": "no channel"}}'), UNUSABLE, "upstream_bad_response", False, False),
    "204": (status(204, b""), UNUSABLE, "upstream_bad_response", False, False),
}  # fmt: skip


@pytest.mark.parametrize("label", CASES)
def test_each_bad_end_has_its_class_and_is_never_sent_twice(label: str, upstream: Upstream, caller: Caller) -> None:
    answer, outcome, code, resend, pauses = CASES[label]
    upstream.script(answer)

    failure = caller.fail()

    assert (failure.outcome, failure.fault.code) == (outcome, code)
    assert (failure.resend, failure.pauses) == (resend, pauses)
    assert failure.fault.may_have_cost is (outcome is not REFUSED)
    assert len(upstream.ledger) == 1


def test_a_refused_connection_proves_that_nothing_was_sent() -> None:
    failure = Caller(provider_at(refused_url())).fail()

    assert (failure.outcome, failure.fault.code, failure.resend) == (REFUSED, "upstream_unreachable", True)
    assert failure.fault.retryable
    assert not failure.fault.may_have_cost


def test_an_unknown_host_proves_that_nothing_was_sent() -> None:
    failure = Caller(provider_at("http://nowhere.invalid/v1")).fail()

    assert (failure.outcome, failure.fault.code, failure.resend) == (REFUSED, "upstream_unreachable", True)


def test_a_failed_handshake_proves_that_nothing_was_sent(upstream: Upstream) -> None:
    failure = Caller(provider_at(upstream.base_url.replace("http:", "https:"))).fail()

    assert (failure.outcome, failure.fault.code, failure.resend) == (REFUSED, "upstream_unreachable", True)
    assert upstream.ledger == []


def test_a_request_that_cannot_be_written_is_refused_for_good(upstream: Upstream, caller: Caller) -> None:
    failure = caller.fail(a_cat(prompt="half a character: \ud83d"))

    assert (failure.outcome, failure.fault.code, failure.resend) == (REFUSED, "upstream_error", False)
    assert upstream.ledger == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (hang(5), "did not answer in time"),
        (cut(picture_answer(), 100), "connection broke"),
        (status(500), "failed while it handled"),
    ],
)
def test_an_unknown_outcome_says_why_and_that_it_may_cost(
    answer: Answer, words: str, upstream: Upstream, caller: Caller
) -> None:
    upstream.script(answer)

    message = caller.fail(seconds=0.3).fault.message

    assert words in message
    assert "billed" in message


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"Retry-After-Ms": "2500", "Retry-After": "9"}, "", 2.5),
        ({"Retry-After": "7"}, "Please try again in 12s.", 7.0),
        ({"Retry-After": "1.5"}, "", 1.5),
        ({"Retry-After": "0"}, "", 1.0),
        ({"Retry-After": "86400"}, "", 120.0),
        ({"Retry-After": "soon"}, "", None),
        ({"Retry-After": "nan"}, "", None),
        ({}, "Limit 5, Used 5. Please try again in 12s.", 12.0),
        ({}, "please slow down and try again after 51.84 seconds.", 51.84),
        ({}, "Please try again in 1m2s.", 62.0),
        ({}, "Please try again in 250ms.", 1.0),
        ({}, "Too many requests.", None),
    ],
)
def test_the_wait_comes_from_headers_else_from_the_message_within_bounds(
    headers: dict[str, str], message: str, seconds: float | None, upstream: Upstream, caller: Caller
) -> None:
    upstream.script(status(429, error_body(message, code="rate_limit_exceeded"), headers))

    assert caller.fail().fault.retry_after == seconds


def test_the_wait_may_be_given_as_a_date(upstream: Upstream, caller: Caller) -> None:
    upstream.script(status(429, headers={"Retry-After": formatdate(time.time() + 30, usegmt=True)}))

    wait = caller.fail().fault.retry_after

    assert wait is not None
    assert 25 < wait <= 30


def test_rejected_content_says_at_which_stage_and_whether_another_try_can_help(
    upstream: Upstream, caller: Caller
) -> None:
    upstream.script(status(400, BLOCKED, {"x-request-id": "req_blocked"}))

    fault = caller.fail().fault

    assert fault.details["stage"] == "output"
    assert fault.details["categories"] == ["sexual", "violence"]
    assert fault.details["another_try_may_help"] is True
    assert fault.retryable
    assert fault.upstream_request_id == "req_blocked"


def test_a_rejected_prompt_will_be_rejected_again(upstream: Upstream, caller: Caller) -> None:
    body = error_body(
        "rejected by the safety system. safety_violations=[self-harm, violence].", code="moderation_blocked"
    )
    upstream.script(status(400, body))

    fault = caller.fail().fault

    assert fault.details["stage"] == "unknown"
    assert fault.details["categories"] == ["self-harm", "violence"]
    assert not fault.details["another_try_may_help"]
    assert not fault.retryable


@pytest.mark.parametrize(
    ("body", "words", "param"),
    [
        (error_body("Invalid size '9x9'.", param="size"), "Invalid size '9x9'.", "size"),
        ({"error": "size not supported"}, "size not supported", None),
        ({"detail": "No such model"}, "No such model", None),
        ({"detail": [{"loc": ["body", "size"], "msg": "bad size", "type": "value_error"}]}, "bad size", "size"),
        ({"message": "flat", "code": 7}, "flat", None),
        ({"error": {"message": "relay (request id: 20261120)", "type": "new_api_error", "param": "", "code": None}},
         "relay (request id: 20261120)", None),
        ("plain words", "plain words", None),
        ('"a JSON string"', "a JSON string", None),
        ("<html>a page</html>", None, None),
        ("", None, None),
        ('{"error": {"message": ["not", "text"], "param": 3, "code": {}, "type": true}}', None, None),
        ('{"error": {}}', None, None),
        ('{"detail": []}', None, None),
        ("null", None, None),
    ],
)  # fmt: skip
def test_the_words_of_a_refusal_are_found_in_every_shape_of_body(
    body: Any, words: str | None, param: str | None, upstream: Upstream, caller: Caller
) -> None:
    upstream.script(status(400, body))

    fault = caller.fail().fault

    assert fault.code == "upstream_invalid_request"
    assert fault.param == param
    assert fault.message == "The image provider refused this request." + (f" It says: {words}" if words else "")


def test_an_endless_error_body_is_read_only_so_far(upstream: Upstream, caller: Caller) -> None:
    upstream.script(status(500, b"x" * 3_000_000))

    assert len(caller.fail().fault.message) < 700


def test_an_error_body_that_breaks_off_still_counts_as_its_status(upstream: Upstream, caller: Caller) -> None:
    upstream.script(cut(status(400, error_body("You asked for too much.")), 10))

    failure = caller.fail()

    assert (failure.outcome, failure.fault.code) == (REFUSED, "upstream_invalid_request")


NESTED = {"type": "error", "error": {"type": "image_generation_server_error", "code": "image_generation_failed",
                                     "message": "Image generation failed", "param": None}}  # fmt: skip
FLAT = {"type": "error", "code": "server_error", "message": "Flat failure", "param": None, "sequence_number": 0}


@pytest.mark.parametrize(
    ("events", "outcome", "code", "resend"),
    [
        ([NESTED], AMBIGUOUS, "outcome_unknown", False),
        ([FLAT], AMBIGUOUS, "outcome_unknown", False),
        ([{"type": "error", "error": BLOCKED["error"]}], REFUSED, "content_rejected", False),
        ([{"type": "error", "error": RATE["error"]}], REFUSED, "rate_limited", True),
        ([{"type": "error", "code": "invalid_value", "message": "no", "error": error_body("no")["error"]}],
         REFUSED, "upstream_invalid_request", False),
        ([*sse_events(1)[:1], NESTED], AMBIGUOUS, "outcome_unknown", False),
        ([*sse_events(1)[:1], {"type": "error", "error": BLOCKED["error"]}], AMBIGUOUS, "content_rejected", False),
        ([*sse_events(1)[:1], {"type": "error", "error": RATE["error"]}], AMBIGUOUS, "outcome_unknown", False),
        (sse_events(2)[:2], AMBIGUOUS, "outcome_unknown", False),
        (["[DONE]"], AMBIGUOUS, "outcome_unknown", False),
        ([], AMBIGUOUS, "outcome_unknown", False),
    ],
)  # fmt: skip
def test_a_stream_without_a_result_is_refused_only_before_anything_was_drawn(
    events: list[Any], outcome: Outcome, code: str, resend: bool, upstream: Upstream, caller: Caller
) -> None:
    upstream.script(sse(events, before=": stream\n\n"))

    failure = caller.fail(a_cat(partial_images=1), stream=True)

    assert (failure.outcome, failure.fault.code, failure.resend) == (outcome, code, resend)
    assert failure.fault.may_have_cost is (outcome is not REFUSED)
    assert len(upstream.ledger) == 1
