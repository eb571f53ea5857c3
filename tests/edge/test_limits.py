"""Bodies over their limit are refused whole, announced or not."""

from __future__ import annotations

import io

import pytest
from werkzeug.test import TestResponse

from app.edge.limits import BODY_BYTES, FORM_FIELDS
from tests.edge.house import RAISED_LIMIT, House

FORM = "application/x-www-form-urlencoded"


def post(house: House, path: str, body: bytes, content_type: str, *, chunked: bool) -> TestResponse:
    """As a server passes a body on: with its length, or in chunks that end somewhere."""
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"} if chunked else {}
    return house.visitor().post(
        path,
        input_stream=io.BytesIO(body),
        content_length=None if chunked else len(body),
        content_type=content_type,
        environ_overrides=environ,
    )


def multipart(parts: int, size: int) -> tuple[bytes, str]:
    part = b'--b\r\nContent-Disposition: form-data; name="f%d"; filename="x"\r\n\r\n%b\r\n'
    return b"".join(part % (i, b"x" * size) for i in range(parts)) + b"--b--\r\n", "multipart/form-data; boundary=b"


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_is_read_whole_up_to_the_limit_and_refused_beyond_it(open_house: House, chunked: bool) -> None:
    at_limit = post(open_house, "/api/change", b"x" * BODY_BYTES, "application/json", chunked=chunked)
    assert at_limit.json == {"bytes": BODY_BYTES}
    open_house.changes.clear()
    beyond = post(open_house, "/api/change", b"x" * (BODY_BYTES + 1), "application/json", chunked=chunked)
    assert (beyond.status_code, beyond.json["code"]) == (413, "body_too_large")
    assert open_house.changes == []


def test_an_announced_length_over_the_limit_is_refused_before_anything_else_is_looked_at(open_house: House) -> None:
    answer = post(open_house, "/nowhere", b"x" * (BODY_BYTES + 1), "application/json", chunked=False)
    assert answer.status_code == 413


@pytest.mark.parametrize("chunked", [False, True])
def test_a_view_may_raise_its_limit(open_house: House, chunked: bool) -> None:
    body, content_type = multipart(2, RAISED_LIMIT // 2 - 500)
    assert len(body) < RAISED_LIMIT
    answer = post(open_house, "/api/upload", body, content_type, chunked=chunked)
    assert answer.json == {"bytes": 2 * (RAISED_LIMIT // 2 - 500)}
    body, content_type = multipart(2, RAISED_LIMIT // 2)
    assert post(open_house, "/api/upload", body, content_type, chunked=chunked).status_code == 413


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", ["/api/upload", "/api/change"])
def test_a_urlencoded_form_is_bounded_in_size_and_fields(open_house: House, path: str, chunked: bool) -> None:
    for body in (b"prompt=" + b"x" * BODY_BYTES, b"&".join([b"a=1"] * (FORM_FIELDS + 1)), b"&" * FORM_FIELDS):
        answer = post(open_house, path, body, FORM, chunked=chunked)
        assert (answer.status_code, answer.json["code"]) == (413, "body_too_large")
    most = post(open_house, "/api/upload", b"&".join(b"f%d=1" % i for i in range(FORM_FIELDS)), FORM, chunked=chunked)
    assert len(most.json) == FORM_FIELDS + 1


@pytest.mark.parametrize("chunked", [False, True])
def test_a_multipart_form_is_bounded_in_parts(open_house: House, chunked: bool) -> None:
    body, content_type = multipart(FORM_FIELDS + 1, 1)
    assert post(open_house, "/api/upload", body, content_type, chunked=chunked).status_code == 413


def test_the_longest_prompt_fits_in_its_widest_encoding(open_house: House) -> None:
    prompt = "🐈" * 32_000
    answer = open_house.visitor().post("/api/upload", data={"prompt": prompt}, content_type=FORM)
    assert answer.json["prompt"] == prompt


def test_a_body_that_breaks_off_is_the_clients_fault(open_house: House) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("the connection is gone")

    answer = open_house.visitor().post(
        "/api/change",
        input_stream=Broken(),
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/generate", "/api/upload"])
@pytest.mark.parametrize("file", [b"", b'; filename="cat.png"'])
def test_a_form_with_a_part_that_has_no_name_is_refused_whole(open_house: House, path: str, file: bytes) -> None:
    named = b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na cat\r\n'
    body = named + b"--b\r\nContent-Disposition: form-data" + file + b"\r\n\r\nx\r\n--b--\r\n"
    answer = post(open_house, path, body, "multipart/form-data; boundary=b", chunked=False)
    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")
    assert open_house.changes == []
