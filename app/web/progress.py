"""How far a job is, and what is still to come of it, as pages show it."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.jobs import Job, State
from app.domain.sentences import say
from app.web.explanations import Explanation
from app.web.made_from import coming_size

_STAGES = {
    State.QUEUED: say("Waiting for its turn"),
    State.SUBMITTED: say("Being drawn"),
    State.WAITING: say("Waiting before another try"),
    State.DONE: say("Done"),
}
_LONGEST_PAUSE_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A picture still to come: its proportions (in any unit), and its newest preview's address.

    `ordinal` names the paid call whose previews belong into it; `None` where none are expected.
    """

    width: int
    height: int
    ordinal: int | None = None
    preview: str | None = None


def stage_of(job: Job, explanation: Explanation | None) -> str:
    """Where the job stands, in a few words."""
    return _STAGES.get(job.state) or (explanation.title if explanation else str(job.state))


def refresh_seconds(elapsed: float) -> int:
    """Without JavaScript a page reloads itself: often at first, less often later."""
    return min(2 + int(elapsed / 10), _LONGEST_PAUSE_SECONDS)


def frames_to_come(job: Job, previews: dict[int, str]) -> tuple[Frame, ...]:
    """One frame for each picture of a call under way. A call that sends previews draws one picture."""
    width, height = coming_size(job)
    return tuple(
        Frame(
            width=width,
            height=height,
            ordinal=attempt.ordinal if attempt.stream else None,
            preview=f"/api/jobs/{job.id}/previews/{previews[attempt.ordinal]}" if attempt.ordinal in previews else None,
        )
        for attempt in job.attempts
        if not attempt.state.is_final
        for _ in range(attempt.n)
    )
