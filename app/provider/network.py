"""The network under the SDK's client: one request, one fresh connection, one deadline.

A kept connection may be closed by the other side at the very moment we write to it, and then nobody
knows whether a paid request was taken. A handshake costs two milliseconds; an unknown outcome costs
a picture. So no connection is used twice.

Failures before any byte of the request was sent are raised as `httpx2.ConnectError`,
`ConnectTimeout`, `ProxyError`, `UnsupportedProtocol` or `LocalProtocolError`; later ones never are.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpcore2
import httpx2

from app.provider.dialer import Admits, Dialer, Exchange

_SAME_NAME = (
    httpcore2.ConnectTimeout,
    httpcore2.ReadTimeout,
    httpcore2.WriteTimeout,
    httpcore2.ConnectError,
    httpcore2.ReadError,
    httpcore2.WriteError,
    httpcore2.ProxyError,
    httpcore2.UnsupportedProtocol,
    httpcore2.LocalProtocolError,
    httpcore2.RemoteProtocolError,
)
_HTTPCORE_ERRORS = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpcore2.UnsupportedProtocol,
)


def _as_httpx2(error: Exception, exchange: Exchange) -> httpx2.TransportError:
    """The same failure in httpx2's words, told apart by whether the request had left."""
    if not exchange.sent:
        if isinstance(error, httpcore2.TimeoutException):
            return httpx2.ConnectTimeout(str(error))
        if isinstance(error, (httpcore2.NetworkError, httpcore2.RemoteProtocolError)):
            return httpx2.ConnectError(str(error))
    for kind in _SAME_NAME:
        if isinstance(error, kind):
            translated: httpx2.TransportError = getattr(httpx2, kind.__name__)(str(error))
            return translated
    return httpx2.ReadError(str(error))


class _Body(httpx2.SyncByteStream):
    def __init__(self, chunks: Any, connection: httpcore2.HTTPConnection | httpcore2.HTTPProxy, exchange: Exchange):
        self._chunks = chunks
        self._connection = connection
        self._exchange = exchange

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._chunks
        except _HTTPCORE_ERRORS as error:
            raise _as_httpx2(error, self._exchange) from error

    def close(self) -> None:
        self._chunks.close()
        self._connection.close()


class Network(httpx2.BaseTransport):
    """Sends each request over its own connection, within the request's read timeout as a whole.

    The SDK's `timeout` is the way in: its read timeout is taken as the seconds the entire exchange
    may last, its connect timeout as the longest a single connection attempt may take.
    """

    def __init__(
        self,
        tls: Callable[[], ssl.SSLContext],
        *,
        admits: Admits | None = None,
        proxy: httpx2.Proxy | None = None,
    ):
        """`tls` is asked only when a connection needs it: reading the trusted roots takes 25 ms."""
        self._tls = tls
        self._admits = admits
        self._proxy = proxy

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        exchange = Exchange(time.monotonic() + request.extensions["timeout"]["read"])
        connection = self._connection(request.url, Dialer(exchange, self._admits))
        try:
            answer = connection.handle_request(
                httpcore2.Request(
                    method=request.method,
                    url=_core_url(request.url),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions={**request.extensions, "trace": exchange.trace},
                )
            )
        except _HTTPCORE_ERRORS as error:
            connection.close()
            raise _as_httpx2(error, exchange) from error
        except BaseException:
            connection.close()
            raise
        return httpx2.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream, connection, exchange),
            extensions=answer.extensions,
        )

    def _connection(self, url: httpx2.URL, dialer: Dialer) -> httpcore2.HTTPConnection | httpcore2.HTTPProxy:
        tls = self._tls() if url.scheme == "https" else None
        if self._proxy is None:
            return httpcore2.HTTPConnection(_core_url(url).origin, ssl_context=tls, network_backend=dialer)
        return httpcore2.HTTPProxy(
            _core_url(self._proxy.url),
            proxy_auth=self._proxy.raw_auth,
            ssl_context=tls,
            proxy_ssl_context=self._tls() if self._proxy.url.scheme == "https" else None,
            max_connections=1,
            max_keepalive_connections=0,
            network_backend=dialer,
        )


def _core_url(url: httpx2.URL) -> httpcore2.URL:
    return httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
