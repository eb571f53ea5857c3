"""Pictures that are still being drawn, shown in the library where they will be."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.jobs import State
from app.domain.sentences import say
from app.services.jobs import Jobs
from app.web.made_from import coming_size
from app.web.shapes import shape_of
from app.web.wording import excerpt

_LOOKED_AT = 30
"""Jobs that are looked at: whoever has more under way at once sees the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingPicture:
    """One of the pictures that a job will bring. `stage` in words; `shape`: see `shapes.py`."""

    job_id: str
    title: str
    stage: str
    shape: str


def coming_pictures(jobs: Jobs, owner: str) -> tuple[ComingPicture, ...]:
    """A place for each picture of a call that has not ended, newest job first."""
    return tuple(
        ComingPicture(
            job_id=job.id,
            title=excerpt(getattr(job.request, "prompt", "")) or say("A picture without a prompt"),
            stage=say("Being drawn") if job.state is State.SUBMITTED else say("Waiting"),
            shape=shape_of(*coming_size(job)),
        )
        for job in jobs.recent(owner, limit=_LOOKED_AT)
        for attempt in job.attempts
        if not attempt.state.is_final
        for _ in range(attempt.n)
    )
