"""The Flask application: keys, headers, error bodies, and the blueprints."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, date, datetime

from flask import Flask, Response, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException

from app.emulator import faults, files, images, models, responses, results
from app.emulator.errors import REQUEST, ApiError
from app.emulator.painting.fonts import Fonts
from app.emulator.refusals import server_error, wrong_key
from app.emulator.registry import Registry
from app.emulator.state import State, attach, state_of

# Sixteen pictures of 50 MB and their envelope.
_LARGEST_BODY = 850 * 1024 * 1024
# A JSON edit of a long prompt is read whole; multipart text parts are at most a prompt.
_LARGEST_FORM_TEXT = 1024 * 1024


def create_emulator(
    *,
    legacy: bool = False,
    preview: bool = False,
    today: date | None = None,
    public_url: str | None = None,
    key: str | None = None,
    pace: float = 0.0,
    fonts: Fonts | None = None,
) -> Flask:
    """A new, independent emulator as a WSGI application.

    ``legacy`` keeps retired models alive (DALL·E, variations, url results), ``preview`` grants gif, svg and
    the other gated options, ``today`` fixes the date that decides which models are retired (default: the
    real UTC date). ``public_url`` is the base of served result URLs (default: the request's host). With
    ``key``, only that bearer token is accepted; without, any that does not start with ``sk-invalid``.
    ``pace`` is the time in seconds between two streamed pictures.
    """
    app = Flask("atelier-emulator", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = _LARGEST_FORM_TEXT
    app.json.sort_keys = False  # type: ignore[attr-defined]  # set on the default provider, absent from the base
    registry = Registry(legacy=legacy, preview=preview)
    attach(app, State(registry, today, public_url, key, pace, fonts or Fonts()))
    app.before_request(_open)
    app.after_request(_headers)
    app.register_error_handler(ApiError, _refused)
    app.register_error_handler(HTTPException, _http_error)
    for blueprint in (images.bp, responses.bp, files.bp, models.bp, results.bp):
        app.register_blueprint(blueprint)
    return app


def _open() -> None:
    g.request_id = f"req_{secrets.token_hex(16)}"
    g.started = time.monotonic()
    if request.blueprint == results.bp.name:
        return
    _check_key()
    g.faults = faults.from_header(request.headers.get("X-Emulator-Fault"))
    if request.blueprint not in (images.bp.name, responses.bp.name):
        # Calls for pictures look at their faults once the prompt is known.
        state_of(current_app).refusals.check(g.faults, request.path, "gpt-image", g.key)


def _check_key() -> None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key:
        message = (
            "You didn't provide an API key. You need to provide your API key in an Authorization header using "
            "Bearer auth (i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from "
            "https://platform.openai.com/account/api-keys."
        )
        raise ApiError(401, message)
    required = state_of(current_app).key
    if key.startswith("sk-invalid") or (required is not None and not _same(key, required)):
        raise wrong_key(key)
    g.key = key


def _same(given: str, required: str) -> bool:
    return secrets.compare_digest(given.encode(), required.encode())


def _headers(response: Response) -> Response:
    spent = round((time.monotonic() - g.started) * 1000)
    response.headers.update(
        {
            "x-request-id": g.request_id,
            "openai-version": "2020-10-01",
            "openai-organization": "org-practice",
            "openai-processing-ms": str(spent),
            "x-ratelimit-limit-requests": "5000",
            "x-ratelimit-remaining-requests": "4999",
            "x-ratelimit-reset-requests": "12ms",
            "date": datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
        }
    )
    return response


def _refused(error: ApiError) -> Response:
    response = jsonify(error.body())
    response.status_code = error.status
    response.headers.update(error.headers)
    return response


def _http_error(error: HTTPException) -> Response:
    """What Werkzeug refuses, in the shape of the API. Wording of 405 and 413 unconfirmed."""
    status = error.code or 500
    if status >= 500:
        return _refused(server_error())
    messages = {
        404: f"Invalid URL ({request.method} {request.path})",
        405: f"Not allowed to {request.method} on {request.path}.",
        413: "The request body is too large.",
    }
    return _refused(ApiError(status, messages.get(status, "The request is malformed."), kind=REQUEST))
