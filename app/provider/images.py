"""The provider behind the port: one HTTP request per call, its raw answer to the spool, decoded later."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.jobs import Answer, Body, Receipt
from app.domain.pictures import Partial
from app.domain.requests import AnyRequest, Generate
from app.provider.answers import decode
from app.provider.client import Connection
from app.provider.download import Downloader
from app.provider.exchange import Exchange, RawSink, input_gone
from app.provider.inputs import outgoing
from app.provider.stream import Progress
from app.provider.wording import Cleaner


class ImagesProvider:
    """The Image API of OpenAI or of a gateway, or the emulator in its place (`practice`).

    `accepts_response_format(model)` says whether a model takes that field (the catalogue knows:
    the DALL·E family does, GPT Image refuses it). One value serves any number of threads.
    """

    def __init__(self, connection: Connection, *, accepts_response_format: Callable[[str], bool]):
        self.practice = connection.practice
        self._accepts_response_format = accepts_response_format
        self._cleaner = Cleaner(connection.secrets)
        self._exchange = Exchange(connection.client, self._cleaner)
        self._downloader = Downloader(
            connection.downloads, self._cleaner, only_host=connection.host if connection.practice else None
        )

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
        """Make exactly one HTTP request and write its raw answer to `sink`, chunk by chunk.

        `deadline` is a `time.monotonic()` value. Previews go to `on_partial` as they come, when the
        request chose any. Raises `ProviderFault`, in whose chain no request (and no key) is kept;
        what `sink` and `on_partial` raise passes through.
        """
        try:
            call = outgoing(
                request,
                n=n,
                stream=stream,
                response_format=self._accepts_response_format(request.model),
                read_input=read_input,
            )
        except OSError:
            raise input_gone() from None
        wants_previews = bool(getattr(request, "partial_images", None))
        progress = Progress(n, on_partial if wants_previews else None) if stream else None
        return self._exchange.run(call, deadline=deadline, sink=sink, progress=progress)

    def read(self, request: AnyRequest, receipt: Receipt, body: Body) -> Answer:
        """Understand a raw answer; `body` is read again when its pictures are. Raises `ProviderFault` when
        there is no picture in it."""
        return decode(
            body,
            self._cleaner,
            pictures_in=not isinstance(request, Generate),
            request_id=receipt.request_id,
        )

    def fetch(self, url: str, *, deadline: float, max_bytes: int) -> bytes:
        """Download a result that came as a URL. Raises `ProviderFault` (unusable)."""
        return self._downloader.fetch(url, deadline=deadline, max_bytes=max_bytes)
