"""What is known about a call that did not end well, read from whatever shape it came in."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

import httpx2
import jiter

from app.provider.wording import Cleaner

_WAIT = re.compile(r"(?:try again|retry)\s+(?:in|after)\s+(.{1,40})", re.IGNORECASE)
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|milli|s|m|h)", re.IGNORECASE)
_SECONDS = {"ms": 0.001, "milli": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_VIOLATIONS = re.compile(r"safety_violations=\[([^\]]{0,200})\]")
_SHORTEST_WAIT, _LONGEST_WAIT = 1.0, 120.0

_UNSENT_ERRORS = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
_MISUSE_ERRORS = (httpx2.LocalProtocolError, httpx2.UnsupportedProtocol)


class Cause(StrEnum):
    """Where it went wrong."""

    UNSENT = "unsent"
    """No byte of the request left."""
    MISUSE = "misuse"
    """The request cannot be sent at all, as it or the configuration stands."""
    LOST = "lost"
    """It was sent, and no whole answer came back."""
    STATUS = "status"
    """The answer's HTTP status says no."""
    EVENT = "event"
    """An error event inside a stream that began well."""
    CONTENT = "content"
    """A successful answer without anything usable in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """All that the table in `translate.py` may look at. Texts from outside are cleaned already.

    `drawn`: a preview, or a part of a turn's answer, had arrived, so something ran. `late`: our deadline had passed.
    `retry_after`: seconds, 1 to 120.
    """

    cause: Cause
    status: int | None = None
    code: str = ""
    kind: str = ""
    param: str | None = None
    words: str = ""
    retry_after: float | None = None
    request_id: str | None = None
    stage: str | None = None
    categories: tuple[str, ...] = ()
    drawn: bool = False
    late: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)


def of_transport(error: BaseException | None, deadline: float) -> Symptom:
    """From an httpx2 exception; `deadline` in `time.monotonic()` seconds."""
    if isinstance(error, _UNSENT_ERRORS):
        cause = Cause.UNSENT
    elif isinstance(error, (*_MISUSE_ERRORS, UnicodeError)):
        cause = Cause.MISUSE
    else:
        cause = Cause.LOST
    return Symptom(cause=cause, late=time.monotonic() >= deadline)


def of_response(response: httpx2.Response, cleaner: Cleaner) -> Symptom:
    """From an answer with an error status, whose (bounded) body was read."""
    return _described(
        _error_in(response.content),
        cleaner,
        cause=Cause.STATUS,
        status=response.status_code,
        headers=response.headers,
        request_id=cleaner.clean(response.headers.get("x-request-id"), 200) or None,
    )


def of_event(event: Mapping[str, Any], cleaner: Cleaner, *, drawn: bool, request_id: str | None) -> Symptom:
    """From an error event: nested (`error` holds the fields, or that of its `response`) or flat (the event does)."""
    response = event.get("response")
    response = response if isinstance(response, Mapping) else {}
    error = event.get("error") or response.get("error") or event
    if error is event:
        error = {name: value for name, value in event.items() if name != "type"}
    # Tokens that are reported were used, and are billed.
    usage = response.get("usage")
    has_run = drawn or (isinstance(usage, Mapping) and bool(usage.get("total_tokens")))
    return _described(error, cleaner, cause=Cause.EVENT, drawn=has_run, request_id=request_id)


def of_content(sentence: str, *, request_id: str | None = None, extra: Mapping[str, Any] | None = None) -> Symptom:
    """From an answer that says 200 and holds nothing usable; our `sentence` says what is the matter."""
    return Symptom(cause=Cause.CONTENT, words=sentence, request_id=request_id, extra=dict(extra or {}))


def _described(
    error: object,
    cleaner: Cleaner,
    *,
    cause: Cause,
    request_id: str | None,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    drawn: bool = False,
) -> Symptom:
    fields: Mapping[str, Any] = error if isinstance(error, Mapping) else {"message": error}
    words = cleaner.clean(fields.get("message"))
    moderation = fields.get("moderation_details")
    stage, categories = _moderation(moderation if isinstance(moderation, Mapping) else {}, words, cleaner)
    return Symptom(
        cause=cause,
        status=status,
        code=_token(fields.get("code"), cleaner),
        kind=_token(fields.get("type"), cleaner),
        param=cleaner.clean(fields.get("param"), 100) or None,
        words=words,
        retry_after=_retry_after(headers or {}, words),
        request_id=request_id,
        stage=stage,
        categories=categories,
        drawn=drawn,
    )


def _error_in(body: bytes) -> object:
    """The error in a body, in any of the shapes that OpenAI and gateways use.

    Known: `{"error": {…}}`, `{"error": "text"}`, `{"detail": "text"}`, FastAPI's list in `detail`,
    the bare fields, and a line of plain text. A page of HTML has nothing to say to anybody.
    """
    try:
        data = jiter.from_json(body)
    except ValueError:
        text = body.decode("utf-8", "replace").strip()
        return "" if text.startswith("<") else text
    for _ in range(3):
        if isinstance(data, list) and data:
            data = data[0]
        if not isinstance(data, dict):
            return data
        for wrapper in ("error", "detail", "errors"):
            if data.get(wrapper):
                data = data[wrapper]
                break
        else:
            break
    if isinstance(data, dict) and "message" not in data:
        # FastAPI: {"loc": ["body", "size"], "msg": "…", "type": "…"}
        place = data.get("loc")
        return {
            **data,
            "message": data.get("msg"),
            "param": str(place[-1]) if isinstance(place, list) and place else None,
        }
    return data


def _token(value: object, cleaner: Cleaner) -> str:
    """A code or type; some gateways use numbers."""
    return str(value) if isinstance(value, int) else cleaner.clean(value, 100)


def _moderation(details: Mapping[str, Any], words: str, cleaner: Cleaner) -> tuple[str | None, tuple[str, ...]]:
    stage = details.get("moderation_stage")
    listed = details.get("categories")
    if not isinstance(listed, list):
        match = _VIOLATIONS.search(words)
        listed = match[1].split(",") if match else []
    categories = tuple(name for item in listed[:20] if (name := cleaner.clean(item, 60)))
    return (stage if stage in ("input", "output") else None), categories


def _retry_after(headers: Mapping[str, str], words: str) -> float | None:
    """Seconds to wait, from the headers, else from the message; clamped to 1–120, `None` if unknown."""
    seconds = _number(headers.get("retry-after-ms"))
    seconds = seconds / 1000 if seconds is not None else _number(headers.get("retry-after"))
    if seconds is None and "retry-after" in headers:
        try:
            seconds = parsedate_to_datetime(headers["retry-after"]).timestamp() - time.time()
        except (ValueError, OverflowError):
            seconds = None
    if seconds is None and (match := _WAIT.search(words)):
        spans = _SPAN.findall(match[1])
        seconds = sum(float(value) * _SECONDS[unit.lower()] for value, unit in spans) if spans else None
    return None if seconds is None else min(max(seconds, _SHORTEST_WAIT), _LONGEST_WAIT)


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None
