"""Keeps error answers small before the SDK reads them whole into memory."""

from __future__ import annotations

import httpx2

MAX_ERROR_BYTES = 64 * 1024
"""How much of an error answer is read, after decompression; real ones have a few hundred bytes."""

_FRAMING = (b"content-encoding", b"content-length", b"transfer-encoding")


class BoundedErrors(httpx2.BaseTransport):
    """Passes 2xx answers through as they are; of others reads at most `MAX_ERROR_BYTES`.

    The status alone decides what became of the request, so an error answer whose body breaks off
    or never ends is still that error.
    """

    def __init__(self, inner: httpx2.BaseTransport):
        self._inner = inner

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = self._inner.handle_request(request)
        if answer.is_success:
            return answer
        return httpx2.Response(
            answer.status_code,
            headers=[(name, value) for name, value in answer.headers.raw if name.lower() not in _FRAMING],
            content=_beginning(answer),
        )

    def close(self) -> None:
        self._inner.close()


def _beginning(answer: httpx2.Response) -> bytes:
    body = bytearray()
    try:
        for chunk in answer.iter_bytes(MAX_ERROR_BYTES // 4):
            body += chunk
            if len(body) >= MAX_ERROR_BYTES:
                break
    except httpx2.HTTPError:
        pass  # what came is enough to read, or it is not needed
    finally:
        answer.close()
    return bytes(body[:MAX_ERROR_BYTES])
