"""Pictures in text: base64 in its usual dresses, references, and nothing else."""

from __future__ import annotations

import base64

import pytest

from app.api.given import given_as_text
from app.domain.errors import InvalidRequest

DATA = bytes(range(256)) * 3
ENCODED = base64.b64encode(DATA).decode()


def read(text: str, most: int = 1000) -> bytes:
    given = given_as_text("image", text)
    assert given.read is not None
    return given.read(most)


@pytest.mark.parametrize(
    "text",
    [
        ENCODED,
        base64.encodebytes(DATA).decode(),
        ENCODED + "\r\n",
        f"data:image/png;base64,{ENCODED}",
        f"DATA:image/svg+xml;charset=utf-8;BASE64,{ENCODED}",
        f"data:;base64,{ENCODED}",
    ],
    ids=["bare", "in lines", "with a line end", "data", "data with parameters", "data without a type"],
)
def test_base64_is_read_however_it_is_usually_written(text: str) -> None:
    assert read(text) == DATA


@pytest.mark.parametrize(
    "text",
    [
        ENCODED[:-3],
        ENCODED.rstrip("=")[:-1],
        "*" + ENCODED,
        ENCODED.replace("A", "-", 1),
        "data:image/png,%89PNG",
        f"data:text/html;base64,{ENCODED}",
        f"data:image/png;base64{ENCODED}",
        f"data:image/png;base64,data:image/png;base64,{ENCODED}",
        "https://example.com/cat.png",
        "file:///etc/passwd",
        "/etc/passwd.",
        "é" + ENCODED,
        "\0\0\0\0",
        "\ud800AAA",
    ],
)
def test_what_is_not_quite_base64_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read(text)
    assert (caught.value.fault.code, caught.value.fault.param) == ("invalid_image", "image")
    assert "base64" in caught.value.fault.message


def test_of_a_picture_that_is_too_large_hardly_more_is_decoded_than_is_taken() -> None:
    assert 300 < len(read(ENCODED, most=300)) < 310
    assert DATA.startswith(read(ENCODED, most=300))


@pytest.mark.parametrize("text", ["upload:01abc", "picture:x", "input:0123/mask"])
def test_a_reference_is_not_taken_for_base64(text: str) -> None:
    given = given_as_text("image", text)
    assert (given.reference, given.read) == (text, None)


def test_a_reference_cannot_be_long() -> None:
    given = given_as_text("image", "upload:" + "x" * 10_000_000)
    assert len(given.reference or "") <= 100
