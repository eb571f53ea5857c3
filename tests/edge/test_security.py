"""Security headers on every answer, whatever its status and whoever asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.edge.security import CONTENT_SECURITY_POLICY
from tests.edge.house import House, build_house

ANSWERS = {
    "/form": 200,
    "/api/me": 200,
    "/static/css/base.css": 200,
    "/static/nothing.css": 404,
    "/nowhere": 404,
    "/generate": 405,
    "/broken": 503,
    "/health/live": 200,
}


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_has_them(house: House, path: str) -> None:
    answer = house.member().get(path)
    assert answer.status_code == ANSWERS[path]
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in answer.headers


def test_redirects_and_refusals_have_them_too(house: House) -> None:
    visitor = house.visitor()
    answers = [visitor.get("/"), visitor.get("/api/me"), visitor.post("/api/change", headers={"Origin": "null"})]
    assert [answer.status_code for answer in answers] == [303, 401, 403]
    assert all(answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY for answer in answers)


def test_a_view_that_breaks_is_answered_with_them(static: Path) -> None:
    place = build_house(static)
    place.app.add_url_rule("/crash", "crash", lambda: 1 / 0)
    place.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = place.visitor().get("/crash")
    assert answer.status_code == 500
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["X-Request-Id"]


def test_nothing_inline_may_run() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    directives = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["frame-ancestors"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"


def test_a_picture_keeps_its_own_policy_and_caching(house: House) -> None:
    answer = house.member().get("/picture")
    assert answer.headers.getlist("Content-Security-Policy") == ["sandbox; default-src 'none'"]
    assert answer.headers["Cache-Control"] == "private, immutable"


def test_pages_and_json_are_not_kept_by_caches(house: House) -> None:
    for path in ("/", "/api/me", "/nowhere"):
        assert house.member().get(path).headers["Cache-Control"] == "no-store"


def test_strict_transport_security_comes_only_over_tls(house: House) -> None:
    answer = house.visitor().get("/sign-in", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
