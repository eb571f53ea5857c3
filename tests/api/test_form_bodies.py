"""Forms with files are read as strictly as JSON; each refusal names what is wrong."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask, request

from app.api.parsing import read_body
from app.api.schemas import EDIT
from app.domain.errors import StudioError

application = Flask(__name__)

Parts = list[tuple[str, Any]]


def taken(*parts: tuple[str, Any], most: int = 1000) -> dict[str, Any]:
    """What a form says, with the bytes or the reference of each picture."""
    with application.test_request_context("/", method="POST", data=grouped(parts), content_type="multipart/form-data"):
        chosen = read_body(request).take(EDIT)

        def shown(value: Any) -> Any:
            return [shown(one) for one in value] if isinstance(value, list) else value.reference or value.read(most)

        return {name: shown(value) if name in ("image", "mask") else value for name, value in chosen.items()}


def grouped(parts: tuple[tuple[str, Any], ...]) -> dict[str, list[Any]]:
    fields: dict[str, list[Any]] = {}
    for name, value in parts:
        fields.setdefault(name, []).append(value)
    return fields


def file(data: bytes = b"bytes", name: str = "cat.png") -> tuple[BytesIO, str]:
    return BytesIO(data), name


def refusal(*parts: tuple[str, Any]) -> StudioError:
    with pytest.raises(StudioError) as caught:
        taken(*parts)
    return caught.value


def test_numbers_and_booleans_are_read_from_text_and_empty_text_is_no_choice() -> None:
    fields = [("prompt", " a cat\n"), ("n", "2"), ("keep_unmasked", "false"), ("invert_mask", "true"), ("size", "")]
    assert taken(*fields) == {"prompt": " a cat\n", "n": 2, "keep_unmasked": False, "invert_mask": True}


def test_pictures_come_under_both_names_with_text_before_files() -> None:
    fields = [("image", file(b"1")), ("image", "upload:x"), ("image", file(b"2")), ("mask", file(b"m"))]
    assert taken(*fields) == {"image": ["upload:x", b"1", b"2"], "mask": b"m"}
    assert taken(("image[]", file(b"1")), ("image[]", file(b"2"))) == {"image": [b"1", b"2"]}


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "x" * 10_000, 'a".png', "\u202egnp.exe", "a%0D%0Ab: c.png", "nul\0.png"]
)
def test_a_files_name_says_nothing(name: str) -> None:
    assert taken(("image", file(b"1", name))) == {"image": [b"1"]}


def test_a_file_field_that_was_left_empty_is_no_choice() -> None:
    assert taken(("prompt", "a"), ("image", file(b"", "")), ("mask", file(b"", ""))) == {"prompt": "a", "image": []}


def test_a_file_without_a_name_or_without_bytes_is_a_file_all_the_same() -> None:
    assert taken(("image", file(b"1", "")), ("mask", file(b""))) == {"image": [b"1"], "mask": b""}


def test_of_a_file_that_is_too_large_hardly_more_is_read_than_is_taken() -> None:
    assert taken(("image", file(b"x" * 100)), most=10) == {"image": [b"x" * 11]}


@pytest.mark.parametrize(
    ("field", "code", "param"),
    [
        (("seed", "1"), "unknown_parameter", "seed"),
        (("seed", file()), "unknown_parameter", "seed"),
        (("mask[]", file()), "unknown_parameter", "mask[]"),
        (("n", "2.0"), "invalid_type", "n"),
        (("n", " 2"), "invalid_type", "n"),
        (("n", "٢"), "invalid_type", "n"),
        (("n", "9" * 400), "invalid_type", "n"),
        (("keep_unmasked", "on"), "invalid_type", "keep_unmasked"),
        (("prompt", file()), "invalid_type", "prompt"),
        (("prompt", "a\0b"), "invalid_value", "prompt"),
    ],
)
def test_what_is_wrong_is_named(field: tuple[str, Any], code: str, param: str) -> None:
    error = refusal(field)
    assert (error.fault.code, error.fault.param) == (code, param)


@pytest.mark.parametrize("fields", [[("prompt", "a"), ("prompt", "b")], [("mask", file()), ("mask", "upload:x")]])
def test_what_may_be_said_once_may_not_be_said_twice(fields: Parts) -> None:
    error = refusal(*fields)
    assert (error.fault.code, error.fault.param) == ("invalid_value", fields[0][0])
    assert "more than once" in error.fault.message


def test_all_problems_are_told_at_once() -> None:
    error = refusal(("n", "x"), ("seed", "1"), ("prompt", file()))
    assert {problem.field for problem in error.problems} == {"n", "seed", "prompt"}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "multipart/form-data; boundary=b"),
        (b"--b--\r\n", "multipart/form-data; boundary=b"),
        (b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na cat', "multipart/form-data; boundary=b"),
        (b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na cat\r\n--b--\r\n', "multipart/form-data"),
        (b"\xff" * 100, "multipart/form-data; boundary=b"),
    ],
)
def test_a_form_that_is_broken_or_cut_short_is_refused_whole(body: bytes, content_type: str) -> None:
    with (
        application.test_request_context("/", method="POST", data=body, content_type=content_type),
        pytest.raises(StudioError) as caught,
    ):
        read_body(request)
    assert caught.value.fault.code == "bad_request"


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "image/png", "text/plain", ""])
def test_other_kinds_of_bodies_are_not_read(content_type: str) -> None:
    with (
        application.test_request_context("/", method="POST", data=b"prompt=a", content_type=content_type),
        pytest.raises(StudioError) as caught,
    ):
        read_body(request)
    assert caught.value.fault.code == "unsupported_media_type"
