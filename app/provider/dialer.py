"""One exchange under our own clock: every connect, handshake, read and write is given what is left.

HTTP libraries time out each read, so an answer that drips a byte a second never ends. The seam that
httpcore2 offers for a total deadline is its network backend, and this is one. It also knows the two
things that only the place where bytes leave can know: whether any byte of the request was handed to
the socket, and to which address.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore2

Admits = Callable[[str, str], bool]
"""(host name asked for, IP address found) → whether a connection there is allowed."""


_MOST_AT_ONCE = 1024 * 1024


class ForbiddenAddress(Exception):
    """Every address of the host is one that must not be connected to."""


class Exchange:
    """How far one request got, and how long it may still take (`deadline` in `time.monotonic()`)."""

    def __init__(self, deadline: float):
        self.deadline = deadline
        self.sent = False
        self._begun = False

    def left(self, error: type[Exception], most: float | None = None) -> float:
        """Seconds until the deadline, at most `most`; raises `error` when there are none."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise error("The deadline passed.")
        return seconds if most is None else min(seconds, most)

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """httpcore2's trace hook; a proxy's CONNECT is not yet the request."""
        if event == "http11.send_request_headers.started" and info["request"].method != b"CONNECT":
            self._begun = True

    def note_write(self) -> None:
        self.sent = self.sent or self._begun


class _TimedStream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream, exchange: Exchange, *, layers: int = 0):
        self._inner = inner
        self._exchange = exchange
        self._layers = layers
        self._at_once = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """More than `max_bytes` when the answer comes faster than it is read.

        Each piece of a picture passes through four libraries, at 50 µs whatever its size. A call that
        waits for its answer must not hold a large buffer meanwhile, so the size grows with success.
        """
        size = max(max_bytes, self._at_once)
        data = self._inner.read(size, self._exchange.left(httpcore2.ReadTimeout, timeout))
        if len(data) == size:
            self._at_once = min(4 * size, _MOST_AT_ONCE)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._exchange.note_write()
        if self._layers > 1:  # TLS within TLS has no socket of its own to write to
            self._inner.write(buffer, self._exchange.left(httpcore2.WriteTimeout, timeout))
            return
        # The inner stream would give each partial send the whole time again.
        sock: socket.socket = self._inner.get_extra_info("socket")
        view = memoryview(buffer)
        while view:
            sock.settimeout(self._exchange.left(httpcore2.WriteTimeout, timeout))
            try:
                view = view[sock.send(view) :]
            except TimeoutError as error:
                raise httpcore2.WriteTimeout(error) from error
            except OSError as error:
                raise httpcore2.WriteError(error) from error

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        seconds = self._exchange.left(httpcore2.ConnectTimeout, timeout)
        inner = self._inner.start_tls(ssl_context, server_hostname, seconds)
        return _TimedStream(inner, self._exchange, layers=self._layers + 1)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Dialer(httpcore2.NetworkBackend):
    """Resolves and connects for one exchange, only to addresses that `admits` allows.

    The address that was judged is the address that is connected to: there is no second look-up in
    between. Looking up a name cannot be interrupted; the resolver's own limit applies to it.
    """

    def __init__(self, exchange: Exchange, admits: Admits | None):
        self._exchange = exchange
        self._admits = admits
        self._tcp = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError("The host name could not be resolved.") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        allowed = [ip for ip in addresses if self._admits is None or self._admits(host, ip)]
        if not allowed:
            raise ForbiddenAddress
        failure: Exception = httpcore2.ConnectError("The host has no address.")
        for ip in allowed:
            seconds = self._exchange.left(httpcore2.ConnectTimeout, timeout)
            try:
                stream = self._tcp.connect_tcp(ip, port, seconds, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
                continue
            return _TimedStream(stream, self._exchange)
        raise failure
