"""The faults that answer with an error instead of pictures.

Source of the bodies: fact sheet section 4; what is unconfirmed there is marked here.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict

from app.emulator import errors
from app.emulator.errors import ApiError
from app.emulator.faults import Wanted

_REMEMBERED_PROMPTS = 1_000


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
        if "overloaded" in wanted:
            message = "The server is currently overloaded. Please try again later."
            raise ApiError(503, message, kind="server_error", code="server_is_overloaded")
        if "quota" in wanted:
            message = "You exceeded your current quota, please check your plan and billing details."
            raise ApiError(429, message, kind="insufficient_quota", code="insufficient_quota")
        if "billing" in wanted:
            # The type of this one is unconfirmed.
            raise ApiError(400, "Billing hard limit has been reached", code="billing_hard_limit_reached")
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
