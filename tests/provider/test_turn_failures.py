"""Every way in which a turn can fail, and what each means: resent or not, owed or not, kept or not."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.jobs import Outcome
from app.domain.turns import CHAIN_GONE, UNSUPPORTED_BY_GATEWAY
from app.provider.client import connect
from app.provider.routing import Provider
from tests.provider.calls import Caller
from tests.provider.turns import (
    FAILED_CALL,
    a_turn,
    completed,
    image_call,
    item_done,
    message,
    previews,
    response,
    turn_answer,
    turn_stream,
)
from tests.upstream import Answer, Upstream, cut, error_body, html, json_answer, picture, reset_at_once, status

ERROR = {"code": "server_error", "message": "The model failed."}
FOLLOWING = a_turn(previous="resp_0")


@pytest.fixture
def caller(upstream: Upstream) -> Caller:
    connection = connect(api_key="sk-a-key-for-tests", base_url=upstream.base_url)
    return Caller(Provider(connection, accepts_response_format=lambda model: False))


# --- Refusals of its own


@pytest.mark.parametrize(
    "answer",
    [
        status(400, error_body("Previous response with id 'resp_0' not found.", code="previous_response_not_found")),
        status(404, error_body("Previous response with id 'resp_0' not found.")),
        status(404, error_body("Response with id 'resp_0' not found.")),
        status(400, error_body("It cannot be used with Zero Data Retention.", param="previous_response_id")),
        status(422, {"detail": [{"loc": ["body", "previous_response_id"], "msg": "extra", "type": "x"}]}),
        status(400, error_body("Unknown parameter: 'previous_response_id'.", code="unknown_parameter")),
    ],
)
def test_a_forgotten_chain_is_a_refusal_of_its_own(answer: Answer, upstream: Upstream, caller: Caller) -> None:
    upstream.script(answer)
    failure = caller.fail(FOLLOWING)
    assert (failure.outcome, failure.fault.code, failure.resend) == (Outcome.REFUSED, CHAIN_GONE, False)
    assert not failure.fault.may_have_cost


def test_only_who_follows_something_can_lose_it(upstream: Upstream, caller: Caller) -> None:
    upstream.script(status(400, error_body("Unknown parameter: 'previous_response_id'.")))
    assert caller.fail(a_turn()).fault.code == "upstream_invalid_request"


def test_a_server_error_about_the_chain_is_no_proof(upstream: Upstream, caller: Caller) -> None:
    upstream.script(status(500, error_body("previous_response_id: not found", code="previous_response_not_found")))
    assert caller.fail(FOLLOWING).outcome is Outcome.AMBIGUOUS


@pytest.mark.parametrize(
    "answer",
    [
        status(404, error_body("Invalid URL (POST /v1/responses)")),
        status(404, "404 page not found"),
        status(404, {"detail": "Not Found"}),
        status(405, {"detail": "Method Not Allowed"}),
        status(400, {"detail": "Unsupported parameter: max_output_tokens"}),
        status(400, error_body("Unknown parameter.", code="unknown_parameter", param="max_tool_calls")),
        html(404),
    ],
)
@pytest.mark.parametrize("turn", [a_turn(), FOLLOWING], ids=["first", "following"])
def test_a_gateway_without_conversations_is_told_apart(
    turn: Any, answer: Answer, upstream: Upstream, caller: Caller
) -> None:
    upstream.script(answer)
    failure = caller.fail(turn)
    assert (failure.outcome, failure.fault.code, failure.resend) == (Outcome.REFUSED, UNSUPPORTED_BY_GATEWAY, False)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (status(404, error_body("The model does not exist.", code="model_not_found")), "upstream_invalid_request"),
        (status(404, error_body("The item is not there.", param="input")), "upstream_invalid_request"),
        (status(400, error_body("No.", code="invalid_value", param="tools")), "upstream_invalid_request"),
        (status(401, error_body("No.", code="invalid_api_key")), "upstream_auth"),
        (status(429, error_body("No.", code="insufficient_quota")), "upstream_quota"),
        (status(429, error_body("No.", code="rate_limit_exceeded")), "rate_limited"),
        (status(400, error_body("No.", code="moderation_blocked")), "content_rejected"),
    ],
)
def test_other_refusals_are_those_of_single_pictures(
    answer: Answer, code: str, upstream: Upstream, caller: Caller
) -> None:
    upstream.script(answer)
    failure = caller.fail(FOLLOWING)
    assert (failure.outcome, failure.fault.code) == (Outcome.REFUSED, code)


# --- Answers that ran


def test_a_call_that_failed_inside_a_completed_answer_ran_and_says_why(upstream: Upstream, caller: Caller) -> None:
    upstream.script(turn_answer(FAILED_CALL, message("I may not draw that."), tool_usage=None))
    result = caller.ask(a_turn())
    assert result.pictures == ()
    assert result.fault is not None
    assert (result.fault.code, result.fault.may_have_cost, result.fault.retryable) == ("content_rejected", True, False)
    assert result.fault.details["categories"] == ["violence"]
    assert (result.words, result.response_id) == ("I may not draw that.", "resp_1")
    assert result.usage is not None
    assert result.usage.output_image_tokens == 0


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (turn_answer(image_call(status="failed", result=None, error=ERROR)), "It says: The model failed."),
        (turn_answer(image_call(result=None)), "Its result holds no picture."),
        (turn_answer(image_call(result="%%%")), "Its result holds no picture."),
        (turn_answer(message("")), "neither a picture nor words"),
        (turn_answer(status="incomplete", output=[]), "stopped before anything was drawn"),
        (turn_answer(status="incomplete", output=[message("I will")]), "stopped before anything was drawn"),
        (turn_stream(*previews(), *completed(output=[FAILED_CALL])), "rejected"),
        (turn_stream({"type": "response.incomplete", "response": response(status="incomplete", output=[])}), "stopped"),
    ],
    ids=lambda value: "" if isinstance(value, Answer) else value[:20],
)
def test_an_answer_without_its_picture_ran_and_is_billed(
    answer: Answer, words: str, upstream: Upstream, caller: Caller
) -> None:
    upstream.script(answer)
    result = caller.ask(a_turn(partial_images=1), stream=True)
    assert result.pictures == ()
    assert result.fault is not None
    assert words in result.fault.message
    assert result.fault.may_have_cost


def test_what_was_drawn_is_kept_even_of_an_answer_that_says_it_is_incomplete(
    upstream: Upstream, caller: Caller
) -> None:
    upstream.script(turn_answer(image_call(), status="incomplete"))
    assert len(caller.ask(a_turn()).pictures) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (html(), "a page of HTML"),
        (json_answer({"created": 1, "data": [{"b64_json": "AAAA"}]}), "no answer to a turn"),
        (json_answer([1]), "not a JSON object"),
        (json_answer({"choices": [{"message": {"content": "hello"}}]}), "no answer to a turn"),
    ],
)
def test_what_is_no_answer_to_a_turn_is_unusable(
    answer: Answer, words: str, upstream: Upstream, caller: Caller
) -> None:
    upstream.script(answer)
    failure = caller.fail(a_turn())
    assert failure.outcome is Outcome.UNUSABLE
    assert words in failure.fault.message


# --- Failures of the whole


@pytest.mark.parametrize(
    ("error", "outcome", "code"),
    [
        (ERROR, Outcome.AMBIGUOUS, "outcome_unknown"),
        ({"code": "rate_limit_exceeded", "message": "Slow down."}, Outcome.REFUSED, "rate_limited"),
        ({"code": "invalid_prompt", "message": "No."}, Outcome.REFUSED, "upstream_invalid_request"),
        ({"code": "invalid_image_format", "message": "No."}, Outcome.REFUSED, "upstream_invalid_request"),
        ({"code": "image_content_policy_violation", "message": "No."}, Outcome.REFUSED, "content_rejected"),
        (None, Outcome.AMBIGUOUS, "outcome_unknown"),
    ],
    ids=str,
)
def test_a_response_that_failed_means_the_same_whole_and_streamed(
    error: dict[str, Any] | None, outcome: Outcome, code: str, upstream: Upstream, caller: Caller
) -> None:
    failed = response(status="failed", error=error, output=[], usage=None, tool_usage=None)
    upstream.script(json_answer(failed), turn_stream(*previews(0)[:2], {"type": "response.failed", "response": failed}))
    for stream in (False, True):
        failure = caller.fail(a_turn(), stream=stream)
        assert (failure.outcome, failure.fault.code) == (outcome, code)


def test_a_failure_after_tokens_were_used_may_have_been_billed(upstream: Upstream, caller: Caller) -> None:
    busy = {"code": "rate_limit_exceeded", "message": "Slow down."}
    upstream.script(json_answer(response(status="failed", error=busy, output=[])))
    failure = caller.fail(a_turn())
    assert (failure.outcome, failure.resend) == (Outcome.AMBIGUOUS, False)


@pytest.mark.parametrize("code", ["rate_limit_exceeded", "image_content_policy_violation", "invalid_prompt"])
def test_a_failure_after_something_was_answered_may_have_been_billed_and_is_not_resent(
    code: str, upstream: Upstream, caller: Caller
) -> None:
    """The text model has run by then, whatever the image tool was refused for."""
    error = {"code": code, "message": "No."}
    failed = response(image_call(status="failed", result=None), status="failed", error=error, usage=None)
    stopped = [*previews(0)[:3], {"type": "error", **error, "param": None}]
    upstream.script(turn_stream(*stopped), json_answer(failed))
    for stream in (True, False):
        failure = caller.fail(a_turn(), stream=stream)
        assert (failure.outcome, failure.resend) == (Outcome.AMBIGUOUS, False)


@pytest.mark.parametrize(
    "error",
    [{"type": "error", "error": ERROR}, {"type": "error", **ERROR, "sequence_number": 9}],
    ids=["nested", "flat"],
)
def test_an_error_event_is_understood_however_it_is_nested(
    error: dict[str, Any], upstream: Upstream, caller: Caller
) -> None:
    failed = {"type": "response.failed", "response": response(status="failed", error=ERROR, usage=None)}
    upstream.script(turn_stream(*previews(0), error, failed), turn_stream(*previews(2), error))
    for _ in range(2):
        failure = caller.fail(a_turn(partial_images=2), stream=True)
        assert (failure.outcome, failure.fault.details["upstream_code"]) == (Outcome.AMBIGUOUS, "server_error")
    assert len(caller.partials) == 2


@pytest.mark.parametrize("events", [previews(0), previews(2), [*previews(1), item_done()[0]]])
def test_a_stream_without_its_picture_leaves_the_outcome_unknown(
    events: list[dict[str, Any]], upstream: Upstream, caller: Caller
) -> None:
    upstream.script(turn_stream(*events))
    assert caller.fail(a_turn(partial_images=2), stream=True).outcome is Outcome.AMBIGUOUS


def test_a_picture_that_came_is_kept_although_its_stream_broke_off(upstream: Upstream, caller: Caller) -> None:
    """Nobody can say whether the answer was stored, so the next turn does not follow it by name."""
    upstream.script(turn_stream(*previews(1), *item_done()))
    result = caller.ask(a_turn(partial_images=1), stream=True)
    assert [drawn.read() for drawn in result.pictures if drawn.read] == [picture()]
    assert (result.usage, result.response_id, result.resolved.size) == (None, None, "64x64")


def test_a_picture_in_its_own_event_counts_when_the_whole_leaves_it_out(upstream: Upstream, caller: Caller) -> None:
    upstream.script(turn_stream(*item_done(), *completed(output=[message("There.")])))
    result = caller.ask(a_turn(), stream=True)
    assert (len(result.pictures), result.words, result.response_id) == (1, "There.", "resp_1")


@pytest.mark.parametrize("answer", [cut(turn_answer(), 300), reset_at_once(), status(502, "bad gateway")])
def test_what_breaks_on_the_way_leaves_the_outcome_unknown(answer: Answer, upstream: Upstream, caller: Caller) -> None:
    upstream.script(answer)
    assert caller.fail(a_turn()).outcome is Outcome.AMBIGUOUS
    assert len(upstream.ledger) == 1
