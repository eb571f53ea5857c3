"""Error pages: what happened, what it cost, what to do."""

from __future__ import annotations

import math

from flask import Response, g

from app.domain.errors import Fault
from app.web.explanations import explain_fault
from app.web.pages import ErrorPage, render


def render_error(fault: Fault, status: int) -> Response:
    """The page for a fault. It asks no database, so that it also works when that is what failed."""
    page = ErrorPage(
        status=status,
        explanation=explain_fault(fault),
        request_id=g.get("request_id"),
        again=fault.retryable,
    )
    response = render(page, status)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, math.ceil(fault.retry_after)))
    return response
