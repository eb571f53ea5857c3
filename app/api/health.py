"""`GET /health/live` and `GET /health/ready`, for whatever watches the process."""

from __future__ import annotations

from flask import Response, jsonify

from app.api.errors import error_response
from app.domain.errors import Fault
from app.domain.sentences import joined, say
from app.edge.rooms import Entry, Room, Speech
from app.services.health import Health


def make_room(health: Health, *, practice: bool) -> Room:
    """Open to anyone: probes carry no token, and nothing here is worth hiding."""
    room = Room("api_health", __name__, entry=Entry.ANYONE, speech=Speech.JSON)

    @room.get("/health/live")
    def live() -> Response:
        return jsonify({"status": "live"})

    @room.get("/health/ready")
    def ready() -> Response:
        report = health.report()
        broken = [
            say("{check}: {outcome}", check=name, outcome=outcome)
            for name, outcome in report.items()
            if outcome != "ok"
        ]
        if broken:
            return error_response(Fault("not_ready", joined(*broken), retryable=True, details={"checks": report}))
        return jsonify({"status": "ready", "checks": report, "practice": practice})

    return room
