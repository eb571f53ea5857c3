"""The network beneath the client: proxies, and one connection for each request."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from app.domain.jobs import Outcome
from app.provider.client import connect
from tests.provider.calls import Caller, a_cat, caller_for, provider_at
from tests.upstream import Upstream, hang, picture, picture_answer, url_answer


def test_a_proxy_from_the_environment_carries_the_call(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://alice:secret@127.0.0.1:{upstream.port}")
    monkeypatch.delenv("no_proxy", raising=False)

    answer = Caller(provider_at("http://gateway.invalid/v1")).ask()

    assert len(answer.pictures) == 1
    (call,) = upstream.ledger
    assert call.path == "http://gateway.invalid/v1/images/generations"
    assert call.headers["proxy-authorization"].startswith("Basic ")


def test_no_proxy_is_respected(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.invalid:3128")
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    assert len(caller_for(upstream).ask().pictures) == 1


def test_results_are_never_fetched_through_a_proxy(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    with Upstream(url_answer("http://gateway.invalid/1.png")) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        caller = Caller(provider_at("http://gateway.invalid/v1"))
        (drawn,) = caller.ask().pictures
        assert drawn.url is not None

        with pytest.raises(Exception, match="could not be reached"):
            caller.provider.fetch(drawn.url, deadline=time.monotonic() + 5, max_bytes=1000)

        assert len(proxy.ledger) == 1


def test_a_proxy_of_another_kind_is_refused_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:1080")
    monkeypatch.delenv("no_proxy", raising=False)

    with pytest.raises(ValueError, match="http:// or https://"):
        connect(api_key=None, base_url="http://gateway.invalid/v1")


@pytest.mark.parametrize("reply", [b"HTTP/1.1 407 Who are you\r\n\r\n", b""])
def test_a_tunnel_that_is_not_opened_proves_that_nothing_was_sent(
    reply: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONNECT is a request to the proxy; ours was not sent yet, and the key neither."""
    received = bytearray()
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def refuse() -> None:
            connection, _ = server.accept()
            with connection:
                received.extend(connection.recv(65536))
                connection.sendall(reply)

        thread = threading.Thread(target=refuse)
        thread.start()
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.delenv("no_proxy", raising=False)
        failure = Caller(provider_at("https://gateway.invalid/v1")).fail()
        thread.join()

    assert received.startswith(b"CONNECT gateway.invalid:443 ")
    assert b"canary" not in received
    assert (failure.outcome, failure.resend) == (Outcome.REFUSED, True)


def test_a_later_call_is_not_hurt_by_a_connection_that_broke(upstream: Upstream, caller: Caller) -> None:
    upstream.script(hang(0), picture_answer())

    assert caller.fail().outcome is Outcome.AMBIGUOUS
    assert caller.ask(a_cat()).pictures[0].data == picture()
    assert len(upstream.ledger) == 2
