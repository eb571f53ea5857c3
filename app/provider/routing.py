"""The provider as services see it: pictures one way, turns of a conversation another."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.jobs import Answer, Body, Receipt
from app.domain.pictures import Partial
from app.domain.requests import AnyRequest, Turn
from app.provider.client import Connection
from app.provider.conversations import ConversationsProvider
from app.provider.exchange import RawSink
from app.provider.images import ImagesProvider


class Provider:
    """The `ImageProvider` port over both APIs of one connection. One value serves any number of threads."""

    def __init__(self, connection: Connection, *, accepts_response_format: Callable[[str], bool]):
        self.practice = connection.practice
        self._images = ImagesProvider(connection, accepts_response_format=accepts_response_format)
        self._conversations = ConversationsProvider(connection)

    def send(
        self,
        request: AnyRequest,
        *,
        n: int,
        stream: bool,
        deadline: float,
        sink: RawSink,
        read_input: Callable[[str], bytes],
        on_partial: Callable[[Partial], None],
    ) -> Receipt:
        """Make exactly one HTTP request. Raises `ProviderFault`."""
        if isinstance(request, Turn):
            return self._conversations.send(
                request, stream=stream, deadline=deadline, sink=sink, read_input=read_input, on_partial=on_partial
            )
        return self._images.send(
            request, n=n, stream=stream, deadline=deadline, sink=sink, read_input=read_input, on_partial=on_partial
        )

    def read(self, request: AnyRequest, receipt: Receipt, body: Body) -> Answer:
        """Understand a raw answer. Raises `ProviderFault`."""
        if isinstance(request, Turn):
            return self._conversations.read(request, receipt, body)
        return self._images.read(request, receipt, body)

    def fetch(self, url: str, *, deadline: float, max_bytes: int) -> bytes:
        """Download a result that came as a URL. Raises `ProviderFault` (unusable)."""
        return self._images.fetch(url, deadline=deadline, max_bytes=max_bytes)
