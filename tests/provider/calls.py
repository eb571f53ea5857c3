"""What the provider's tests share: a sink in memory, and one call made the way services make it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.domain.errors import Fault
from app.domain.jobs import Answer, Outcome, ProviderFault, Receipt
from app.domain.pictures import Partial
from app.domain.requests import AnyRequest, Generate
from app.provider.client import connect
from app.provider.images import ImagesProvider
from app.provider.outline import BytesBody
from app.provider.routing import Provider
from tests.upstream import Upstream

CANARY = "sk-canary-0123456789abcdefghij"


class MemorySink:
    """A spool file without a disk; `most` is its cap in bytes."""

    def __init__(self, most: int = 1 << 26):
        self.receipt: Receipt | None = None
        self.body = bytearray()
        self.largest_chunk = 0
        self._most = most

    def begin(self, receipt: Receipt) -> None:
        assert self.receipt is None, "begin is called once"
        self.receipt = receipt

    def write(self, chunk: bytes) -> None:
        self.largest_chunk = max(self.largest_chunk, len(chunk))
        if len(self.body) + len(chunk) > self._most:
            fault = Fault("upstream_bad_response", "The answer is too large.", may_have_cost=True)
            raise ProviderFault(Outcome.UNUSABLE, fault)
        self.body += chunk


def a_cat(**options: Any) -> Generate:
    """A request that chooses only what `options` say."""
    return Generate(**{"prompt": "a cat", "model": "gpt-image-2"} | options)


def provider_at(
    base_url: str,
    api_key: str | None = CANARY,
    accepts_response_format: Callable[[str], bool] = lambda model: model.startswith("dall-e"),
    **options: Any,
) -> ImagesProvider:
    connection = connect(api_key=api_key, base_url=base_url, **options)
    return ImagesProvider(connection, accepts_response_format=accepts_response_format)


@dataclass
class Caller:
    """Sends through one provider and remembers what came of it."""

    provider: ImagesProvider | Provider
    sink: MemorySink = field(default_factory=MemorySink)
    partials: list[Partial] = field(default_factory=list)

    def send(
        self,
        request: AnyRequest | None = None,
        *,
        n: int = 1,
        stream: bool = False,
        seconds: float = 10.0,
        inputs: dict[str, bytes] | None = None,
        most: int = 1 << 26,
    ) -> Receipt:
        self.sink = MemorySink(most)
        self.partials = []
        return self.provider.send(
            request or a_cat(),
            n=n,
            stream=stream,
            deadline=time.monotonic() + seconds,
            sink=self.sink,
            read_input=(inputs or {}).__getitem__,
            on_partial=self.partials.append,
        )

    def ask(self, request: AnyRequest | None = None, **options: Any) -> Answer:
        """Send, then read what was spooled."""
        receipt = self.send(request, **options)
        return self.provider.read(request or a_cat(), receipt, BytesBody(bytes(self.sink.body)))

    def fail(self, request: AnyRequest | None = None, **options: Any) -> ProviderFault:
        """The fault that a call must end in."""
        try:
            self.ask(request, **options)
        except ProviderFault as fault:
            return fault
        raise AssertionError("the call ended well")


def caller_for(upstream: Upstream, **options: Any) -> Caller:
    return Caller(provider_at(upstream.base_url, **options))
