"""`POST /generate_image` and `POST /api/quote`."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from app.api.answers import finished, job_record, job_reference
from app.api.errors import error_response
from app.api.parsing import check_fields, read_json
from app.api.preferences import read_idempotency_key, read_preferences
from app.api.schemas import GENERATE, KIND, REUSE
from app.domain.errors import Fault, InvalidRequest, Problem
from app.domain.jobs import Job, State
from app.domain.requests import Generate
from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.generation import Generation
from app.services.library import Library

_PATIENCE_SECONDS = 30.0
"""How much longer than one call's deadline a script is kept waiting, for queueing and storing."""


def make_room(generation: Generation, library: Library, deadline_seconds: float) -> Room:
    """The room of paid JSON calls. `deadline_seconds` is how long one paid call may take."""
    room = Room("api_images", __name__, entry=Entry.OWNER, speech=Speech.JSON)

    @room.post("/generate_image")
    def generate_image() -> Response:
        body = check_fields(read_json(request), (*GENERATE, REUSE))
        reuse = body.pop("reuse", False)
        key = read_idempotency_key(request.headers)
        submission = generation.submit(
            current_actor().owner,
            _generate(body),
            key=f"api:{key}" if key else None,
            reuse=reuse,
        )
        wait = read_preferences(request.headers).wait
        patience = deadline_seconds + _PATIENCE_SECONDS
        job = generation.wait(submission.job, patience if wait is None else min(wait, patience))
        response = _answer(job, replayed=submission.replayed)
        if submission.replayed and key:
            response.headers["Idempotent-Replayed"] = "true"
        return response

    @room.post("/api/quote")
    def quote() -> Response:
        body = check_fields(read_json(request), (KIND, *GENERATE, REUSE))
        body.pop("reuse", None)
        kind = body.pop("kind", "generate")
        if kind != "generate":
            raise InvalidRequest((Problem("kind", "invalid_value", "'kind' must be: generate."),))
        wanted = _generate(body)
        quoted = generation.quote(wanted)
        return jsonify(
            {
                **quoted.as_record(),
                "model": wanted.model,
                "warnings": list(generation.warnings(wanted)),
                "practice": generation.practice,
            }
        )

    def _generate(values: dict[str, Any]) -> Generate:
        # A missing prompt is judged with everything else, so that all problems are told at once.
        return Generate(**{"prompt": "", "model": generation.default_model, **values})

    def _answer(job: Job, *, replayed: bool) -> Response:
        if job.state is State.DONE:
            return finished(job, library.read, replayed=replayed)
        if not job.state.is_final:
            response = jsonify({**job_record(job), "replayed": replayed})
            response.status_code = 202
            response.headers["Location"] = f"/api/jobs/{job.id}"
            return response
        fault = job.fault or Fault("cancelled", "The job was cancelled before it was sent; nothing was charged.")
        return error_response(fault, job=job_reference(job))

    return room
