"""Practice mode: a WSGI application in this process answers instead of the network.

A call inside this process cannot be interrupted, so the deadline does not cut it; an answer that
comes late is kept like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx2

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class InProcess(httpx2.BaseTransport):
    """Hands requests to `app`; what it does wrong looks the way it would over a connection."""

    def __init__(self, app: WSGIApplication):
        self._inner = httpx2.WSGITransport(app=app)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            answer = self._inner.handle_request(request)
        except Exception as error:
            raise httpx2.RemoteProtocolError("The application failed without an answer.") from error
        length = answer.headers.get("content-length", "")
        assert isinstance(answer.stream, httpx2.SyncByteStream)
        return httpx2.Response(
            answer.status_code,
            headers=answer.headers.raw,
            stream=_WholeBody(answer.stream, int(length) if length.isdecimal() else None),
        )


class _WholeBody(httpx2.SyncByteStream):
    """A body that must be as long as announced: there is no connection here to notice a cut."""

    def __init__(self, inner: httpx2.SyncByteStream, announced: int | None):
        self._inner = inner
        self._announced = announced

    def __iter__(self) -> Iterator[bytes]:
        received = 0
        try:
            for chunk in self._inner:
                received += len(chunk)
                yield chunk
        except Exception as error:
            raise httpx2.ReadError("The application broke off its answer.") from error
        if self._announced is not None and received < self._announced:
            raise httpx2.RemoteProtocolError("The answer is shorter than announced.")

    def close(self) -> None:
        self._inner.close()
