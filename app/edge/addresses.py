"""Addresses that are no text: refused before anything reads them.

Werkzeug (3.1) decodes a query string when a view first looks into it, and lets the error out: a raw
byte in an address would otherwise be answered with 500. Percent-encoded bytes are fine, whatever they are.
"""

from __future__ import annotations

from flask import Flask, request

from app.domain.errors import Fault, StudioError
from app.domain.sentences import say


def refuse_unreadable_addresses(app: Flask) -> None:
    """Refuse query strings that are not UTF-8: `StudioError` `bad_request`."""

    @app.before_request
    def check_query() -> None:
        try:
            request.query_string.decode()
        except UnicodeDecodeError:
            raise StudioError(Fault("bad_request", say("The address is not UTF-8 text."))) from None
