"""Builds the one SDK client: retries and redirects off, our network or an application underneath."""

from __future__ import annotations

import functools
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx2
from openai import DefaultHttpx2Client, OpenAI

from app.provider.addresses import public_or
from app.provider.bounded import BoundedErrors
from app.provider.local import InProcess
from app.provider.network import Network

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

OPENAI_URL = "https://api.openai.com/v1"
PRACTICE_URL = "http://emulator.invalid/v1"
CONNECT_SECONDS = 5.0

_NO_KEY = "none"
"""What is sent to a gateway that needs no key: the SDK insists on one, and gateways ignore it."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A client, and what is needed beside it.

    `downloads` fetches results that come as URLs; it carries no credentials. `secrets` are texts
    that must never show up in a message. `practice`: an application in this process answers.
    """

    client: OpenAI
    downloads: httpx2.BaseTransport
    practice: bool
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def host(self) -> str:
        """The host name of the base URL, in lower case."""
        return httpx2.URL(str(self.client.base_url)).host

    def close(self) -> None:
        self.client.close()


def connect(
    *,
    api_key: str | None,
    base_url: str | None = None,
    organization: str | None = None,
    project: str | None = None,
) -> Connection:
    """A connection to OpenAI, or to the gateway at `base_url`; opens no socket yet.

    Proxies are taken from the environment, as the SDK itself does. Raises `ValueError`, with one
    sentence that never repeats the key, when the key or a proxy cannot be used.
    """
    if api_key is not None and not (api_key.isascii() and api_key.isprintable()):
        raise ValueError("OPENAI_API_KEY must consist of visible ASCII characters.")
    url = base_url or OPENAI_URL
    tls = functools.cache(httpx2.create_ssl_context)
    host = httpx2.URL(url).host
    return Connection(
        client=_client(Network(tls, proxy=_proxy_for(url)), api_key or _NO_KEY, url, organization, project),
        downloads=Network(tls, admits=public_or(host)),
        practice=False,
        secrets=(api_key,) if api_key else (),
    )


def connect_practice(app: WSGIApplication) -> Connection:
    """A connection to `app` in this process; no packet leaves it."""
    inner = InProcess(app)
    client = _client(inner, "practice", PRACTICE_URL, None, None)
    return Connection(client=client, downloads=inner, practice=True)


def _client(
    network: httpx2.BaseTransport, api_key: str, base_url: str, organization: str | None, project: str | None
) -> OpenAI:
    return OpenAI(
        api_key=api_key,
        base_url=base_url,
        organization=organization,
        project=project,
        max_retries=0,
        # A compressed answer costs a fifth more CPU than it saves: pictures do not shrink.
        default_headers={"Accept-Encoding": "identity"},
        http_client=DefaultHttpx2Client(transport=BoundedErrors(network), follow_redirects=False),
    )


def _proxy_for(url: str) -> httpx2.Proxy | None:
    target = httpx2.URL(url)
    proxies = urllib.request.getproxies()
    address = proxies.get(target.scheme) or proxies.get("all")
    if not address or urllib.request.proxy_bypass(target.host):
        return None
    if "://" not in address:
        address = f"http://{address}"
    if not address.startswith(("http://", "https://")):
        raise ValueError("The proxy in the environment must be an http:// or https:// one, or be unset.")
    return httpx2.Proxy(address)
