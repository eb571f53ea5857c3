"""`GET /jobs/<id>`: progress, then the pictures, or what went wrong and what to do about it.

`POST /jobs/<id>/cancel`, `…/again` (the same request as a new job), `…/not-billed` (its hold is released).
"""

from __future__ import annotations

import time
from statistics import median

import pybase64
from flask import Response, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import NotFound
from app.domain.ids import is_id, new_id
from app.domain.jobs import Job, State
from app.domain.pictures import Picture
from app.domain.requests import Turn, Vary
from app.domain.sentences import say
from app.edge.actors import current_actor
from app.edge.rooms import Entry, Room, Speech
from app.services.generation import Generation
from app.services.jobs import Jobs
from app.services.library import Library
from app.web.addresses import form_for
from app.web.back import found_again
from app.web.doubts import again, doubt_about, once_more
from app.web.explanations import explain_job
from app.web.facts import brief_of, facts_of, is_surprising
from app.web.job_pages import JobPage, Result
from app.web.made_from import before, drift_told, sources_of
from app.web.pages import render
from app.web.progress import frames_to_come, refresh_seconds, stage_of
from app.web.wording import excerpt

_UNTIMED_SECONDS = 120.0
_SHORTEST_WONDER_SECONDS = 10.0


def make_room(jobs: Jobs, library: Library, generation: Generation) -> Room:
    """The room of jobs."""
    room = Room("jobs", __name__, entry=Entry.OWNER, speech=Speech.PAGES)

    @room.get("/jobs/<job_id>")
    def show(job_id: str) -> Response:
        job = jobs.find(current_actor().owner, job_id)
        elapsed = (job.finished_at or time.time()) - job.created_at
        explanation = explain_job(job)
        prompt = "" if job.request.wish == Vary.kind else getattr(job.request, "prompt", "")
        name = excerpt(prompt) or (say("Variations") if job.request.wish == Vary.kind else "")
        stage = stage_of(job, explanation)
        is_done = job.state is State.DONE
        facts = facts_of(job) if is_done else ()
        repeat = once_more(job, generation) if is_done else again(job, generation)
        typical = None if job.state.is_final else _typical_seconds(job)
        response = render(
            JobPage(
                job=job,
                title=say("{stage} – {name}", stage=stage, name=name) if name else stage,
                stage=stage,
                prompt=prompt,
                form=form_for(job),
                sources=sources_of(job),
                elapsed=elapsed,
                typical=typical,
                slow_after=_slow_after(typical),
                can_cancel=any(attempt.state.is_sendable for attempt in job.attempts),
                resumes_in=_resumes_in(job),
                refresh_seconds=refresh_seconds(elapsed),
                frames=() if job.state.is_final else frames_to_come(job, jobs.newest_previews(job)),
                results=tuple(_result(job, picture) for picture in job.pictures),
                facts=facts,
                brief=brief_of(job, _title_of(job)) if is_done else (),
                is_surprising=is_surprising(job, facts),
                explanation=explanation,
                doubt=doubt_about(job),
                again=repeat,
            )
        )
        return found_again(response) if repeat else response

    @room.post("/jobs/<job_id>/cancel")
    def cancel(job_id: str) -> AnyResponse:
        # Whether it came in time is told by the page itself: by what the job is then.
        job = jobs.cancel(current_actor().owner, job_id)
        return redirect(f"/jobs/{job.id}/turn" if isinstance(job.request, Turn) else f"/jobs/{job.id}", 303)

    @room.post("/jobs/<job_id>/again")
    def make_again(job_id: str) -> AnyResponse:
        owner = current_actor().owner
        job = jobs.find(owner, job_id)
        if not job.state.is_final:
            return redirect(f"/jobs/{job.id}", 303)  # it may still bring what was asked
        if isinstance(job.request, Turn):
            return redirect(form_for(job), 303)  # it has a place in its conversation
        submission = request.form.get("submission", "")
        key = f"form:{submission if is_id(submission) else new_id()}"
        return redirect(f"/jobs/{generation.submit(owner, job.request, key=key).job.id}", 303)

    @room.post("/jobs/<job_id>/not-billed")
    def not_billed(job_id: str) -> AnyResponse:
        job = jobs.release_hold(current_actor().owner, job_id)
        return redirect(f"/jobs/{job.id}", 303)

    def _result(job: Job, picture: Picture) -> Result:
        return Result(picture, _data_uri(picture), before=before(job, picture), drift=drift_told(job, picture))

    def _data_uri(picture: Picture) -> Markup | None:
        try:
            data = library.read(picture)
        except NotFound:
            return None
        # Markup: base64 and our own list of types need no escaping, and escaping megabytes takes longest of all.
        return Markup(f"data:{picture.mime_type};base64,{pybase64.b64encode(data).decode('ascii')}")  # noqa: S704

    def _title_of(job: Job) -> str:
        return generation.catalogue.model_or_generic(job.request.model).title

    def _typical_seconds(job: Job) -> float | None:
        """The median time of this owner's recent jobs like this one."""
        times = [
            earlier.finished_at - earlier.created_at
            for earlier in jobs.recent(job.owner, limit=50)
            if earlier.state is State.DONE and earlier.finished_at and _likeness(earlier) == _likeness(job)
        ]
        return median(times) if times else None

    return room


def _likeness(job: Job) -> tuple[object, ...]:
    """What the time a job takes depends on most."""
    request = job.request
    return request.wish, request.model, getattr(request, "quality", None), request.count, job.practice


def _slow_after(typical: float | None) -> float:
    """Seconds after which a person may wonder; models that nobody timed here take up to two minutes."""
    return _UNTIMED_SECONDS if typical is None else max(2 * typical, _SHORTEST_WONDER_SECONDS)


def _resumes_in(job: Job) -> float | None:
    if job.state is not State.WAITING:
        return None
    due = min(attempt.not_before for attempt in job.attempts if attempt.state is State.WAITING)
    return max(1.0, due - time.time())
