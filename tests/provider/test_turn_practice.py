"""Turns over the emulator, through the real SDK in this process."""

from __future__ import annotations

import hashlib

import pytest

from app.domain.jobs import Answer, Outcome
from app.domain.requests import InputPicture, Turn
from app.domain.turns import CHAIN_GONE
from app.emulator import create_emulator
from app.emulator.painting.fonts import Fonts
from app.provider.client import connect_practice
from app.provider.payload import sniff
from app.provider.routing import Provider
from tests.provider.calls import Caller
from tests.provider.turns import a_turn


@pytest.fixture(scope="module")
def practice() -> Caller:
    connection = connect_practice(create_emulator(fonts=Fonts([])))
    return Caller(Provider(connection, accepts_response_format=lambda model: False))


def small(prompt: str = "a cat", **options: object) -> Turn:
    return a_turn(prompt=prompt, size="1024x640", quality="low", **options)


def bytes_of(answer: Answer) -> bytes:
    read = answer.pictures[0].read
    assert read is not None
    return read()


def test_a_conversation_goes_on_by_its_chain_or_by_its_last_picture(practice: Caller) -> None:
    first = practice.ask(small("a lighthouse"))
    assert first.usage is not None
    assert first.usage.text_model_input_tokens > 0
    assert first.words == "Here is your picture."
    chained = practice.ask(small("at night", previous=first.response_id))
    data = bytes_of(first)
    digest = hashlib.sha256(data).hexdigest()
    shown = practice.ask(
        small("at night", fallback=InputPicture(digest, "image/png", 1024, 640, len(data))), inputs={digest: data}
    )
    assert bytes_of(chained) == bytes_of(shown)
    assert chained.usage is not None
    assert chained.usage.input_image_tokens > 0


def test_a_streamed_turn_brings_previews(practice: Caller) -> None:
    answer = practice.ask(small(partial_images=2), stream=True)
    assert [partial.index for partial in practice.partials] == [0, 1]
    assert sniff(bytes_of(answer)) == "image/png"
    assert answer.response_id is not None


@pytest.mark.parametrize(
    ("fault", "outcome", "code"),
    [
        ("rate-limit", Outcome.REFUSED, "rate_limited"),
        ("quota", Outcome.REFUSED, "upstream_quota"),
        ("moderation", Outcome.REFUSED, "content_rejected"),
        ("server-error", Outcome.AMBIGUOUS, "outcome_unknown"),
        ("overloaded", Outcome.REFUSED, "upstream_error"),
        ("cut", Outcome.AMBIGUOUS, "outcome_unknown"),
        ("html", Outcome.UNUSABLE, "upstream_bad_response"),
        ("response-failed", Outcome.AMBIGUOUS, "outcome_unknown"),
    ],
)
def test_the_emulators_faults_mean_what_the_real_ones_do(
    fault: str, outcome: Outcome, code: str, practice: Caller
) -> None:
    failure = practice.fail(small(f"a cat [[fault:{fault}]]"))
    assert (failure.outcome, failure.fault.code) == (outcome, code)


@pytest.mark.parametrize("fault", ["cut-stream", "stream-error", "stream-flat-error", "response-failed"])
def test_the_emulators_broken_streams_leave_the_outcome_unknown(fault: str, practice: Caller) -> None:
    request = small(f"a cat [[fault:{fault}]]", partial_images=1)
    assert practice.fail(request, stream=True).outcome is Outcome.AMBIGUOUS


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("call-failed", "upstream_bad_response"),
        ("moderation-output", "content_rejected"),
        ("no-picture", "upstream_bad_response"),
        ("incomplete", "upstream_bad_response"),
        ("no-data", "upstream_bad_response"),
        ("words-only", None),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_ran_without_a_picture_says_so(fault: str, code: str | None, stream: bool, practice: Caller) -> None:
    answer = practice.ask(small(f"a cat [[fault:{fault}]]", partial_images=1), stream=stream)
    assert answer.pictures == ()
    assert (answer.fault.code if answer.fault else None) == code
    assert answer.usage is not None


@pytest.mark.parametrize("fault", ["data-prefix", "no-usage", "absurd-usage"])
def test_the_emulators_oddities_are_still_pictures(fault: str, practice: Caller) -> None:
    assert sniff(bytes_of(practice.ask(small(f"a cat [[fault:{fault}]]")))) == "image/png"


def test_plain_json_for_a_stream_is_a_picture(practice: Caller) -> None:
    assert len(practice.ask(small("a cat [[fault:stream-json]]"), stream=True).pictures) == 1


def test_the_emulator_forgets_like_the_real_one(practice: Caller) -> None:
    failure = practice.fail(small(previous="resp_never"))
    assert (failure.outcome, failure.fault.code) == (Outcome.REFUSED, CHAIN_GONE)
