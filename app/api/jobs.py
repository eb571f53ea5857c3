"""`GET /api/jobs/<id>`, its events and previews, and `POST /api/jobs/<id>/cancel`."""

from __future__ import annotations

from flask import Response, jsonify, request

from app.api.answers import job_record
from app.domain.errors import StudioError
from app.domain.jobs import Event, Job
from app.domain.sentences import say
from app.edge.actors import current_actor
from app.edge.event_stream import EventStreams, ServerEvent
from app.edge.languages import told
from app.edge.rooms import Entry, Room, Speech
from app.services.jobs import Jobs


def make_room(jobs: Jobs, streams: EventStreams) -> Room:
    """The room of jobs as scripts see them."""
    room = Room("api_jobs", __name__, entry=Entry.OWNER, speech=Speech.JSON)

    @room.get("/api/jobs/<job_id>")
    def show(job_id: str) -> Response:
        return jsonify(job_record(jobs.find(current_actor().owner, job_id)))

    @room.post("/api/jobs/<job_id>/cancel")
    def cancel(job_id: str) -> Response:
        job = jobs.cancel(current_actor().owner, job_id)
        return jsonify({**job_record(job), "cancellation": told(_what_happened(job))})

    @room.get("/api/jobs/<job_id>/events")
    def events(job_id: str) -> Response:
        owner, after = current_actor().owner, _last_event_id(request.headers.get("Last-Event-ID", ""))
        if jobs.find(owner, job_id).state.is_final and not jobs.events(owner, job_id, after):
            return Response(status=204)  # by the standard, this keeps a browser from coming back for ever
        log = jobs.follow(owner, job_id)
        try:
            response = streams.respond(
                after,
                lambda after: [_server_event(event) for event in log.events(after)],
                log.wait,
            )
        except StudioError:
            log.close()
            raise
        response.call_on_close(log.close)
        return response

    @room.get("/api/jobs/<job_id>/previews/<digest>")
    def preview(job_id: str, digest: str) -> Response:
        data, mime_type = jobs.preview(current_actor().owner, job_id, digest)
        response = Response(data, mimetype=mime_type)
        response.headers["Cache-Control"] = "private, max-age=600"
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response

    return room


def _last_event_id(text: str) -> int:
    """Where to resume; from the beginning when the header is absent or not ours."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def _server_event(event: Event) -> ServerEvent:
    data = dict(event.data)
    if event.kind == "partial":
        data["url"] = f"/api/jobs/{event.job_id}/previews/{data.pop('digest')}"
    return ServerEvent(event.seq, event.kind, data, last=event.kind in ("done", "failed"))


def _what_happened(job: Job) -> str:
    if str(job.state) == "cancelled":
        return say("Cancelled before it was sent; nothing was charged.")
    if job.state.is_final:
        return say("Too late: the job has ended already.")
    return say("Too late: it was sent already. What comes back is kept and charged.")
