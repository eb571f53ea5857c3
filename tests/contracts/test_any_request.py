"""No request, whatever it holds, is answered with a fault of ours: pages and JSON, with and without a door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import create_environ, run_wsgi_app

from app.factory import create_app
from tests.studios import open_studio

# One a line would be two pages of it.
# fmt: off
PATHS = [
    "/library", "/sign-in", "/nowhere", "/jobs/\xff", "/pictures/\xed\xa0\x80", "/static/\xff", "/static/../x",
    "/generate", "/edit", "/vary", "/conversations/new", "/conversations/x/turns", "/pictures/x", "/library/download",
    "/generate_image", "/edit_image", "/vary_image", "/api/quote", "/api/uploads",
    "/api/models", "//api/models", "/api/\x00", "/openapi.json", "/health/ready",
    *(f"/api/jobs/{job}{tail}" for job in ("x", "0" * 26, "a" * 5000) for tail in ("", "/events", "/cancel")),
]
TAKE_FORMS = [
    "/edit_image", "/vary_image", "/api/quote", "/api/uploads", "/generate", "/edit", "/conversations/new", "/sign-in",
]
METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "get", "\xff"]
HEADERS = [
    "HTTP_HOST", "HTTP_ORIGIN", "HTTP_REFERER", "HTTP_AUTHORIZATION", "HTTP_COOKIE", "HTTP_X_CSRFTOKEN",
    "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "HTTP_CONTENT_ENCODING", "HTTP_ACCEPT",
    "HTTP_PREFER", "HTTP_IDEMPOTENCY_KEY", "HTTP_LAST_EVENT_ID", "HTTP_SEC_FETCH_SITE", "HTTP_RANGE",
    "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST",
    "REMOTE_ADDR", "SERVER_NAME",
]
VALUES = [
    "", "x", "next=\xff", "\xb2", "\x00", "-1", "9" * 400, "a" * 9000, "null", "chunked", "gzip", "wait=1", "bytes=0-",
    "[::1", "http://[::1", "localhost:99999", "localhost:abc", "http://localhost:99999", "http://localhost",
    "Bearer \xff", "Bearer", "Basic eA==", "atelier_session=\xff", "atelier_session=e30.x.y", "cross-site", 'W/"x"',
    "application/json; charset=\xff", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x", "multipart/form-data; boundary=\xff",
    "application/x-www-form-urlencoded", "2000-01-01", "Thu, 99 Foo", "before=x&limit=-1&next=//evil.example",
]
BODIES = [
    b"", b"{}", b"[", b'"', b"\xff", b"--x\r\n", b"a=%ff&b=%00", b"\xef\xbb\xbf{}", b'{"a":1}{"a":1}',
    b'{"prompt":1e999}', b'{"prompt":"a","n":1e999}', b'{"prompt":"a","n":-0}', b'{"prompt":"\\u0000"}',
    b'{"prompt":"a","\\ud800":1}', b'{"prompt":"a","model":"\\ud800"}', b'{"prompt":"a","size":"\xd9\xa1x1"}',
    b'{"prompt":"a","quality":"' + b"q" * 5000 + b'"}',
    b'{"prompt":"a","image":"data:,"}', b'{"prompt":"a","image":["AAAA","input:x/mask",""],"mask":"\\ud800"}',
    b'{"kind":"edit","prompt":"a","image":"upload:%00","extend_left":-99,"extend_to":"0:0"}', b'{"kind":[]}',
    b'--x\r\nContent-Disposition: form-data; name="image"; filename="\xff"\r\n\r\nGIF89a\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n\xff\x00\r\n--x--\r\n',
    b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--\r\n",
    b'--x\r\nContent-Disposition: form-data; filename="a.png"\r\n\r\nGIF89a\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="prompt"; filename="a"\r\n\r\na\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n' + b"a" * 600_000 + b"\r\n--x",
]
# fmt: on


@dataclass(frozen=True)
class House:
    """An application, and what a request that is let in must bring."""

    app: Flask
    admission: dict[str, str]

    def survives(self, method: str, path: str, body: bytes = b"", **junk: str) -> None:
        """Send it as a server would hand it over; whatever the answer says, it is not our fault."""
        environ: dict[str, Any] = create_environ("/", input_stream=BytesIO(body), content_type="application/json")
        environ |= {"REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_LENGTH": str(len(body))}
        environ |= {"REMOTE_ADDR": "127.0.0.1", **self.admission, **junk}
        chunks, status, headers = run_wsgi_app(self.app, environ, buffered=True)
        assert int(status[:3]) < 500, (method, path, junk, b"".join(chunks)[:300])
        assert len(headers["X-Request-Id"]) == 26


@pytest.fixture(scope="module", params=["no door", "locked out", "let in behind a proxy"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    door = {"ATELIER_PASSWORD": "correct horse battery", "ATELIER_TRUSTED_PROXIES": "1"}
    with open_studio(tmp_path_factory.mktemp("house"), **({} if request.param == "no door" else door)) as studio:
        token = f"Bearer {studio.accounts.create_token('ci')}"
        let_in = {"HTTP_AUTHORIZATION": token} if request.param.startswith("let in") else {}
        yield House(create_app(studio), let_in)


def test_any_query_at_any_address(house: House) -> None:
    for path, query in product(PATHS, VALUES):
        house.survives("GET", path, QUERY_STRING=query)


def test_any_header_with_a_page_and_with_json(house: House) -> None:
    for header, value in product(HEADERS, VALUES):
        house.survives("GET", "/sign-in", **{header: value})
        house.survives("POST", "/api/quote", b'{"prompt":"a"}', **{header: value})


def test_any_body_by_any_method_at_any_address(house: House) -> None:
    for path, body in product(PATHS, BODIES):
        house.survives("POST", path, body)
    for path, body in product(TAKE_FORMS, BODIES):
        house.survives("POST", path, body, CONTENT_TYPE="multipart/form-data; boundary=x")
    for path, method in product(PATHS, METHODS):
        house.survives(method, path)


@settings(
    max_examples=150,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from(METHODS),
    st.sampled_from(PATHS),
    st.sampled_from(BODIES),
    st.dictionaries(st.sampled_from([*HEADERS, "QUERY_STRING"]), st.sampled_from(VALUES), min_size=2, max_size=4),
)
def test_all_of_it_together(house: House, method: str, path: str, body: bytes, junk: dict[str, str]) -> None:
    house.survives(method, path, body, **junk)
