"""Fetches results that gateways give as URLs, without becoming a way into the network around us."""

from __future__ import annotations

import time

import httpx2

from app.domain.jobs import ProviderFault
from app.domain.sentences import say
from app.provider.client import CONNECT_SECONDS
from app.provider.dialer import ForbiddenAddress
from app.provider.payload import bytes_of
from app.provider.symptoms import of_content
from app.provider.translate import fault_for
from app.provider.wording import Cleaner

MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Downloader:
    """Fetches over `transport`, which decides for each hop which addresses it connects to.

    Never sends credentials, follows at most three redirects itself, uses no proxy. With
    `only_host`, every other host is refused (practice mode: nothing leaves the process).
    """

    def __init__(self, transport: httpx2.BaseTransport, cleaner: Cleaner, *, only_host: str | None = None):
        self._transport = transport
        self._cleaner = cleaner
        self._only_host = only_host

    def fetch(self, url: str, *, deadline: float, max_bytes: int) -> bytes:
        """The bytes at `url` (http, https or data), at most `max_bytes` of them, decompressed.

        Raises `ProviderFault` (unusable: the picture was paid for); its details hold the `url` as
        text, so that a person can look.
        """
        if url.startswith("data:"):
            data = bytes_of(url)
            if data is None or len(data) > max_bytes:
                raise self._refusal(url[:40], say("Its data: URL cannot be decoded."))
            return data
        target = url
        for _ in range(MAX_REDIRECTS + 1):
            seconds = deadline - time.monotonic()
            if seconds <= 0:
                raise self._refusal(url, say("The picture did not arrive in time."))
            answer = self._get(url, target, seconds)
            try:
                if answer.status_code in _REDIRECTS:
                    target = self._next(url, target, answer.headers.get("location", ""))
                    continue
                if answer.status_code != 200:
                    raise self._refusal(
                        url, say("Its address answers with status {status}.", status=answer.status_code)
                    )
                return self._body(url, answer, max_bytes)
            finally:
                answer.close()
        raise self._refusal(url, say("Its address redirects too often."))

    def _get(self, url: str, target: str, seconds: float) -> httpx2.Response:
        try:
            parsed = httpx2.URL(target)
            if parsed.scheme not in ("http", "https") or not parsed.host:
                raise self._refusal(url, say("Its address is not one of http or https."))
            if self._only_host is not None and parsed.host != self._only_host:
                raise self._refusal(url, say("In practice mode only the emulator's own pictures are fetched."))
            request = httpx2.Request(
                "GET",
                parsed,
                headers={"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": "Atelier"},
                extensions={"timeout": httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)).as_dict()},
            )
            # Straight to the transport: a client would log the address, which may carry a signature,
            # and would turn a name and password in it into credentials.
            return self._transport.handle_request(request)
        except ForbiddenAddress:
            words = say("Its address leads into a private network.")
        except (httpx2.InvalidURL, UnicodeError):
            words = say("Its address is not a URL.")
        except httpx2.HTTPError:
            words = say("Its address could not be reached.")
        raise self._refusal(url, words)

    def _next(self, url: str, target: str, location: str) -> str:
        try:
            return str(httpx2.URL(target).join(location))
        except (httpx2.InvalidURL, UnicodeError):
            pass
        raise self._refusal(url, say("Its address redirects to something that is not a URL."))

    def _body(self, url: str, answer: httpx2.Response, max_bytes: int) -> bytes:
        body = bytearray()
        try:
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > max_bytes:
                    break
            else:
                return bytes(body)
            words = say("The picture is too large.")
        except httpx2.HTTPError:
            words = say("The picture did not arrive whole.")
        raise self._refusal(url, words)

    def _refusal(self, url: str, words: str) -> ProviderFault:
        return fault_for(of_content(words, extra={"url": self._cleaner.clean_url(url)}))
