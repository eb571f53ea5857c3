"""What reaches the wire: the fields that were chosen and not one more."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from app.domain.jobs import Outcome
from app.domain.requests import Edit, Generate, InputPicture, Vary
from tests.provider.calls import Caller, a_cat, caller_for
from tests.upstream import Upstream, picture, sse_picture


def an_input(data: bytes, mime_type: str = "image/png") -> InputPicture:
    return InputPicture(hashlib.sha256(data).hexdigest(), mime_type, 64, 64, len(data))


EVERY_FIELD: dict[str, Any] = {
    "prompt": "a cat — 猫 🐈",
    "model": "gpt-image-2.6-sunburst",
    "n": 2,
    "size": "1024x1024",
    "quality": "low",
    "background": "auto",
    "output_format": "webp",
    "output_compression": 90,
    "moderation": "low",
    "style": "vivid",
    "complexity": "high",
    "frame_count": 9,
    "frame_duration_ms": 200,
    "user": "alice",
}


@pytest.mark.parametrize(
    ("request_", "n", "stream", "expected"),
    [
        (a_cat(), 1, False, {"prompt": "a cat", "model": "gpt-image-2"}),
        (a_cat(n=1), 1, False, {"prompt": "a cat", "model": "gpt-image-2", "n": 1}),
        (a_cat(n=3), 3, False, {"prompt": "a cat", "model": "gpt-image-2", "n": 3}),
        # One of several calls that a job of three pictures makes:
        (a_cat(n=3), 1, False, {"prompt": "a cat", "model": "gpt-image-2", "n": 1}),
        (a_cat(), 2, False, {"prompt": "a cat", "model": "gpt-image-2", "n": 2}),
        (a_cat(partial_images=2), 1, False, {"prompt": "a cat", "model": "gpt-image-2"}),
        (
            a_cat(partial_images=2),
            1,
            True,
            {"prompt": "a cat", "model": "gpt-image-2", "stream": True, "partial_images": 2},
        ),
        (a_cat(partial_images=0), 1, True, {"prompt": "a cat", "model": "gpt-image-2", "stream": True}),
        (
            a_cat(model="dall-e-3"),
            1,
            False,
            {"prompt": "a cat", "model": "dall-e-3", "response_format": "b64_json"},
        ),
        (Generate(**EVERY_FIELD), 2, False, EVERY_FIELD),
    ],
)
def test_a_generation_sends_exactly_the_chosen_fields(
    request_: Generate, n: int, stream: bool, expected: dict[str, Any], upstream: Upstream, caller: Caller
) -> None:
    if stream:
        upstream.script(sse_picture(0))

    caller.ask(request_, n=n, stream=stream)

    (call,) = upstream.ledger
    assert (call.method, call.path) == ("POST", "/v1/images/generations")
    assert call.json == expected


def test_the_sdk_signs_the_request_and_nothing_offers_compression(upstream: Upstream) -> None:
    caller_for(upstream, api_key="sk-alice", organization="org-a", project="proj_b").ask()

    headers = upstream.ledger[0].headers
    assert headers["authorization"] == "Bearer sk-alice"
    assert headers["openai-organization"] == "org-a"
    assert headers["openai-project"] == "proj_b"
    assert headers["accept-encoding"] == "identity"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("OpenAI/Python")


def test_a_gateway_without_a_key_is_called_all_the_same(upstream: Upstream) -> None:
    assert len(caller_for(upstream, api_key=None).ask().pictures) == 1


def test_one_picture_goes_as_image_and_the_mask_as_mask(upstream: Upstream, caller: Caller) -> None:
    data, mask = picture(), picture(seed=1)
    edit = Edit(
        prompt="a hat",
        model="gpt-image-2",
        images=(an_input(data),),
        mask=an_input(mask),
        moderation="low",
        output_compression=80,
        n=1,
    )

    caller.ask(edit, inputs={an_input(d).digest: d for d in (data, mask)})

    (call,) = upstream.ledger
    assert call.path == "/v1/images/edits"
    assert call.fields == {
        "prompt": ["a hat"],
        "model": ["gpt-image-2"],
        "n": ["1"],
        "moderation": ["low"],
        "output_compression": ["80"],
    }
    assert [(part.name, part.file_name, part.mime_type) for part in call.files] == [
        ("image", "image-1.png", "image/png"),
        ("mask", "mask.png", "image/png"),
    ]
    assert [part.data for part in call.files] == [data, mask]


def test_several_pictures_go_as_an_array_in_their_order(upstream: Upstream, caller: Caller) -> None:
    first, second, third = picture(), picture(file_format="JPEG"), picture(file_format="WEBP")
    images = (an_input(first), an_input(second, "image/jpeg"), an_input(third, "image/webp"))
    upstream.script(sse_picture(0))

    caller.ask(
        Edit(prompt="together", model="gpt-image-2", images=images),
        stream=True,
        inputs={image.digest: data for image, data in zip(images, (first, second, third), strict=True)},
    )

    (call,) = upstream.ledger
    assert [(part.name, part.file_name, part.mime_type, part.data) for part in call.files] == [
        ("image[]", "image-1.png", "image/png", first),
        ("image[]", "image-2.jpg", "image/jpeg", second),
        ("image[]", "image-3.webp", "image/webp", third),
    ]
    assert call.fields["stream"] == ["true"]


def test_a_variation_sends_its_picture_and_asks_for_base64(upstream: Upstream, caller: Caller) -> None:
    data = picture()

    caller.ask(
        Vary(model="dall-e-2", images=(an_input(data),), n=2, size="256x256"),
        n=2,
        inputs={an_input(data).digest: data},
    )

    (call,) = upstream.ledger
    assert call.path == "/v1/images/variations"
    assert call.fields == {
        "model": ["dall-e-2"],
        "n": ["2"],
        "size": ["256x256"],
        "response_format": ["b64_json"],
    }
    assert [(part.name, part.data) for part in call.files] == [("image", data)]


def test_a_vanished_input_is_refused_before_anything_is_sent(upstream: Upstream, caller: Caller) -> None:
    def gone(digest: str) -> bytes:
        raise FileNotFoundError(digest)

    class Empty(dict[str, bytes]):
        __getitem__ = staticmethod(gone)

    edit = Edit(prompt="a hat", model="gpt-image-2", images=(an_input(b"x"),))
    failure = caller.fail(edit, inputs=Empty({"x": b""}))

    assert (failure.outcome, failure.fault.code) == (Outcome.REFUSED, "invalid_image")
    assert upstream.ledger == []
