"""Practice mode: the same provider and the same SDK over an application in this process."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator

import pytest
from flask import Flask, Response

from app.domain.jobs import Outcome, ProviderFault
from app.domain.requests import Edit, InputPicture
from app.emulator import create_emulator
from app.provider.client import connect_practice
from app.provider.images import ImagesProvider
from app.provider.payload import sniff
from tests.provider.calls import Caller, a_cat
from tests.upstream import b64, picture


def caller_of(app: Flask) -> Caller:
    connection = connect_practice(app)
    return Caller(ImagesProvider(connection, accepts_response_format=lambda model: model.startswith("dall-e")))


@pytest.fixture(scope="module")
def practice() -> Caller:
    return caller_of(create_emulator(legacy=True))


def quick(prompt: str = "a cat", **options: object) -> object:
    return a_cat(prompt=prompt, model="dall-e-2", size="256x256", **options)


def test_the_emulator_answers_and_the_provider_says_that_it_does(practice: Caller) -> None:
    answer = practice.ask(a_cat(quality="low", output_format="jpeg", n=2, size="1024x640"), n=2)

    assert practice.provider.practice
    assert [sniff(drawn.read()) for drawn in answer.pictures] == ["image/jpeg", "image/jpeg"]
    assert answer.resolved.size == "1024x640"
    assert answer.usage is not None
    assert answer.usage.output_image_tokens > 0


def test_previews_come_before_the_picture(practice: Caller) -> None:
    answer = practice.ask(a_cat(quality="low", size="1024x640", partial_images=2), stream=True)

    assert [partial.index for partial in practice.partials] == [0, 1]
    assert len(answer.pictures) == 1


def test_an_edit_with_two_pictures_works(practice: Caller) -> None:
    files = [picture((256, 256)), picture((256, 256), seed=1)]
    images = tuple(InputPicture(hashlib.sha256(f).hexdigest(), "image/png", 256, 256, len(f)) for f in files)

    answer = practice.ask(
        Edit(prompt="together", model="gpt-image-2", images=images, quality="low", size="1024x640"),
        inputs={image.digest: file for image, file in zip(images, files, strict=True)},
    )

    assert len(answer.pictures) == 1


@pytest.mark.parametrize(
    ("fault", "outcome", "code"),
    [
        ("rate-limit", Outcome.REFUSED, "rate_limited"),
        ("quota", Outcome.REFUSED, "upstream_quota"),
        ("billing", Outcome.REFUSED, "upstream_quota"),
        ("auth", Outcome.REFUSED, "upstream_auth"),
        ("verify", Outcome.REFUSED, "upstream_auth"),
        ("moderation", Outcome.REFUSED, "content_rejected"),
        ("server-error", Outcome.AMBIGUOUS, "outcome_unknown"),
        ("overloaded", Outcome.REFUSED, "upstream_error"),
        ("bad-gateway", Outcome.AMBIGUOUS, "outcome_unknown"),
        ("cut", Outcome.AMBIGUOUS, "outcome_unknown"),
        ("html", Outcome.UNUSABLE, "upstream_bad_response"),
        ("bad-json", Outcome.UNUSABLE, "upstream_bad_response"),
        ("no-data", Outcome.UNUSABLE, "upstream_bad_response"),
        ("bad-base64", Outcome.UNUSABLE, "upstream_bad_response"),
    ],
)
def test_the_emulators_faults_mean_what_the_real_ones_do(
    fault: str, outcome: Outcome, code: str, practice: Caller
) -> None:
    failure = practice.fail(quick(f"a cat [[fault:{fault}]]"))  # type: ignore[arg-type]

    assert (failure.outcome, failure.fault.code) == (outcome, code)


@pytest.mark.parametrize("fault", ["data-prefix", "empty-strings", "no-usage", "absurd-usage"])
def test_the_emulators_oddities_are_still_pictures(fault: str, practice: Caller) -> None:
    answer = practice.ask(quick(f"a cat [[fault:{fault}]]"))  # type: ignore[arg-type]

    assert sniff(answer.pictures[0].read()) == "image/png"


@pytest.mark.parametrize("fault", ["cut-stream", "stream-error", "stream-flat-error"])
def test_the_emulators_broken_streams_leave_the_outcome_unknown(fault: str, practice: Caller) -> None:
    request = a_cat(prompt=f"a cat [[fault:{fault}]]", quality="low", size="1024x640", partial_images=1)

    assert practice.fail(request, stream=True).outcome is Outcome.AMBIGUOUS


def test_plain_json_for_a_stream_is_a_picture(practice: Caller) -> None:
    request = a_cat(prompt="a cat [[fault:stream-json]]", quality="low", size="1024x640")

    assert len(practice.ask(request, stream=True).pictures) == 1


def test_a_result_url_of_the_emulator_is_fetched_without_a_network(practice: Caller) -> None:
    (drawn,) = practice.ask(quick("a cat [[fault:url]]")).pictures  # type: ignore[arg-type]
    assert drawn.url is not None
    assert drawn.url.startswith("http://emulator.invalid/")

    data = practice.provider.fetch(drawn.url, deadline=time.monotonic() + 5, max_bytes=1 << 22)

    assert sniff(data) == "image/png"


@pytest.mark.parametrize("url", ["http://example.com/1.png", "http://127.0.0.1:9/1.png"])
def test_in_practice_mode_no_other_host_is_asked(url: str, practice: Caller) -> None:
    with pytest.raises(ProviderFault, match="In practice mode"):
        practice.provider.fetch(url, deadline=time.monotonic() + 5, max_bytes=1000)


def test_a_late_answer_of_this_process_is_kept() -> None:
    app = Flask(__name__)

    @app.post("/v1/images/generations")
    def generate() -> dict[str, object]:
        time.sleep(0.2)
        return {"data": [{"b64_json": b64(picture())}]}

    assert caller_of(app).ask(seconds=0.1).pictures[0].read() == picture()


def test_an_answer_shorter_than_announced_is_a_cut_one() -> None:
    app = Flask(__name__)

    @app.post("/v1/images/generations")
    def generate() -> Response:
        return Response(iter([b'{"data": [']), headers={"Content-Length": "100"})

    assert caller_of(app).fail().outcome is Outcome.AMBIGUOUS


def test_an_application_that_breaks_looks_like_a_connection_that_does() -> None:
    app = Flask(__name__)
    app.config["PROPAGATE_EXCEPTIONS"] = True

    @app.post("/v1/images/generations")
    def generate() -> Response:
        def body() -> Iterator[bytes]:
            yield b'{"data"'
            raise RuntimeError("broken")

        return Response(body())

    @app.post("/v1/images/edits")
    def edit() -> Response:
        raise RuntimeError("broken")

    caller = caller_of(app)
    request = Edit(prompt="x", model="m", images=(InputPicture("d", "image/png", 1, 1, 1),))
    assert caller.fail().outcome is Outcome.AMBIGUOUS
    assert caller.fail(request, inputs={"d": b"x"}).outcome is Outcome.AMBIGUOUS
