"""Failures on request: a prompt that contains ``[[fault:NAME]]`` or ``[[fault:NAME=VALUE]]`` gets one.

The header ``X-Emulator-Fault: NAME=VALUE, NAME`` does the same for requests without a prompt. ``FAULTS`` is
the only list: it decides which names exist and is what ``--help`` prints. Marks are cut out of the prompt
before it is counted or drawn.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from app.emulator.errors import ApiError

_MARK = re.compile(r"\s*\[\[fault:([a-z0-9-]+)(?:=([^\]\s]*))?\]\]")
_HEADER_ITEM = re.compile(r"([a-z0-9-]+)(?:=(\S+))?")
_LONGEST_WAIT = 600.0


@dataclass(frozen=True)
class Fault:
    """One row of the table. ``default`` is the value without ``=``; None means that it takes no value."""

    name: str
    summary: str
    default: float | None = None
    unit: str = ""


FAULTS = (
    Fault("rate-limit", "429 rate_limit_exceeded; Retry-After says how long", 1.0, "SECONDS"),
    Fault("rate-limit-times", "the first N calls with this prompt get 429, later ones work", 1.0, "N"),
    Fault("server-error-times", "the first N calls with this prompt get 500, later ones work", 1.0, "N"),
    Fault("quota", "429 insufficient_quota"),
    Fault("billing", "400 billing_hard_limit_reached"),
    Fault("auth", "401 invalid_api_key"),
    Fault("verify", "403, the organization must be verified"),
    Fault("server-error", "500 server_error"),
    Fault("overloaded", "503 server_is_overloaded"),
    Fault("bad-gateway", "502 with a page of HTML"),
    Fault("moderation", "400 moderation_blocked, stage input"),
    Fault("moderation-output", "moderation_blocked, stage output, after the picture was drawn"),
    Fault("slow", "waits before it answers", 5.0, "SECONDS"),
    Fault("cut", "the connection breaks in the middle of the body"),
    Fault("cut-stream", "stream: the connection breaks after the partial pictures"),
    Fault("stream-error", "stream: a nested error event after the partial pictures"),
    Fault("stream-flat-error", "stream: a flat error event, as some relays send"),
    Fault("stream-json", "stream: plain JSON although a stream was asked for"),
    Fault("html", "200 with a page of HTML"),
    Fault("bad-json", "200 with broken JSON"),
    Fault("no-data", "200 without any data field"),
    Fault("bad-base64", "b64_json is not base64"),
    Fault("not-a-picture", "b64_json decodes to plain text"),
    Fault("data-prefix", "b64_json starts with data:image/...;base64,"),
    Fault("empty-strings", "unused fields are empty strings instead of absent"),
    Fault("url", "answers a url, which works, instead of b64_json"),
    Fault("no-usage", "no usage, size, quality, background or output_format in the answer"),
    Fault("absurd-usage", "impossible token counts of wrong types"),
    Fault("fewer", "one picture fewer than asked for"),
    Fault("huge", "a body of that many megabytes", 100.0, "MB"),
    Fault("chain-expired", "responses: previous_response_id is not found, whatever it is"),
    Fault("call-failed", "responses: the image call fails inside a completed response"),
    Fault("words-only", "responses: words without any image call"),
    Fault("no-picture", "responses: completed with neither picture nor words"),
    Fault("response-failed", "responses: status failed, as a stream after the partial pictures"),
    Fault("incomplete", "responses: status incomplete, nothing was drawn"),
    Fault("wrong-size", "draws half the width and height that it reports"),
)

Wanted = dict[str, float]


def described() -> str:
    """The table, one line each, for ``--help``."""
    rows = [(f"{f.name}={f.unit}" if f.unit else f.name, f.summary) for f in FAULTS]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"  {name:<{width}}  {summary}" for name, summary in rows)


def _value(name: str, text: str | None) -> float:
    fault = next((fault for fault in FAULTS if fault.name == name), None)
    if fault is None:
        raise ApiError(400, f"The emulator has no fault named '{name}'.", code="unknown_fault")
    if not text:
        return fault.default or 0.0
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if fault.default is None or not 0 <= value <= 100_000:
        raise ApiError(400, f"The fault '{name}' does not take the value '{text}'.", code="unknown_fault")
    return value


def from_prompt(prompt: str) -> tuple[str, Wanted]:
    """The prompt without its marks, and what the marks ask for.

    Raises ``ApiError`` 400 ``unknown_fault`` for a mark that is not in the table: a misspelt fault must not
    pass for a working call.
    """
    wanted = {match[1]: _value(match[1], match[2]) for match in _MARK.finditer(prompt)}
    return (_MARK.sub("", prompt).strip() if wanted else prompt), wanted


def from_header(header: str | None) -> Wanted:
    """What ``X-Emulator-Fault`` asks for; raises as ``from_prompt``."""
    wanted: Wanted = {}
    for item in (header or "").split(","):
        match = _HEADER_ITEM.fullmatch(item.strip())
        if match:
            wanted[match[1]] = _value(match[1], match[2])
        elif item.strip():
            raise ApiError(400, f"The emulator has no fault named '{item.strip()}'.", code="unknown_fault")
    return wanted


def pause(wanted: Wanted) -> float:
    """Seconds to wait before answering."""
    return min(wanted.get("slow", 0.0), _LONGEST_WAIT)
