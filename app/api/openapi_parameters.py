"""Headers and pieces of paths that requests bring: the parameters of `/openapi.json`."""

from __future__ import annotations

from typing import Any

from app.api.openapi_shapes import DIGEST_PATTERN, ID_PATTERN


def parameters() -> dict[str, dict[str, Any]]:
    """The parameter components, by name."""

    def header(name: str, description: str, **schema: Any) -> dict[str, Any]:
        return {"name": name, "in": "header", "description": description, "schema": {"type": "string", **schema}}

    def in_path(name: str, pattern: str, description: str) -> dict[str, Any]:
        schema = {"type": "string", "pattern": pattern}
        return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}

    return {
        "job_id": in_path("job_id", ID_PATTERN, "A job's id."),
        "digest": in_path("digest", DIGEST_PATTERN, "As in the url of a partial event."),
        "idempotency_key": header(
            "Idempotency-Key",
            "The same key and the same request lead to the same job and the same answer, also while it is running.",
            pattern="^[!-~]{1,255}$",
        ),
        "prefer": header(
            "Prefer",
            "`respond-async`: answer 202 at once. `wait=20`: answer 202 if it is not done after 20 seconds (RFC 7240). "
            "Whatever else it says is ignored.",
        ),
        "last_event_id": header("Last-Event-ID", "Resume after this event; ignored when it is none of ours."),
    }
