"""The network beneath the client: proxies, and one connection for each request."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.jobs import Outcome
from app.domain.requests import Edit, InputPicture
from app.provider.client import connect
from tests.provider.calls import Caller, a_cat, caller_for, provider_at
from tests.upstream import Upstream, drip, hang, picture, picture_answer, url_answer

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""A self-signed certificate for localhost and 127.0.0.1, with its key; good for nothing else."""


@pytest.fixture
def secure(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The upstream behind TLS, its certificate trusted; the base URL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    monkeypatch.setenv("SSL_CERT_FILE", os.fspath(CERTIFICATE))
    with TlsFront(context, upstream.port) as port:
        yield f"https://127.0.0.1:{port}/v1"


class TlsFront:
    """Takes one TLS connection and passes its bytes on to a plain port, and back.

    With `tunnel` it first expects a proxy's CONNECT, whose target it ignores.
    """

    def __init__(self, context: ssl.SSLContext, port: int, *, tunnel: bool = False):
        self._context, self._port, self._tunnel = context, port, tunnel
        self._server = socket.socket()
        self._server.bind(("0.0.0.0", 0))
        self._server.listen()
        self._server.settimeout(10)
        self._thread = threading.Thread(target=self._serve)
        self.connect = b""

    def __enter__(self) -> int:
        self._thread.start()
        return int(self._server.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._server.close()

    def _serve(self) -> None:
        connection, _ = self._server.accept()
        if self._tunnel:
            self.connect = connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 Go on\r\n\r\n")
        try:
            outside = self._context.wrap_socket(connection, server_side=True)
        except ssl.SSLError:
            connection.close()
            return
        with outside, socket.create_connection(("127.0.0.1", self._port)) as inside:
            back = threading.Thread(target=self._copy, args=(inside, outside))
            back.start()
            self._copy(outside, inside)
            back.join()

    @staticmethod
    def _copy(source: socket.socket, target: socket.socket) -> None:
        """Until either end closes; then both directions end."""
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def test_a_large_upload_and_its_answer_pass_through_tls(secure: str, upstream: Upstream) -> None:
    data = b"\x89PNG" + bytes(3_000_000)
    edit = Edit(prompt="a hat", model="gpt-image-2", images=(InputPicture("d", "image/png", 1, 1, len(data)),))

    answer = Caller(provider_at(secure)).ask(edit, inputs={"d": data})

    assert answer.pictures[0].read() == picture()
    assert upstream.ledger[0].files[0].data == data


def test_the_deadline_holds_within_tls(secure: str, upstream: Upstream) -> None:
    upstream.script(drip(picture_answer(), every=0.05))
    begun = time.monotonic()

    failure = Caller(provider_at(secure)).fail(seconds=0.4)

    assert time.monotonic() - begun < 0.75
    assert (failure.outcome, failure.fault.details["deadline_passed"]) == (Outcome.AMBIGUOUS, True)


def test_a_certificate_for_another_name_proves_that_nothing_was_sent(secure: str, upstream: Upstream) -> None:
    failure = Caller(provider_at(secure.replace("127.0.0.1", "127.0.0.2"))).fail()

    assert (failure.outcome, failure.fault.code) == (Outcome.REFUSED, "upstream_unreachable")
    assert upstream.ledger == []


def test_a_tunnel_through_a_proxy_carries_the_call(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    monkeypatch.setenv("SSL_CERT_FILE", os.fspath(CERTIFICATE))
    monkeypatch.delenv("no_proxy", raising=False)
    front = TlsFront(context, upstream.port, tunnel=True)
    with front as port:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        answer = Caller(provider_at("https://localhost/v1")).ask()

    assert len(answer.pictures) == 1
    assert front.connect.startswith(b"CONNECT localhost:443 ")
    assert b"canary" not in front.connect


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


def test_the_deadline_counts_a_slow_tunnel_and_the_handshake_together(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def open_slowly() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                done.wait(0.5)
                connection.sendall(b"HTTP/1.1 200 Go on\r\n\r\n")
                done.wait(5)

        thread = threading.Thread(target=open_slowly)
        thread.start()
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.delenv("no_proxy", raising=False)
        begun = time.monotonic()
        failure = Caller(provider_at("https://gateway.invalid/v1")).fail(seconds=0.6)
        took = time.monotonic() - begun
        done.set()
        thread.join()

    assert 0.55 < took < 0.95
    assert (failure.outcome, failure.fault.code) == (Outcome.REFUSED, "upstream_unreachable")


def test_a_later_call_is_not_hurt_by_a_connection_that_broke(upstream: Upstream, caller: Caller) -> None:
    upstream.script(hang(0), picture_answer())

    assert caller.fail().outcome is Outcome.AMBIGUOUS
    assert caller.ask(a_cat()).pictures[0].read() == picture()
    assert len(upstream.ledger) == 2
