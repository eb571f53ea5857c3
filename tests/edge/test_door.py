"""Who enters: this machine without a password; sessions and tokens with one; nobody else."""

from __future__ import annotations

import pytest

from tests.edge.house import House

STRANGER = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", ""])
def test_without_a_password_this_machine_enters(open_house: House, address: str) -> None:
    answer = open_house.visitor().get("/", environ_overrides={"REMOTE_ADDR": address})
    assert (answer.status_code, answer.text) == (200, "this-machine")


@pytest.mark.parametrize("address", ["203.0.113.9", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1%eth0", "unknown"])
def test_without_a_password_nobody_else_does(open_house: House, address: str) -> None:
    for path in ("/", "/api/me", "/forgotten"):
        answer = open_house.visitor().get(path, environ_overrides={"REMOTE_ADDR": address})
        assert answer.status_code == 403
        assert "ATELIER_PASSWORD" in answer.json["error"]


def test_without_a_password_a_bearer_header_is_ignored(open_house: House) -> None:
    answer = open_house.visitor().get("/api/me", headers={"Authorization": "Bearer sk-for-another-server"})
    assert answer.json == {"owner": "studio", "way": "this-machine"}


def test_with_a_password_this_machine_has_to_sign_in_too(house: House) -> None:
    assert house.visitor().get("/").status_code == 303


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/", "/sign-in"),
        ("/form", "/sign-in?next=/form"),
        ("/form?a=1&b=%2F", "/sign-in?next=/form%3Fa%3D1%26b%3D%252F"),
        ("/forgotten", "/sign-in?next=/forgotten"),
    ],
)
def test_a_stranger_is_led_to_the_sign_in_page_and_back(house: House, path: str, location: str) -> None:
    answer = house.visitor().get(path, environ_overrides=STRANGER)
    assert (answer.status_code, answer.location) == (303, location)


def test_a_refused_post_leads_to_the_start_and_changes_nothing(house: House) -> None:
    answer = house.visitor().post("/generate", data={"prompt": "a cat"})
    assert (answer.status_code, answer.location, house.changes) == (303, "/sign-in", [])


def test_a_script_without_a_token_is_told_how_to_get_one(house: House) -> None:
    answer = house.visitor().post("/api/change", json={})
    assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")
    assert "tokens create" in answer.json["error"]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert house.changes == []


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
def test_a_token_enters_everywhere(house: House, scheme: str) -> None:
    secret = house.accounts.create_token("ci")
    headers = {"Authorization": f"{scheme} {secret}"}
    assert house.visitor().get("/api/me", headers=headers).json == {"owner": "studio", "way": "token"}
    assert house.visitor().get("/", headers=headers).text == "token"
    assert house.visitor().post("/generate", data={"prompt": "a cat"}, headers=headers).status_code == 303
    assert house.changes == ["a cat"]


@pytest.mark.parametrize("value", ["Bearer", "Bearer ", "Bearer atl_wrong", "Bearer é", "bearer\tatl_x"])
def test_a_wrong_token_is_401(house: House, value: str) -> None:
    answer = house.visitor().get("/api/me", headers={"Authorization": value})
    assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_is_401_even_beside_a_good_session(house: House) -> None:
    headers = house.token("laptop")
    house.accounts.revoke_token("laptop")
    assert house.member().get("/api/me", headers=headers).status_code == 401


def test_credentials_for_a_proxy_in_front_do_not_disturb_a_session(house: House) -> None:
    assert house.member().get("/", headers={"Authorization": "Basic YTpi"}).text == "session"


def test_a_session_enters_pages_and_json(house: House) -> None:
    member = house.member()
    assert member.get("/").text == "session"
    assert member.get("/api/me").json == {"owner": "studio", "way": "session"}


def test_a_copied_cookie_is_dead_after_sign_out(house: House) -> None:
    thief = house.visitor()
    secret = house.accounts.sign_in("correct horse battery")
    thief.get(f"/test-sign-in?secret={secret}")
    assert thief.get("/").status_code == 200
    house.accounts.sign_out(secret)
    assert thief.get("/").status_code == 303


@pytest.mark.parametrize("cookie", ["forged", "eyJzZWNyZXQiOiJ4In0.aaaa.bbbb", "", "\xe9"])
def test_a_forged_cookie_is_no_session(house: House, cookie: str) -> None:
    answer = house.visitor().get("/", headers={"Cookie": f"atelier_session={cookie}"})
    assert answer.status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_plain_http(house: House) -> None:
    secret = house.accounts.sign_in("correct horse battery")
    plain = house.visitor().get(f"/test-sign-in?secret={secret}").headers["Set-Cookie"]
    tls = house.visitor().get(f"/test-sign-in?secret={secret}", base_url="https://localhost").headers["Set-Cookie"]
    assert plain.startswith("atelier_session=")
    assert {"HttpOnly", "SameSite=Lax"} <= set(plain.split("; "))
    assert "Secure" not in plain.split("; ")
    assert "Secure" in tls.split("; ")


def test_what_is_open_stays_open(house: House) -> None:
    visitor = house.visitor()
    for path in ("/health/live", "/static/css/base.css", "/sign-in"):
        assert visitor.get(path, environ_overrides=STRANGER).status_code == 200, path


def test_an_unknown_address_and_a_wrong_method_are_told_as_such(house: House) -> None:
    assert house.visitor().get("/nowhere").status_code == 404
    assert house.visitor().get("/generate").status_code == 405
    assert house.visitor().get("/api/change").status_code == 405
