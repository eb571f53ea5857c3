"""The one error shape, for everything that speaks JSON."""

from __future__ import annotations

import math
from typing import Any

from flask import Response, g, jsonify

from app.domain.errors import Fault, Problem
from app.edge.languages import told
from app.edge.status import status_of

_RATE_WINDOW_SECONDS = 60.0
"""When to come back where nobody said: providers count their rate limits by the minute."""


def error_response(
    fault: Fault,
    *,
    status: int | None = None,
    problems: tuple[Problem, ...] = (),
    job: dict[str, str] | None = None,
) -> Response:
    """`{"error", "code", "param", "retryable", "request_id", "job"}`, with the status of its code.

    Sentences are in the language that `Accept-Language` asks for, English unless it says otherwise.
    `problems` lists everything that is wrong with a request, not only the first thing; `details`
    holds what the code has to say beyond a sentence (what is left under a cap, the stage of a
    moderation).
    """
    body: dict[str, Any] = {
        "error": told(fault.message),
        "code": fault.code,
        "param": fault.param,
        "retryable": fault.retryable,
        "request_id": g.get("request_id"),
        "job": job,
    }
    if problems:
        body["problems"] = [{"field": p.field, "code": p.code, "message": told(p.message)} for p in problems]
    if fault.details:
        body["details"] = fault.details
    response = jsonify(body)
    response.status_code = status or status_of(fault)
    retry_after = fault.retry_after
    if retry_after is None and response.status_code == 429:
        retry_after = _RATE_WINDOW_SECONDS
    if retry_after is not None:
        response.headers["Retry-After"] = str(max(1, math.ceil(retry_after)))
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Atelier"'
    return response
