"""The provider behind the port: one HTTP request per call, its raw answer to the spool, decoded later."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, cast

import httpx2
import openai

from app.domain.errors import Fault
from app.domain.jobs import Answer, Body, Outcome, ProviderFault, Receipt
from app.domain.pictures import Partial
from app.domain.requests import AnyRequest, Generate
from app.provider.answers import decode, unfinished
from app.provider.client import CONNECT_SECONDS, Connection
from app.provider.download import Downloader
from app.provider.inputs import Outgoing, outgoing
from app.provider.stream import Progress
from app.provider.symptoms import Symptom, of_content, of_response, of_transport
from app.provider.translate import fault_for
from app.provider.wording import Cleaner


class RawSink(Protocol):
    """Where the raw answer goes; `services.ports.Sink`, seen from this side."""

    def begin(self, receipt: Receipt) -> None: ...

    def write(self, chunk: bytes) -> None: ...


class ImagesProvider:
    """The Image API of OpenAI or of a gateway, or the emulator in its place (`practice`).

    `accepts_response_format(model)` says whether a model takes that field (the catalogue knows:
    the DALL·E family does, GPT Image refuses it). One value serves any number of threads.
    """

    def __init__(self, connection: Connection, *, accepts_response_format: Callable[[str], bool]):
        self.practice = connection.practice
        self._client = connection.client
        self._accepts_response_format = accepts_response_format
        self._cleaner = Cleaner(connection.secrets)
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
            sentence = "An uploaded picture is no longer there; upload it again. Nothing was sent."
            raise ProviderFault(Outcome.REFUSED, Fault("invalid_image", sentence, param="image")) from None
        wants_previews = bool(getattr(request, "partial_images", None))
        progress = Progress(n, on_partial if wants_previews else None) if stream else None
        response = self._post(call, deadline)
        try:
            receipt = Receipt(
                status=response.status_code,
                content_type=self._cleaner.clean(response.headers.get("content-type"), 200),
                request_id=self._cleaner.clean(response.headers.get("x-request-id"), 200) or None,
                streamed=stream,
            )
            sink.begin(receipt)
            lost = self._receive(response, sink, progress, receipt, deadline)
        finally:
            response.close()
        self._judge(progress, lost, receipt)
        return receipt

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

    def _post(self, call: Outgoing, deadline: float) -> httpx2.Response:
        """Send through the SDK's client: its base URL, its headers, its encoding of forms.

        `client.post` rather than `images.generate`: it takes fields that the installed SDK does
        not know yet and the retired endpoint alike, and returns the answer unread.
        """
        seconds = deadline - time.monotonic()
        if seconds <= 0:
            sentence = "There was no time left to send the request; nothing was sent."
            raise ProviderFault(Outcome.REFUSED, Fault("upstream_unreachable", sentence, retryable=True))
        options: openai.RequestOptions = {
            "timeout": httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)),
            "security": {"bearer_auth": True},
        }
        if call.files:
            options["headers"] = {"Content-Type": "multipart/form-data"}
        try:
            response = self._client.post(
                call.path,
                cast_to=httpx2.Response,
                body=call.fields,
                files=call.files or None,
                options=options,
                stream=True,
                stream_cls=openai.Stream[object],
            )
        except openai.APIStatusError as error:
            symptom = of_response(error.response, self._cleaner)
        except openai.APIConnectionError as error:
            symptom = of_transport(error.__cause__, deadline)
        except UnicodeError as error:
            symptom = of_transport(error, deadline)
        else:
            return cast(httpx2.Response, response)
        # Raised out here, the fault has no context: the SDK's errors hold the request, and so the key.
        raise fault_for(symptom)

    def _receive(
        self,
        response: httpx2.Response,
        sink: RawSink,
        progress: Progress | None,
        receipt: Receipt,
        deadline: float,
    ) -> Symptom | None:
        """Everything that comes, to the sink; what broke it off, if anything did.

        Only the wire's own errors are caught: a full disk must not look like a cut connection.
        """
        chunks = response.iter_bytes()
        while progress is None or not progress.finished:
            try:
                chunk = next(chunks, None)
            except httpx2.DecodingError:
                words = "Its compression cannot be undone."
                return of_content(words, self._cleaner, request_id=receipt.request_id)
            except httpx2.HTTPError as error:
                return of_transport(error, deadline)
            if chunk is None:
                return None
            sink.write(chunk)
            if progress is not None:
                progress.feed(chunk)
        return None

    def _judge(self, progress: Progress | None, lost: Symptom | None, receipt: Receipt) -> None:
        """Raises unless the answer is whole; a stream is, once its completed event came."""
        if progress is not None:
            progress.close()
            if progress.completed:
                return
        if lost is not None:
            raise fault_for(lost)
        if progress is not None and progress.is_stream:
            drawn = progress.previews > 0
            raise fault_for(unfinished(progress.error, self._cleaner, drawn=drawn, request_id=receipt.request_id))
