"""What every paid call over JSON does: admit the job, wait for it as long as the client likes, answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, jsonify
from werkzeug.datastructures import Headers

from app.api.answers import finished, job_record, job_reference
from app.api.errors import error_response
from app.api.preferences import read_idempotency_key, read_preferences
from app.domain.errors import Fault
from app.domain.jobs import Job, State
from app.domain.requests import AnyRequest
from app.domain.sentences import say
from app.services.generation import Generation, Submission
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
        return self.respond(self.generation.submit(owner, wanted, key=job_key(headers), reuse=reuse), headers)

    def respond(
        self, submission: Submission, headers: Headers, place: Mapping[str, Mapping[str, Any]] | None = None
    ) -> Response:
        """Wait, and answer. `place`: the conversation and the turn that the job answers, to be told with it."""
        wait = read_preferences(headers).wait
        patience = self.deadline_seconds + PATIENCE_SECONDS
        job = self.generation.wait(submission.job, patience if wait is None else min(wait, patience))
        response = self._respond(job, submission.replayed, place or {})
        if submission.replayed and read_idempotency_key(headers):
            response.headers["Idempotent-Replayed"] = "true"
        return response

    def _respond(self, job: Job, replayed: bool, place: Mapping[str, Mapping[str, Any]]) -> Response:
        if job.state is State.DONE and not job.pictures and job.deleted:
            sentence = say("The pictures of this job were deleted since; what they cost stays charged.")
            return error_response(Fault("not_found", sentence), job=job_reference(job))
        if job.state is State.DONE:
            return finished(job, self.library.read, replayed=replayed, place=place)
        if not job.state.is_final:
            response = jsonify({**job_record(job), **place, "replayed": replayed})
            response.status_code = 202
            response.headers["Location"] = f"/api/jobs/{job.id}"
            return response
        sentence = say("The job was cancelled before it was sent; nothing was charged.")
        fault = job.fault or Fault("cancelled", sentence)
        ids = {name: value["id"] for name, value in place.items()}
        return error_response(replace(fault, details={**fault.details, **ids}), job=job_reference(job))


def job_key(headers: Headers) -> str | None:
    """The key that a script's `Idempotency-Key` is kept under. Raises `InvalidRequest`."""
    key = read_idempotency_key(headers)
    return f"api:{key}" if key else None
