"""The key goes to the upstream and nowhere else: not into a message, a representation or a log."""

from __future__ import annotations

import logging
import traceback

import pytest

from app.domain.jobs import ProviderFault
from app.provider.client import connect
from app.provider.wording import Cleaner
from tests.provider.calls import CANARY, Caller, provider_at
from tests.upstream import (
    Answer,
    Upstream,
    error_body,
    json_answer,
    picture_answer,
    raw,
    refused_url,
    reset_at_once,
    sse,
    status,
)

ECHO = f"Incorrect API key provided: {CANARY}. Header was 'Bearer {CANARY}'"


def everything_about(failure: ProviderFault) -> str:
    """All that a log, a page or an error tracker could make of an exception, its chain included."""
    texts = [str(failure), repr(failure), repr(failure.args), repr(failure.fault), repr(failure.fault.as_record())]
    texts += traceback.TracebackException.from_exception(failure, capture_locals=False).format()
    link: BaseException | None = failure
    while link is not None:
        texts += [repr(link), repr(link.args), repr(vars(link))]
        request = getattr(link, "request", None)
        texts += [str(request.headers.raw)] if request is not None else []
        link = link.__cause__ or link.__context__
    return "\n".join(texts)


@pytest.mark.parametrize(
    ("answer", "stream"),
    [
        (status(401, error_body(ECHO, code=CANARY, kind=CANARY, param=CANARY)), False),
        (status(400, error_body(ECHO, param=CANARY)), False),
        (status(500, ECHO), False),
        (status(400, error_body("x" * 480 + CANARY)), False),
        (json_answer({"error": {"message": ECHO}}), False),
        (sse([{"type": "error", "error": {"message": ECHO, "code": CANARY}}]), True),
        (reset_at_once(), False),
    ],
)
def test_an_upstream_that_echoes_the_key_cannot_make_us_show_it(
    answer: Answer, stream: bool, upstream: Upstream, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    upstream.script(answer)

    failure = caller.fail(stream=stream)

    assert upstream.ledger[0].headers["authorization"] == f"Bearer {CANARY}"
    for part in (CANARY, CANARY[:10], CANARY[-10:]):
        assert part not in everything_about(failure)
        assert part not in caplog.text


@pytest.mark.parametrize(
    "answer", [raw(b"{", headers={"x-request-id": CANARY}), status(400, None, {"x-request-id": CANARY})]
)
def test_nor_can_one_that_echoes_it_in_a_header(
    answer: Answer, upstream: Upstream, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    """At level INFO: with DEBUG the HTTP library writes down every header it receives."""
    caplog.set_level(logging.INFO)
    upstream.script(answer)

    failure = caller.fail()

    assert failure.fault.upstream_request_id == "[hidden]"
    assert "canary" not in everything_about(failure)
    assert "canary" not in caplog.text


def test_nor_does_a_good_answer_or_an_unreachable_upstream(
    upstream: Upstream, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    upstream.script(picture_answer())

    caller.ask()
    failure = Caller(provider_at(refused_url())).fail()

    assert "canary" not in caplog.text
    assert "canary" not in everything_about(failure)


def test_a_connection_does_not_show_its_key() -> None:
    assert "canary" not in repr(connect(api_key=CANARY))


def test_a_key_that_cannot_be_sent_is_refused_at_once_without_being_repeated() -> None:
    for key in ("sk-schlüssel", "sk-line\nbreak"):
        with pytest.raises(ValueError, match="OPENAI_API_KEY") as caught:
            connect(api_key=key)
        assert key not in str(caught.value)


def test_masked_keys_and_bearer_tokens_are_hidden_too() -> None:
    cleaned = Cleaner().clean("provided: sk-proj-ab******wxyz. Authorization: bearer abc.def_ghi, ok")

    assert cleaned == "provided: [hidden] Authorization: [hidden], ok"


def test_texts_from_outside_become_one_short_line() -> None:
    cleaned = Cleaner().clean("\x1b[31mred\x00\r\nline\u202etwo\t" + "x" * 5000)

    assert cleaned.startswith("[31mred line two x")
    assert len(cleaned) == 500
    assert cleaned.isprintable()


def test_what_is_no_text_is_no_words() -> None:
    assert Cleaner().clean(["a"]) == Cleaner().clean(None) == Cleaner().clean(3) == ""
