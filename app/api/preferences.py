"""Request headers that say how to answer: `Prefer` (RFC 7240) and `Idempotency-Key`."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import Headers

from app.domain.errors import InvalidRequest, Problem
from app.domain.sentences import say

_MAX_KEY_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Preferences:
    """`wait`: seconds to wait for the job before answering 202; `None` waits as long as a call may take."""

    wait: float | None = None


def read_preferences(headers: Headers) -> Preferences:
    """Unknown or malformed preferences are ignored, as RFC 7240 asks."""
    for part in ",".join(headers.getlist("Prefer")).split(","):
        name, _, value = part.partition(";")[0].strip().lower().partition("=")
        if name.strip() == "respond-async":
            return Preferences(wait=0.0)
        text = value.strip().strip('"')
        if name.strip() == "wait" and text.isdecimal() and len(text) <= 6:
            return Preferences(wait=float(text))
    return Preferences()


def read_idempotency_key(headers: Headers) -> str | None:
    """The key, or `None`. Raises `InvalidRequest` when it is not 1 to 255 visible ASCII characters."""
    key = headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 1 <= len(key) <= _MAX_KEY_LENGTH or any(not "!" <= character <= "~" for character in key):
        sentence = say("Idempotency-Key must be 1 to {most} visible ASCII characters.", most=_MAX_KEY_LENGTH)
        raise InvalidRequest((Problem("Idempotency-Key", "invalid_value", sentence),))
    return key
