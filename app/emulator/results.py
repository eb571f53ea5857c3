"""GET /v1/legacy-results/NAME: pictures served by URL, as DALL·E and some gateways answered them."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from app.emulator.errors import ApiError
from app.emulator.state import state_of

PREFIX = "/v1/legacy-results"
bp = Blueprint("results", __name__, url_prefix=PREFIX)


@bp.get("/<name>")
def show(name: str) -> Response:
    """The bytes; needs no key, because the address is the secret. 404 once it has expired."""
    result = state_of(current_app).results.get(name)
    if result is None:
        raise ApiError(404, "This picture does not exist, or its link has expired.")
    return Response(result.data, mimetype=result.mime)
