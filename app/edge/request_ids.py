"""An id for every request: in its answer, in its errors, and on every line that it logs.

A caller's own `X-Request-Id` is not taken over: ids in the log are ours, so that nobody can make
two requests look like one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from flask import Flask, Response, g, request

from app.domain.ids import new_id
from app.edge.actors import actor_or_none

_LONGEST_PATH = 200


class Log(Protocol):
    """`observability.logs.logger(name)`."""

    def __call__(self, event: str, **fields: object) -> None: ...


class Bind(Protocol):
    """`observability.logs.bind`."""

    def __call__(self, **fields: object) -> None: ...


def identify_requests(app: Flask, *, log: Log, bind: Bind, clear: Callable[[], None]) -> None:
    """Give ids, and log one line when a request's answer has been sent (or its client went away).

    The line has method, path, status, duration in milliseconds, request id and the actor's way in;
    no query, header or body, which may hold secrets.
    """

    @app.before_request
    def begin() -> None:
        clear()
        g.request_id = new_id()
        g.began = time.monotonic()
        bind(request_id=g.request_id)

    @app.after_request
    def finish(response: Response) -> Response:
        request_id, began = g.request_id, g.began
        actor = actor_or_none()
        fields: dict[str, object] = {
            "method": request.method,
            "path": request.path[:_LONGEST_PATH],
            "status": response.status_code,
            "way": actor.way if actor else None,
            "request_id": request_id,
        }
        response.headers["X-Request-Id"] = request_id

        def written() -> None:
            log("request", **fields, duration_ms=round((time.monotonic() - began) * 1000, 1))
            clear()

        response.call_on_close(written)
        return response
