"""Failures on request: a prompt that contains ``[[fault:NAME]]`` or ``[[fault:NAME=VALUE]]`` gets one.

The header ``X-Emulator-Fault: NAME=VALUE, NAME`` does the same for requests without a prompt. ``FAULTS`` is
the only list: it decides which names exist and is what ``--help`` prints. Marks are cut out of the prompt
before it is counted or drawn.
"""

from __future__ import annotations

import math
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass

from app.emulator import errors
from app.emulator.errors import ApiError

_MARK = re.compile(r"\s*\[\[fault:([a-z0-9-]+)(?:=([^\]\s]*))?\]\]")
_HEADER_ITEM = re.compile(r"([a-z0-9-]+)(?:=(\S+))?")
_LONGEST_WAIT = 600.0
_REMEMBERED_PROMPTS = 1_000


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
    Fault("cut-stream", "stream: the connection breaks after the first event"),
    Fault("stream-error", "stream: a nested error event after the first partial picture"),
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


class Refusals:
    """The faults that answer with an error; remembers prompts for the "first N calls" ones."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, wanted: Wanted, prompt: str, model: str, key: str) -> None:
        """Raises the ``ApiError`` that was asked for, if any; called before the request is validated."""
        if "rate-limit" in wanted:
            raise _rate_limited(model, wanted["rate-limit"])
        if self._among_first("rate-limit-times", wanted, prompt):
            raise _rate_limited(model, 0.05)
        if "server-error" in wanted or self._among_first("server-error-times", wanted, prompt):
            raise server_error()
        for name, make in _PLAIN_REFUSALS.items():
            if name in wanted:
                raise make
        if "auth" in wanted:
            raise wrong_key(key)
        if "verify" in wanted:
            raise _unverified(model)

    def _among_first(self, name: str, wanted: Wanted, prompt: str) -> bool:
        if name not in wanted:
            return False
        with self._lock:
            count = self._seen.pop((name, prompt), 0) + 1
            self._seen[name, prompt] = count
            if len(self._seen) > _REMEMBERED_PROMPTS:
                self._seen.popitem(last=False)
        return count <= wanted[name]


def _rate_limited(model: str, seconds: float) -> ApiError:
    message = (
        f"Rate limit reached for {model} in organization org-practice on input-images per min: "
        f"Limit 5, Used 5, Requested 1. Please try again in {seconds:g}s."
    )
    headers = {"Retry-After": str(max(1, math.ceil(seconds))), "Retry-After-Ms": str(round(seconds * 1000))}
    return ApiError(429, message, kind="input-images", code="rate_limit_exceeded", headers=headers)


def server_error() -> ApiError:
    message = "The server had an error while processing your request. Sorry about that!"
    return ApiError(500, message, kind="server_error", code="server_error")


def wrong_key(key: str) -> ApiError:
    """The key is echoed the way the API does it, with its middle hidden."""
    hidden = key if len(key) < 12 else f"{key[:8]}{'*' * min(len(key) - 12, 24)}{key[-4:]}"
    message = (
        f"Incorrect API key provided: {hidden}. "
        "You can find your API key at https://platform.openai.com/account/api-keys."
    )
    return ApiError(401, message, code="invalid_api_key")


def _unverified(model: str) -> ApiError:
    message = (
        f"Your organization must be verified to use the model `{model}`. Please go to: "
        "https://platform.openai.com/settings/organization/general and click on Verify Organization. "
        "If you just verified, it can take up to 15 minutes for access to propagate."
    )
    return ApiError(403, message, code="unsupported_model")  # this code is unconfirmed


def moderated(wanted: Wanted, stage: str, request_id: str, *, dall_e: bool) -> None:
    """Raises the moderation refusal for ``stage`` ("input" or "output") when it was asked for."""
    name = "moderation" if stage == "input" else "moderation-output"
    if name in wanted:
        raise errors.blocked(request_id, stage, dall_e=dall_e)
