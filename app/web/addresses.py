"""Where a job's form is, filled in with what was asked."""

from __future__ import annotations

from app.domain.jobs import Job
from app.domain.requests import Edit, Turn, Vary


def form_for(job: Job) -> str:
    """The address of the form that the job's request would have come from."""
    match job.request.wish:
        case Edit.kind:
            return f"/edit?job={job.id}"
        case Vary.kind:
            return f"/vary?job={job.id}"
        case Turn.kind:
            return f"/jobs/{job.id}/turn?again=1"
        case _:
            return f"/?from={job.id}"
