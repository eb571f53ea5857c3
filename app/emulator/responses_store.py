"""Answers of the Responses API that are kept, so that a later turn can follow them. In memory, bounded, thread-safe."""

from __future__ import annotations

import base64
import copy
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MOST_BYTES = 64 * 1024 * 1024
_MOST_ANSWERS = 1_000


@dataclass(frozen=True)
class Drawing:
    """A picture that a conversation can come back to; ``call_id`` is the ``ig_…`` that drew it."""

    call_id: str
    data: bytes
    mime: str


@dataclass(frozen=True)
class StoredResponse:
    """One answer. ``body`` is as it was sent, but without the picture's base64.

    ``own`` is the picture it drew, if any; ``latest`` the last one of the chain that ends here.
    ``context_tokens`` is what the text model reads again when a turn follows.
    """

    id: str
    body: Mapping[str, Any]
    own: Drawing | None
    latest: Drawing | None
    context_tokens: int

    def whole(self) -> dict[str, Any]:
        """The body with its picture."""
        body: dict[str, Any] = copy.deepcopy(dict(self.body))
        for item in body["output"]:
            if self.own is not None and item.get("id") == self.own.call_id:
                item["result"] = base64.b64encode(self.own.data).decode()
        return body


class ResponseStore:
    """Forgets the oldest first; a forgotten answer and one that never was look the same."""

    def __init__(self) -> None:
        self._responses: OrderedDict[str, StoredResponse] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, response: StoredResponse) -> None:
        with self._lock:
            self._responses[response.id] = response
            while len(self._responses) > _MOST_ANSWERS or self._bytes() > _MOST_BYTES:
                self._responses.popitem(last=False)

    def get(self, response_id: str) -> StoredResponse | None:
        with self._lock:
            return self._responses.get(response_id)

    def remove(self, response_id: str) -> bool:
        with self._lock:
            return self._responses.pop(response_id, None) is not None

    def drawing(self, call_id: str) -> Drawing | None:
        """The picture of an image call, by its ``ig_…``."""
        with self._lock:
            owned = (response.own for response in self._responses.values())
            return next((own for own in owned if own is not None and own.call_id == call_id), None)

    def _bytes(self) -> int:
        return sum(len(response.own.data) for response in self._responses.values() if response.own)
