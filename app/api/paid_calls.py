"""What every paid call over JSON does: admit the job, wait for it as long as the client likes, answer."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, jsonify
from werkzeug.datastructures import Headers

from app.api.answers import finished, job_record, job_reference
from app.api.errors import error_response
from app.api.preferences import read_idempotency_key, read_preferences
from app.domain.errors import Fault
from app.domain.jobs import Job, State
from app.domain.requests import AnyRequest
from app.services.generation import Generation
from app.services.library import Library

PATIENCE_SECONDS = 30.0
"""How much longer than one call's deadline a script is kept waiting, for queueing and storing."""


@dataclass(frozen=True, slots=True)
class PaidCalls:
    """`deadline_seconds` is how long one paid call may take."""

    generation: Generation
    library: Library
    deadline_seconds: float

    def answer(self, owner: str, wanted: AnyRequest, headers: Headers, *, reuse: bool) -> Response:
        """Submit and wait, as `Idempotency-Key` and `Prefer` say. Raises what `Generation.submit` raises."""
        key = read_idempotency_key(headers)
        submission = self.generation.submit(owner, wanted, key=f"api:{key}" if key else None, reuse=reuse)
        wait = read_preferences(headers).wait
        patience = self.deadline_seconds + PATIENCE_SECONDS
        job = self.generation.wait(submission.job, patience if wait is None else min(wait, patience))
        response = self._respond(job, replayed=submission.replayed)
        if submission.replayed and key:
            response.headers["Idempotent-Replayed"] = "true"
        return response

    def _respond(self, job: Job, *, replayed: bool) -> Response:
        if job.state is State.DONE and not job.pictures:
            gone = Fault("not_found", "The pictures of this job were deleted since; what they cost stays charged.")
            return error_response(gone, job=job_reference(job))
        if job.state is State.DONE:
            return finished(job, self.library.read, replayed=replayed)
        if not job.state.is_final:
            response = jsonify({**job_record(job), "replayed": replayed})
            response.status_code = 202
            response.headers["Location"] = f"/api/jobs/{job.id}"
            return response
        fault = job.fault or Fault("cancelled", "The job was cancelled before it was sent; nothing was charged.")
        return error_response(fault, job=job_reference(job))
