"""The faults that spoil an answer which would have been right: quirks of gateways and of broken servers.

Source: fact sheet section 6 (url, data: prefix, empty strings, missing usage) and the promises of
``faults.FAULTS``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator

from flask import Response

from app.emulator.faults import Wanted

Item = dict[str, object]
_PAGE = "<!doctype html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>\n"
_DETAILS = ("size", "quality", "background", "output_format", "usage")
_MEGABYTE = 1_000_000


def item(wanted: Wanted, good: Item, mime: str) -> Item:
    """One picture of the answer, or one event, with what was asked for done to its ``b64_json``."""
    spoilt = dict(good)
    if "bad-base64" in wanted:
        spoilt["b64_json"] = "%%% this is not base64 %%%"
    if "not-a-picture" in wanted:
        spoilt["b64_json"] = base64.b64encode(b"These bytes are text, not a picture.").decode()
    if "data-prefix" in wanted and "b64_json" in spoilt:
        spoilt["b64_json"] = f"data:{mime};base64,{spoilt['b64_json']}"
    if "empty-strings" in wanted:
        spoilt = {"url": "", "b64_json": "", "revised_prompt": ""} | spoilt
    return spoilt


def envelope(wanted: Wanted, good: Item) -> Item:
    """The whole answer, or a completed event, with its facts removed or made absurd."""
    spoilt = dict(good)
    if "no-usage" in wanted:
        spoilt = {key: value for key, value in spoilt.items() if key not in _DETAILS}
    if "absurd-usage" in wanted:
        spoilt["usage"] = {
            "input_tokens": -7,
            "input_tokens_details": None,
            "output_tokens": 10**15,
            "output_tokens_details": "plenty",
            "total_tokens": "many",
        }
    data = spoilt.get("data")
    if "fewer" in wanted and isinstance(data, list):
        spoilt["data"] = data[:-1]
    if "no-data" in wanted:
        spoilt.pop("data", None)
    return spoilt


def substitute(wanted: Wanted) -> Response | None:
    """A body that is no answer at all, when one was asked for."""
    if "bad-gateway" in wanted:
        return Response(_PAGE.format("502 Bad Gateway"), 502, mimetype="text/html")
    if "html" in wanted:
        return Response(_PAGE.format("Welcome to the captive portal"), mimetype="text/html")
    if "bad-json" in wanted:
        return Response('{"created": 1777371362, "data": [{"b64_json": ', mimetype="application/json")
    if "huge" in wanted:
        return Response(_huge(int(wanted["huge"] * _MEGABYTE)), mimetype="application/json")
    return None


def _huge(size: int) -> Iterator[bytes]:
    head, tail = b'{"created":1777371362,"data":[{"b64_json":"', b'"}]}'
    yield head
    left = max(0, size - len(head) - len(tail))
    block = b"A" * 65_536
    while left:
        yield block[:left]
        left -= min(left, len(block))
    yield tail


def cut(body: bytes) -> Response:
    """Half of ``body`` under the Content-Length of the whole, then a broken connection."""
    answer = Response(_halved(body), mimetype="application/json")
    answer.content_length = len(body)
    return answer


def _halved(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise broken()


def broken() -> ConnectionError:
    """Raised inside a body; a server then drops the connection, an in-process caller sees it as it is."""
    return ConnectionResetError("the emulator was asked to break this connection")


def cut_in_first(events: Iterable[bytes]) -> Iterator[bytes]:
    """Half of the first event, then a broken connection."""
    first = next(iter(events))
    yield first[: len(first) // 2]
    raise broken()
