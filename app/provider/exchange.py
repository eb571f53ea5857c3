"""One HTTP request and its raw answer, whatever is asked for: sent through the SDK's client, received into a sink."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, cast

import httpx2
import openai

from app.domain.errors import Fault
from app.domain.jobs import Outcome, ProviderFault, Receipt
from app.domain.sentences import say
from app.provider.answers import unfinished
from app.provider.client import CONNECT_SECONDS
from app.provider.inputs import Outgoing
from app.provider.stream import Progress
from app.provider.symptoms import Symptom, of_content, of_response, of_transport
from app.provider.translate import fault_for
from app.provider.wording import Cleaner

Judge = Callable[[Symptom], ProviderFault]


class RawSink(Protocol):
    """Where the raw answer goes; `services.ports.Sink`, seen from this side."""

    def begin(self, receipt: Receipt) -> None: ...

    def write(self, chunk: bytes) -> None: ...


def input_gone() -> ProviderFault:
    """What to raise when an input picture is no longer in the blob store."""
    sentence = say("An uploaded picture is no longer there; upload it again. Nothing was sent.")
    return ProviderFault(Outcome.REFUSED, Fault("invalid_image", sentence, param="image"))


class Exchange:
    """Makes requests of one client. One value serves any number of threads."""

    def __init__(self, client: openai.OpenAI, cleaner: Cleaner):
        self._client = client
        self._cleaner = cleaner

    def run(
        self,
        call: Outgoing,
        *,
        deadline: float,
        sink: RawSink,
        progress: Progress | None,
        judge: Judge = fault_for,
    ) -> Receipt:
        """Make exactly one HTTP request and write its raw answer to `sink`, chunk by chunk.

        `deadline` is a `time.monotonic()` value; `progress` follows the answer of a call that streams, and
        `judge` says what a symptom means for it. Raises `ProviderFault`, in whose chain no request (and no
        key) is kept; what `sink` and `progress` raise passes through.
        """
        response = self._post(call, deadline, judge)
        try:
            receipt = Receipt(
                status=response.status_code,
                content_type=self._cleaner.clean(response.headers.get("content-type"), 200),
                request_id=self._cleaner.clean(response.headers.get("x-request-id"), 200) or None,
                streamed=progress is not None,
            )
            sink.begin(receipt)
            lost = self._receive(response, sink, progress, receipt, deadline)
        finally:
            response.close()
        self._conclude(progress, lost, receipt, judge)
        return receipt

    def _post(self, call: Outgoing, deadline: float, judge: Judge) -> httpx2.Response:
        """Send through the SDK's client: its base URL, its headers, its encoding of forms.

        `client.post` rather than `images.generate`: it takes fields that the installed SDK does
        not know yet and the retired endpoint alike, and returns the answer unread.
        """
        seconds = deadline - time.monotonic()
        if seconds <= 0:
            sentence = say("There was no time left to send the request; nothing was sent.")
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
        raise judge(symptom)

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
                words = say("Its compression cannot be undone.")
                return of_content(words, request_id=receipt.request_id)
            except httpx2.HTTPError as error:
                return of_transport(error, deadline)
            if chunk is None:
                return None
            sink.write(chunk)
            if progress is not None:
                progress.feed(chunk)
        return None

    def _conclude(self, progress: Progress | None, lost: Symptom | None, receipt: Receipt, judge: Judge) -> None:
        """Raises unless the answer is whole; a stream is, once its picture or its completed event came."""
        if progress is not None:
            progress.close()
            if progress.is_whole:
                return
        if lost is not None:
            raise judge(lost)
        if progress is not None and progress.is_stream:
            drawn = progress.previews > 0 or progress.has_run
            raise judge(unfinished(progress.error, self._cleaner, drawn=drawn, request_id=receipt.request_id))
