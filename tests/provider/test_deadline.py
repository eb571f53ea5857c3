"""The deadline is ours: it holds for the exchange as a whole, however slowly an answer drips."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from app.domain.jobs import Outcome
from app.domain.requests import Edit, InputPicture
from tests.provider.calls import Caller, a_cat, provider_at
from tests.upstream import Answer, Upstream, drip, hang, head_size, picture_answer, sse_picture, status

DEADLINE = 0.4
TOLERANCE = 0.35  # less than the deadline itself: twice the deadline must not pass


def interim_answers() -> Iterator[bytes]:
    while True:
        time.sleep(0.02)
        yield b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "stream"),
    [
        (hang(5), False),
        (drip(picture_answer(), every=0.05), False),
        (drip(picture_answer(), every=0.05, whole=head_size(picture_answer())), False),
        (drip(sse_picture(), every=0.05, whole=head_size(sse_picture())), True),
        (Answer("endless 100s", interim_answers), False),
    ],
    ids=["silence", "dripping head", "dripping body", "dripping stream", "endless interim answers"],
)  # fmt: skip
def test_nothing_lasts_longer_than_the_deadline(
    answer: Answer, stream: bool, upstream: Upstream, caller: Caller
) -> None:
    upstream.script(answer)
    begun = time.monotonic()

    failure = caller.fail(a_cat(), stream=stream, seconds=DEADLINE)

    assert DEADLINE - 0.05 < time.monotonic() - begun < DEADLINE + TOLERANCE
    assert (failure.outcome, failure.fault.code) == (Outcome.AMBIGUOUS, "outcome_unknown")
    assert failure.fault.details["deadline_passed"] is True
    assert not failure.fault.retryable
    assert len(upstream.ledger) == 1


def test_a_dripping_error_body_ends_at_the_deadline_and_stays_a_refusal(upstream: Upstream, caller: Caller) -> None:
    answer = status(400)
    upstream.script(drip(answer, every=0.05, whole=head_size(answer)))
    begun = time.monotonic()

    failure = caller.fail(seconds=DEADLINE)

    assert time.monotonic() - begun < DEADLINE + TOLERANCE
    assert (failure.outcome, failure.fault.code) == (Outcome.REFUSED, "upstream_invalid_request")


def test_a_result_dripping_on_after_its_completed_event_is_done(upstream: Upstream, caller: Caller) -> None:
    upstream.script(Answer("dripping end", lambda: [*sse_picture().steps(), *[b": more\n\n"] * 3]))

    assert len(caller.ask(stream=True, seconds=DEADLINE).pictures) == 1


def test_an_upload_that_nobody_reads_ends_at_the_deadline() -> None:
    """A server that accepts and then reads a little now and then: each send makes some progress."""
    stop = threading.Event()
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        server.bind(("127.0.0.1", 0))
        server.listen()

        def read_slowly() -> None:
            connection, _ = server.accept()
            with connection:
                while not stop.wait(0.01):
                    connection.recv(65536)

        thread = threading.Thread(target=read_slowly)
        thread.start()
        data = b"\x89PNG" + bytes(32_000_000)
        edit = Edit(prompt="a hat", model="gpt-image-2", images=(InputPicture("d", "image/png", 1, 1, len(data)),))
        begun = time.monotonic()
        try:
            caller = Caller(provider_at(f"http://127.0.0.1:{server.getsockname()[1]}/v1"))
            failure = caller.fail(edit, seconds=DEADLINE, inputs={"d": data})
        finally:
            stop.set()
            thread.join()

    assert time.monotonic() - begun < DEADLINE + TOLERANCE
    assert (failure.outcome, failure.fault.details["deadline_passed"]) == (Outcome.AMBIGUOUS, True)


def test_without_time_left_nothing_is_sent(upstream: Upstream, caller: Caller) -> None:
    failure = caller.fail(seconds=-1)

    assert (failure.outcome, failure.resend) == (Outcome.REFUSED, False)
    assert upstream.ledger == []


def test_a_handshake_that_never_ends_ends_at_the_deadline_with_nothing_sent() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        caller = Caller(provider_at(f"https://127.0.0.1:{server.getsockname()[1]}/v1"))
        begun = time.monotonic()

        failure = caller.fail(seconds=DEADLINE)

    assert time.monotonic() - begun < DEADLINE + TOLERANCE
    assert (failure.outcome, failure.fault.code) == (Outcome.REFUSED, "upstream_unreachable")


def test_a_slow_answer_within_the_deadline_is_whole(upstream: Upstream, caller: Caller) -> None:
    upstream.script(picture_answer().after(0.2))

    assert len(caller.ask(seconds=5).pictures) == 1
