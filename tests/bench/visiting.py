"""The client's side: requests over kept connections, answers read into one scratch buffer and timed."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SCRATCH = memoryview(bytearray(4 * 1024 * 1024))
"""All threads read into it: answers are counted, not kept."""


class Unwell(Exception):
    """An answer that is not what was asked for."""


@dataclass(frozen=True)
class Ask:
    """One request, the same each time. `least` is the length below which an answer cannot hold a picture."""

    path: str
    body: bytes
    least: int = 2_300_000
    kind: str = "application/json"

    @classmethod
    def of(cls, path: str, **fields: Any) -> Ask:
        return cls(path, json.dumps(fields).encode("ascii"))


class Visitor:
    """One client with one connection, opened anew when the server closed it."""

    def __init__(self, port: int, patience: float = 120.0):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)

    def post(self, ask: Ask) -> float:
        """Seconds from the first byte sent to the last one read. Raises `Unwell` or `OSError`."""
        began = time.monotonic()
        response = self.send("POST", ask.path, ask.body, {"Content-Type": ask.kind})
        length = 0
        while count := response.readinto(_SCRATCH):
            length += count
        took = time.monotonic() - began
        if response.status != 200 or length < ask.least:
            raise Unwell(f"{response.status} with {length} bytes")
        return took

    def json(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Any:
        """A small answer's JSON."""
        response = self.send(method, path, body, headers)
        data = response.read()
        if response.status >= 300:
            raise Unwell(f"{response.status}: {data[:300]!r}")
        return json.loads(data)

    def bytes(self, path: str) -> bytes:
        """A whole answer to a GET."""
        response = self.send("GET", path)
        data = response.read()
        if response.status != 200:
            raise Unwell(f"{response.status}: {data[:300]!r}")
        return data

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> http.client.HTTPResponse:
        kind = {"Content-Type": "application/json"} if body is not None else {}
        self._connection.request(method, path, body, {**kind, **(headers or {})})
        return self._connection.getresponse()

    def close(self) -> None:
        self._connection.close()
