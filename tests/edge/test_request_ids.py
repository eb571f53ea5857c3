"""Every answer has an id, and one log line tells what happened without telling secrets."""

from __future__ import annotations

from app.domain.ids import is_id
from tests.edge.house import PASSWORD, House


def test_every_answer_has_an_id_of_ours(house: House) -> None:
    visitor = house.visitor()
    paths = ("/", "/api/me", "/nowhere", "/static/css/base.css", "/health/live")
    ids = [visitor.get(path, headers={"X-Request-Id": "mine"}).headers["X-Request-Id"] for path in paths]
    assert all(is_id(text) for text in ids)
    assert len(set(ids)) == len(paths)


def test_an_error_names_the_id_of_its_answer(house: House) -> None:
    answer = house.visitor().get("/api/me")
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]


def test_one_line_per_request_says_what_happened(house: House) -> None:
    answer = house.visitor().get("/api/me?secret=query", headers=house.token())
    (line,) = house.lines
    assert line.pop("duration_ms") >= 0
    assert line == {
        "event": "request",
        "method": "GET",
        "path": "/api/me",
        "status": 200,
        "way": "token",
        "request_id": answer.headers["X-Request-Id"],
    }


def test_no_secret_reaches_the_log(house: House) -> None:
    member = house.member()
    headers = house.token()
    house.lines.clear()
    member.post("/generate?q=query", data={"prompt": "prompt", "csrf_token": "csrf"})
    member.get("/api/me", headers=headers)
    member.get("/nowhere" + "x" * 5000)
    cookie = member.get_cookie("atelier_session")
    assert cookie is not None
    told = repr(house.lines)
    assert len(house.lines) == 3
    assert len(told) < 2000
    for secret in (PASSWORD, headers["Authorization"][7:], cookie.value, "query", "prompt", "csrf"):
        assert secret not in told
