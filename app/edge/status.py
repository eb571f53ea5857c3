"""Which HTTP status stands for which error code: the contract's table, once for pages and JSON."""

from __future__ import annotations

from app.domain.errors import Fault

_STATUS_OF_CODE = {
    "missing_prompt": 400,
    "invalid_json": 400,
    "invalid_value": 400,
    "invalid_type": 400,
    "unknown_parameter": 400,
    "invalid_image": 400,
    "invalid_mask": 400,
    "unsupported_by_model": 400,
    "content_rejected": 400,
    "upstream_invalid_request": 400,
    "bad_request": 400,
    "unauthorized": 401,
    "budget_exceeded": 402,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "body_too_large": 413,
    "picture_too_large": 413,
    "unsupported_media_type": 415,
    "idempotency_mismatch": 422,
    "rate_limited": 429,
    "upstream_auth": 502,
    "upstream_error": 502,
    "conversation_expired": 502,
    "unsupported_by_gateway": 502,
    "upstream_bad_response": 502,
    "outcome_unknown": 502,
    "upstream_unreachable": 503,
    "upstream_quota": 503,
    "storage_full": 503,
    "not_ready": 503,
    "cancelled": 409,
    "turn_open": 409,
    "internal_error": 500,
}


def status_of(fault: Fault) -> int:
    """The HTTP status for a fault. `outcome_unknown` is 504 when the deadline passed, else 502."""
    if fault.code == "outcome_unknown" and fault.details.get("deadline_passed"):
        return 504
    return _STATUS_OF_CODE.get(fault.code, 500)


CODE_OF_STATUS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "rate_limited",
    500: "internal_error",
    503: "not_ready",
}
"""For errors that Flask or Werkzeug raise themselves."""
