"""Pictures served by URL, as the DALL·E models (and some gateways) answered them.

Source: fact sheet section 2.1: such a URL lives 60 minutes.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, request

from app.emulator.errors import ApiError
from app.emulator.state import state_of

LIFE_SECONDS = 3_600
_MOST_KEPT = 200

bp = Blueprint("results", __name__, url_prefix="/v1/legacy-results")


@dataclass(frozen=True)
class Result:
    """One served picture; ``expires`` is on the monotonic clock."""

    data: bytes
    mime: str
    expires: float


class ResultStore:
    """Thread-safe; holds the newest pictures only."""

    def __init__(self) -> None:
        self._results: dict[str, Result] = {}
        self._lock = threading.Lock()

    def add(self, data: bytes, mime: str) -> str:
        """Keeps the picture and returns the name under which it is served."""
        name = f"img-{secrets.token_hex(12)}.{mime.removeprefix('image/').removesuffix('+xml')}"
        with self._lock:
            self._results[name] = Result(data, mime, time.monotonic() + LIFE_SECONDS)
            while len(self._results) > _MOST_KEPT:
                del self._results[next(iter(self._results))]
        return name

    def get(self, name: str) -> Result | None:
        with self._lock:
            result = self._results.get(name)
        return result if result and result.expires > time.monotonic() else None


def url_for_picture(data: bytes, mime: str) -> str:
    """Keeps the picture and returns its absolute URL."""
    state = state_of(current_app)
    base = (state.public_url or request.host_url).rstrip("/")
    return f"{base}{bp.url_prefix}/{state.results.add(data, mime)}"


@bp.get("/<name>")
def show(name: str) -> Response:
    result = state_of(current_app).results.get(name)
    if result is None:
        raise ApiError(404, "This picture does not exist, or its link has expired.")
    return Response(result.data, mimetype=result.mime)
