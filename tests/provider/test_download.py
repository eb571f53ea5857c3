"""Results that come as URLs: fetched from public places or the gateway's own host, and from nowhere else."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from app.domain.jobs import Outcome, ProviderFault
from app.provider.addresses import is_public, public_or
from tests.provider.calls import CANARY, Caller
from tests.upstream import Answer, Upstream, b64, cut, drip, encoded, gzip_bomb, hang, html, picture, raw, status

Fetch = Callable[..., bytes]


@pytest.fixture
def fetch(caller: Caller) -> Fetch:
    def fetching(url: str, *, seconds: float = 5.0, max_bytes: int = 1 << 20) -> bytes:
        return caller.provider.fetch(url, deadline=time.monotonic() + seconds, max_bytes=max_bytes)

    return fetching


def at(upstream: Upstream, path: str = "/files/1.png") -> str:
    return f"http://127.0.0.1:{upstream.port}{path}"


def moved(to: str, code: int = 302) -> Answer:
    return status(code, "", {"Location": to})


def refused(fetch: Fetch, url: str, **options: float) -> ProviderFault:
    with pytest.raises(ProviderFault) as caught:
        fetch(url, **options)
    assert (caught.value.outcome, caught.value.fault.code) == (Outcome.UNUSABLE, "upstream_bad_response")
    assert caught.value.fault.may_have_cost
    return caught.value


def test_a_picture_on_the_gateways_own_host_is_fetched_without_credentials(upstream: Upstream, fetch: Fetch) -> None:
    upstream.script(raw(picture(), "image/png"))

    assert fetch(at(upstream, "/files/1.png?sig=a%20b#part")) == picture()

    (call,) = upstream.ledger
    assert (call.method, call.path) == ("GET", "/files/1.png?sig=a%20b")
    assert "authorization" not in call.headers
    assert "cookie" not in call.headers
    assert CANARY not in str(call)


def test_user_and_password_in_a_url_are_not_sent(upstream: Upstream, fetch: Fetch) -> None:
    upstream.script(raw(picture(), "image/png"))

    fetch(f"http://alice:secret@127.0.0.1:{upstream.port}/1.png")

    assert "authorization" not in upstream.ledger[0].headers


def test_data_urls_are_decoded_in_place(fetch: Fetch) -> None:
    assert fetch(f"data:image/png;base64,{b64(picture())}") == picture()
    refused(fetch, "data:image/png;base64,*?*")
    refused(fetch, f"data:image/png;base64,{b64(picture())}", max_bytes=10)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_three_redirects_are_followed_and_no_more(code: int, upstream: Upstream, fetch: Fetch) -> None:
    hops = [moved("/b", code), moved(at(upstream, "/c"), code), moved("d", code)]
    upstream.script(*hops, raw(picture(), "image/png"))

    assert fetch(at(upstream, "/a")) == picture()
    assert [call.path for call in upstream.ledger] == ["/a", "/b", "/c", "/d"]

    upstream.script(*hops, moved("/e"))
    assert "redirects too often" in refused(fetch, at(upstream, "/a")).fault.message


def test_private_places_are_not_connected_to(upstream: Upstream, fetch: Fetch) -> None:
    """The gateway is known as 127.0.0.1, so any other name for this machine is a foreign host."""
    for host in ("localhost", "127.0.0.2", "127.1", "2130706433", "0.0.0.0", "[::ffff:127.0.0.1]"):
        failure = refused(fetch, f"http://{host}:{upstream.port}/secret")
        assert "private network" in failure.fault.message, host

    assert upstream.ledger == []


def test_each_hop_is_judged(upstream: Upstream, fetch: Fetch) -> None:
    upstream.script(moved(f"http://localhost:{upstream.port}/secret"))

    assert "private network" in refused(fetch, at(upstream)).fault.message
    assert len(upstream.ledger) == 1


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "gopher://127.0.0.1/x",
        "//127.0.0.1/x",
        "/files/1.png",
        "http://",
        "http:///x",
        "http://[::1",
        "http://\ud800/",
        "http://a b/",
        "",
    ],
)
def test_only_http_urls_are_fetched(url: str, fetch: Fetch) -> None:
    refused(fetch, url)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "", "http://[::1", "javascript:alert(1)"])
def test_a_redirect_cannot_leave_http(location: str, upstream: Upstream, fetch: Fetch) -> None:
    upstream.default = moved(location)

    refused(fetch, at(upstream))


@pytest.mark.parametrize(
    "answer", [status(404), status(500), status(204, b""), cut(raw(picture()), 50)], ids=lambda answer: answer.label
)
def test_what_does_not_arrive_whole_is_unusable_and_keeps_its_address(
    answer: Answer, upstream: Upstream, fetch: Fetch
) -> None:
    upstream.script(answer)

    assert refused(fetch, at(upstream)).fault.details["url"] == at(upstream)


@pytest.mark.parametrize(
    "answer", [raw(b"x" * 2_000_000), gzip_bomb(4), Answer("endless", lambda: iter(lambda: b"x" * 65536, b""))]
)
def test_the_byte_cap_holds_after_decompression(answer: Answer, upstream: Upstream, fetch: Fetch) -> None:
    if answer.label == "endless":
        answer = Answer("endless", lambda: [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 65536] * 100])
    upstream.script(answer)

    assert "too large" in refused(fetch, at(upstream)).fault.message


def test_exactly_the_cap_is_allowed(upstream: Upstream, fetch: Fetch) -> None:
    upstream.script(raw(b"x" * 1000), encoded(b"x" * 1000, "gzip"))

    assert len(fetch(at(upstream), max_bytes=1000)) == 1000
    assert len(fetch(at(upstream), max_bytes=1000)) == 1000


@pytest.mark.parametrize("answer", [hang(5), drip(html(), every=0.05)], ids=["silence", "drip"])
def test_the_deadline_holds(answer: Answer, upstream: Upstream, fetch: Fetch) -> None:
    upstream.script(answer)
    begun = time.monotonic()

    refused(fetch, at(upstream), seconds=0.4)

    assert time.monotonic() - begun < 0.75


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1", "198.18.0.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001::1",
        "not an address", "",
    ],
)  # fmt: skip
def test_these_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "104.18.7.192", "2606:4700::1", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_these_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_the_own_host_is_a_name_not_an_address() -> None:
    admits = public_or("gateway.example")

    assert admits("Gateway.Example", "10.0.0.5")
    assert not admits("other.example", "10.0.0.5")
    assert admits("other.example", "1.1.1.1")
