"""`GET /api/jobs/<id>` and `POST /api/jobs/<id>/cancel`."""

from __future__ import annotations

from flask import Response, jsonify

from app.api.answers import job_record
from app.domain.jobs import Job
from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.jobs import Jobs


def make_room(jobs: Jobs) -> Room:
    """The room of jobs as scripts see them."""
    room = Room("api_jobs", __name__, entry=Entry.OWNER, speech=Speech.JSON)

    @room.get("/api/jobs/<job_id>")
    def show(job_id: str) -> Response:
        return jsonify(job_record(jobs.find(current_actor().owner, job_id)))

    @room.post("/api/jobs/<job_id>/cancel")
    def cancel(job_id: str) -> Response:
        job = jobs.cancel(current_actor().owner, job_id)
        return jsonify({**job_record(job), "cancellation": _what_happened(job)})

    return room


def _what_happened(job: Job) -> str:
    if str(job.state) == "cancelled":
        return "Cancelled before it was sent; nothing was charged."
    if job.state.is_final:
        return "Too late: the job has ended already."
    return "Too late: it was sent already. What comes back is kept and charged."
