"""Under which names the studio answers, and whose forwarded headers it believes."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.edge.hosts import HostRule, is_loopback_name
from tests.edge.house import PASSWORD, House, build_house

MALFORMED = ["", "a b", "evil.example/path", "user@localhost", "localhost:99999", "localhost:x", "a,b", "[::1", "\xe9"]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "127.9.9.9", "[::1]:8000", "studio.localhost"]
)
def test_without_a_password_this_machines_names_are_answered(open_house: House, host: str) -> None:
    assert open_house.visitor().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "10.0.0.1", "0.0.0.0", "[::2]", "xlocalhost"],
)
def test_without_a_password_other_names_are_refused_even_from_this_machine(open_house: House, host: str) -> None:
    for path in ("/", "/api/me", "/static/css/base.css", "/nowhere"):
        answer = open_house.visitor().get(path, headers={"Host": host})
        assert (answer.status_code, answer.json["code"]) == (400, "bad_request"), path


@pytest.mark.parametrize("host", MALFORMED)
def test_a_malformed_host_is_refused_with_and_without_a_password(house: House, open_house: House, host: str) -> None:
    for client in (open_house.visitor(), house.member()):
        assert client.get("/", headers={"Host": host}).status_code == 400


def test_with_a_password_any_name_is_answered_unless_names_are_given(house: House, static: Path) -> None:
    assert house.visitor().get("/sign-in", headers={"Host": "studio.example"}).status_code == 200
    picky = build_house(static, password=PASSWORD, hosts=("studio.example", ".art.example"))
    for host, status in {
        "studio.example": 200,
        "STUDIO.example:8443": 200,
        "art.example": 200,
        "a.art.example": 200,
        "evilart.example": 400,
        "other.example": 400,
        "localhost": 400,
    }.items():
        assert picky.visitor().get("/sign-in", headers={"Host": host}).status_code == status, host


def test_without_a_password_a_named_host_is_added_to_this_machines_own(static: Path) -> None:
    named = build_house(static, hosts=("studio.test",))
    assert named.visitor().get("/", headers={"Host": "studio.test"}).status_code == 200
    assert named.visitor().get("/", headers={"Host": "localhost"}).status_code == 200
    assert named.visitor().get("/", headers={"Host": "evil.test"}).status_code == 400


def test_probes_may_call_by_address(static: Path) -> None:
    picky = build_house(static, password=PASSWORD, hosts=("studio.example",))
    assert picky.visitor().get("/health/live", headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_forwarded_headers_are_ignored_without_a_trusted_proxy(open_house: House) -> None:
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    answer = open_house.visitor().get("/whose", headers=forged)
    assert answer.text == "http://localhost 127.0.0.1"


def test_a_trusted_proxy_is_believed_and_what_a_visitor_put_before_it_is_not(static: Path) -> None:
    behind = build_house(static, password=PASSWORD, trusted_proxies=1)
    headers = {
        "X-Forwarded-For": "127.0.0.1, 203.0.113.9",
        "X-Forwarded-Proto": "http, https",
        "X-Forwarded-Host": "evil.example, studio.example",
        **behind.token(),
    }
    assert behind.visitor().get("/whose", headers=headers).text == "https://studio.example 203.0.113.9"


def test_a_visitor_through_a_trusted_proxy_does_not_count_as_this_machine(static: Path) -> None:
    behind = build_house(static, trusted_proxies=1)
    answer = behind.visitor().get("/", headers={"X-Forwarded-For": "127.0.0.1, 203.0.113.9"})
    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["", "[]", "localhost.", "::1]", "example.com", "1270.0.0.1", "0x7f.1", "2130706433"])
def test_names_that_only_look_local_are_not(name: str) -> None:
    assert not is_loopback_name(name)


def test_a_rule_says_what_to_do(open_house: House) -> None:
    sentence = HostRule(names=(), has_door=False).refusal("evil.example")
    assert sentence is not None
    assert "ATELIER_PASSWORD" in sentence
    assert "evil.example" not in sentence
