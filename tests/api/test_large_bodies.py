"""Large JSON bodies are read one at a time; others never wait for them."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask, request

from app.api.large_bodies import LARGE_BYTES, LargeBodies
from app.domain.errors import StudioError

application = Flask(__name__)

LARGE, SMALL = b"x" * (LARGE_BYTES + 1), b"x" * LARGE_BYTES


def read(bodies: LargeBodies, body: bytes, content_type: str = "application/json", *, announced: bool = True) -> bytes:
    length = len(body) if announced else None
    with (
        application.test_request_context(
            "/",
            method="POST",
            input_stream=BytesIO(body),
            content_type=content_type,
            content_length=length,
            environ_overrides={"wsgi.input_terminated": True},
        ),
        bodies.turn_for(request),
    ):
        return request.get_data(cache=False)


@pytest.mark.parametrize("announced", [True, False])
def test_a_large_body_is_read_whole(announced: bool) -> None:
    assert read(LargeBodies(), LARGE, announced=announced) == LARGE


def test_only_one_large_body_has_its_turn_and_usual_ones_need_none() -> None:
    bodies = LargeBodies(patience_seconds=0.01)
    json = {"method": "POST", "data": LARGE, "content_type": "application/json"}
    with application.test_request_context("/", **json), bodies.turn_for(request):
        with pytest.raises(StudioError) as caught:
            read(bodies, LARGE)
        assert (caught.value.fault.code, caught.value.fault.retryable) == ("not_ready", True)
        assert read(bodies, SMALL) == SMALL
        assert read(bodies, SMALL, announced=False) == SMALL
        assert read(bodies, LARGE, "multipart/form-data; boundary=b") == LARGE
    assert read(bodies, LARGE) == LARGE


def test_the_turn_ends_with_whatever_goes_wrong_in_it() -> None:
    bodies = LargeBodies(patience_seconds=0.01)
    json = {"method": "POST", "data": LARGE, "content_type": "application/json"}
    with (
        application.test_request_context("/", **json),
        pytest.raises(ZeroDivisionError),
        bodies.turn_for(request),
    ):
        raise ZeroDivisionError
    assert read(bodies, LARGE) == LARGE
