"""Requests that other web sites make a visitor's browser send, and forms without their token."""

from __future__ import annotations

import pytest

from tests.edge.house import House

FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost@evil.example"},
    {"Origin": "file://localhost"},
    {"Origin": "http://localhost:x"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:9999"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "none", "Origin": "null"},
]
OWN = [
    {},
    {"Origin": "http://localhost"},
    {"Origin": "http://localhost:80"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_post_from_another_site_is_refused_whoever_is_signed_in(
    house: House, open_house: House, headers: dict[str, str]
) -> None:
    member = house.member()
    token = member.get("/form").text
    for answer in (
        member.post("/generate", data={"csrf_token": token}, headers=headers),
        member.post("/api/change", json={}, headers=headers),
        open_house.visitor().post("/api/change", json={}, headers=headers),
        open_house.visitor().delete("/api/change", headers=headers),
    ):
        assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
    assert house.changes + open_house.changes == []


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_a_post_from_our_own_pages_and_from_scripts_passes(open_house: House, headers: dict[str, str]) -> None:
    assert open_house.visitor().post("/api/change", data=b"{}", headers=headers).status_code == 200


def test_reading_is_welcome_from_anywhere(house: House) -> None:
    answer = house.member().get("/", headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://search.example"})
    assert answer.status_code == 200


def test_a_proxy_may_end_tls_without_telling_but_a_downgrade_is_refused(open_house: House) -> None:
    visitor = open_house.visitor()
    told_nothing = visitor.post("/api/change", headers={"Origin": "https://localhost"})
    downgraded = visitor.post("/api/change", headers={"Origin": "http://localhost"}, base_url="https://localhost")
    assert (told_nothing.status_code, downgraded.status_code) == (200, 403)


def test_the_refusal_explains_a_proxy_that_rewrites_the_host(open_house: House) -> None:
    answer = open_house.visitor().post("/api/change", headers={"Origin": "https://studio.example"})
    assert "ATELIER_TRUSTED_PROXIES" in answer.json["error"]


@pytest.mark.parametrize("with_door", [True, False])
def test_a_form_needs_its_own_sessions_token(house: House, open_house: House, with_door: bool) -> None:
    place = house if with_door else open_house
    alice, mallory = (house.member(), house.member()) if with_door else (place.visitor(), place.visitor())
    good, other = alice.get("/form").text, mallory.get("/form").text
    for wrong in ({}, {"csrf_token": ""}, {"csrf_token": "x" * 1000}, {"csrf_token": good[:-1]}, {"csrf_token": other}):
        answer = alice.post("/generate", data={"prompt": "a cat", **wrong})
        assert (answer.status_code, answer.json["code"]) == (400, "bad_request")
    assert place.changes == []
    assert alice.post("/generate", data={"prompt": "a cat", "csrf_token": good}).status_code == 303
    assert place.changes == ["a cat"]


def test_the_token_may_come_as_a_header(open_house: House) -> None:
    visitor = open_house.visitor()
    headers = {"X-CSRFToken": visitor.get("/form").text}
    assert visitor.post("/generate", data={"prompt": "x"}, headers=headers).status_code == 303


def test_a_token_from_before_signing_in_is_worthless_afterwards(house: House) -> None:
    client = house.member()
    before = client.get("/form").text
    client.get(f"/test-sign-in?secret={house.accounts.sign_in('correct horse battery')}")
    assert client.post("/generate", data={"csrf_token": before}).status_code == 400


def test_a_session_whose_browser_does_not_vouch_needs_the_token_for_json_too(house: House) -> None:
    member = house.member()
    assert member.post("/api/change", json={}).status_code == 400
    assert member.post("/api/upload", data={"prompt": "a cat"}).status_code == 400
    assert house.changes == []
    vouched = member.post("/api/change", data=b'{"a": 1}', headers={"Sec-Fetch-Site": "same-origin"})
    headers = {"X-CSRFToken": member.get("/form").text, "Content-Type": "application/json"}
    tokened = member.post("/api/change", data=b'{"a": 1}', headers=headers)
    assert vouched.json == tokened.json == {"bytes": 8}
