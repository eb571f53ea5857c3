"""Refusal of requests that another web site makes a visitor's browser send.

Browsers say where a request comes from (`Origin`, and `Sec-Fetch-Site`, W3C Fetch Metadata) and let
no page change that. Scripts send neither header and pass; they carry no cookies of a victim.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request

from app.domain.errors import Fault, StudioError
from app.domain.sentences import say

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""They never change anything here, so they are welcome from anywhere."""


def refuse_cross_site(app: Flask) -> None:
    """Refuse unsafe methods from other origins: `StudioError` `forbidden`."""

    @app.before_request
    def check_origin() -> None:
        if request.method not in SAFE_METHODS:
            _check(
                request.headers.get("Sec-Fetch-Site"),
                request.headers.get("Origin"),
                request.host,
                secure=request.is_secure,
            )


def says_where_from() -> bool:
    """Whether a browser vouched for where this request comes from."""
    return "Origin" in request.headers or "Sec-Fetch-Site" in request.headers


def _check(site: str | None, origin: str | None, host: str, *, secure: bool) -> None:
    foreign = StudioError(Fault("forbidden", say("This request came from another web site.")))
    if site == "cross-site":
        raise foreign
    if origin is None:
        if site in (None, "none", "same-origin"):
            return
        raise foreign
    if _is_own(origin, host, secure=secure):
        return
    if origin == "null" or site == "same-site":
        raise foreign
    raise StudioError(
        Fault(
            "forbidden",
            say(
                "This request came from another web site: its Origin and Host headers differ. Behind a reverse proxy, "
                "let it pass the Host header on, or have it send X-Forwarded-Host and set ATELIER_TRUSTED_PROXIES."
            ),
        )
    )


def _is_own(origin: str, host: str, *, secure: bool) -> bool:
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return False
    # A proxy may end TLS without telling us; only a downgrade that is certain counts.
    if secure and parts.scheme != "https":
        return False
    return (parts.hostname, port or _port_of(parts.scheme)) == _split(host, parts.scheme)


def _split(host: str, scheme: str) -> tuple[str | None, int]:
    parts = urlsplit(f"//{host}")
    return parts.hostname, parts.port or _port_of(scheme)


def _port_of(scheme: str) -> int:
    return 443 if scheme == "https" else 80
