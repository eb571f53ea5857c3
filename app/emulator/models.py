"""GET /v1/models and /v1/models/ID. Source: fact sheet section 2.5."""

from __future__ import annotations

from datetime import UTC, datetime, time

from flask import Blueprint, Response, current_app, jsonify

from app.emulator.errors import ApiError
from app.emulator.registry import Model
from app.emulator.state import state_of

bp = Blueprint("models", __name__, url_prefix="/v1/models")


def _body(model: Model) -> dict[str, object]:
    created = datetime.combine(model.released, time(), UTC)
    return {
        "id": model.id,
        "object": "model",
        "created": int(created.timestamp()),
        "owned_by": "system",
        "shutdown_date": model.shutdown.isoformat() if model.shutdown else None,
    }


@bp.get("")
def listing() -> Response:
    """The models that answer today."""
    state = state_of(current_app)
    return jsonify({"object": "list", "data": [_body(model) for model in state.registry.available(state.today)]})


@bp.get("/<model_id>")
def show(model_id: str) -> Response:
    state = state_of(current_app)
    try:
        return jsonify(_body(state.registry.find(model_id, state.today)))
    except ApiError as error:
        # Here a missing model is a missing page, not a bad request.
        raise ApiError(404, error.message, param="model", code="model_not_found") from error
